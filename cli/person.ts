import { Fault } from '../config/words/fault.ts';

/** The name that `--by` gives. @throws Fault by.empty for white space: someone has to stand for what is written. */
export function personIn(text: string): string {
  const name = text.trim();
  if (name !== '') return name;
  throw new Fault({ code: 'by.empty', place: '--by', zh: '请写明姓名', en: 'say who: a name' });
}
