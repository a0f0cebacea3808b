import { decodeLine } from './codec.ts';
import { SegmentReader } from './reader.ts';
import type { JournalRecord } from './record.ts';
import { writtenBefore } from './segment.ts';

export type Payload = Extract<JournalRecord, { kind: 'quarantine' }>;

const LINE = Buffer.from('q\t');
const LATER = Buffer.from('\nq\t');

/**
 * Payloads that could not be read, as the journal holds them, by the time at which they came: [fromMs, toMs), UTC. Samples are passed over
 * undecoded.
 */
export async function* payloadsIn(dir: string, fromMs: number, toMs: number): AsyncGenerator<Payload> {
  for await (const { lines } of new SegmentReader(dir).found(await writtenBefore(dir, fromMs))) {
    let start = lines.subarray(0, LINE.length).equals(LINE) ? 0 : next(lines, 0);
    while (start >= 0) {
      const end = lines.indexOf(10, start);
      const text = lines.toString('utf8', start, end);
      const record = decodeLine(text, 0, text.length);
      if (record.kind === 'quarantine' && record.timeMs >= fromMs && record.timeMs < toMs) yield record;
      start = next(lines, end);
    }
  }
}

/** Where the next such line begins, seen from an end of line; -1 where there is none. */
function next(lines: Buffer, from: number): number {
  const at = lines.indexOf(LATER, from);
  return at < 0 ? -1 : at + 1;
}
