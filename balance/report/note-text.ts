import { notes } from '../../config/words/en/notes.ts';
import { type Lang, type WordKey, word, wordOr } from '../../config/words/word.ts';
import { filled } from './names.ts';

interface Saying {
  readonly key: WordKey;
  readonly pattern: RegExp;
}

/** What notes say in English, as patterns that find what stands in each place. */
const SAYINGS: readonly Saying[] = Object.entries(notes).map(([key, text]) => {
  const literal = text.replaceAll(/[.*+?^$()|[\]\\]/g, '\\$&');
  return { key: key as WordKey, pattern: new RegExp(`^${literal.replaceAll(/\{(\w+)\}/g, '(?<$1>.+?)')}$`, 'su') };
});

/** What a note of a stream or a stock says, in a language; results hold it in English. A note that is not known stays as it is. */
export function noteText(note: string, lang: Lang): string {
  const [first = '', ...rest] = note.split(' ');
  const event = wordOr(lang, `event.${first}`, '');
  if (event !== '') return [event, ...rest].join(' ');
  if (lang === 'en') return note;
  for (const { key, pattern } of SAYINGS) {
    const found = pattern.exec(note);
    if (found) return filled(word(lang, key), found.groups ?? {});
  }
  return note;
}
