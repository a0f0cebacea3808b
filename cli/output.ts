import { Fault, Faults } from '../config/words/fault.ts';

/** One JSON document on standard output, and nothing else there. */
export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
}

/** A message for a person, in Chinese and English, on standard error. */
export function say(zh: string, en: string): void {
  process.stderr.write(`${zh}\n${en}\n`);
}

/** Faults by place, in Chinese and English; anything else is a defect of ours and shows its stack. */
export function printFaults(error: unknown): void {
  const faults = error instanceof Faults ? error.faults : error instanceof Fault ? [error] : [];
  for (const fault of faults) {
    const place = fault.place === '' ? '' : `${fault.place}: `;
    process.stderr.write(`${place}${fault.zh} [${fault.code}]\n${place}${fault.en} [${fault.code}]\n`);
  }
  if (faults.length === 0) process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
}

/** 2 where the call or the configuration is wrong, 1 otherwise. */
export function exitStatusOf(error: unknown): 1 | 2 {
  if (error instanceof Faults) return error.faults.some((fault) => fault.exitStatus === 2) ? 2 : 1;
  if (error instanceof Fault) return error.exitStatus;
  return 1;
}
