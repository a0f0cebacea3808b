import { Fault } from '../../words/fault.ts';
import type { Path } from '../document.ts';
import { type Finding, fault } from '../finding.ts';
import { instantMs } from '../time.ts';

/** What is wrong with a text that should be an instant; nothing where it is absent or well written. */
export function instantFinding(text: string | undefined, path: Path, offsetMinutes: number): Finding[] {
  if (text === undefined) return [];
  try {
    instantMs(text, offsetMinutes);
    return [];
  } catch (error) {
    if (error instanceof Fault) return [fault(error.code, path, error.zh, error.en)];
    throw error;
  }
}
