import type { SampleBatch } from '../sample/batch.ts';
import { REASON_CODE } from '../sample/reason.ts';
import type { Quality, Sample } from '../sample/sample.ts';
import { ChannelLists, SHORTEST_RUN } from './channel-lists.ts';
import type { Entry, JournalRecord } from './record.ts';

const LISTS = new ChannelLists();

/**
 * Records with the runs among them that are the samples of one moment, and whose channels came in this order before, as batches: a batch
 * costs less to write, hold and store. In the same order, and never more than the records say: what breaks the rules of its kind stays
 * a record, for whoever writes it to refuse. What is returned does not change with the list.
 */
export function batched(records: readonly JournalRecord[]): Entry[] {
  if (records.length < SHORTEST_RUN) return [records.slice()];
  const entries: Entry[] = [];
  let done = 0;
  for (let at = 0; at < records.length; ) {
    const end = endOfRun(records, at);
    const batch = end - at < SHORTEST_RUN ? null : batchOf(records, at, end);
    if (batch !== null) {
      if (done < at) entries.push(records.slice(done, at));
      entries.push(batch);
      done = at + batch.channels.length;
    }
    at = batch === null ? Math.max(end, at + 1) : done;
  }
  if (done === 0) return [records.slice()];
  if (done < records.length) entries.push(records.slice(done));
  return entries;
}

/** Up to which record, from `start`, they are samples of one moment and origin that a batch can say. */
function endOfRun(records: readonly JournalRecord[], start: number): number {
  const first = sampleOf(records[start] as JournalRecord);
  let end = start;
  while (end < records.length) {
    const sample = sampleOf(records[end] as JournalRecord);
    if (sample === null || first === null || sample.timeMs !== first.timeMs || sample.origin !== first.origin) break;
    end += 1;
  }
  return end;
}

function sampleOf(record: JournalRecord): Sample | null {
  if (record.kind !== 'sample') return null;
  const { value, quality, reason } = record.sample;
  const whole = value === null ? quality === 'missing' : Number.isFinite(value) && saysBatch(quality, reason === 'none');
  return whole ? record.sample : null;
}

/** Whether a value with this quality is what a batch makes of it: good without a reason, suspect with one. */
export const saysBatch = (quality: Quality, withoutReason: boolean): boolean => quality === (withoutReason ? 'good' : 'suspect');

/** Null where the channels are not those that were expected: the next time they are. */
function batchOf(records: readonly JournalRecord[], start: number, end: number): SampleBatch | null {
  const sampleAt = (at: number): Sample => (records[at] as Extract<JournalRecord, { kind: 'sample' }>).sample;
  const { channel: first, timeMs, origin } = sampleAt(start);
  const channels = LISTS.expected(first)?.channels ?? [];
  const count = channels.length;
  let same = count > 0 && count <= end - start;
  for (let i = 0; same && i < count; i += 1) same = sampleAt(start + i).channel === channels[i];
  if (!same) {
    LISTS.remember(Array.from({ length: end - start }, (_, i) => sampleAt(start + i).channel));
    return null;
  }
  const values = new Float64Array(count);
  const reasons = new Uint8Array(count);
  const texts = new Array<string | null>(count);
  for (let i = 0; i < count; i += 1) {
    const { value, reason, raw } = sampleAt(start + i);
    values[i] = value ?? Number.NaN;
    reasons[i] = REASON_CODE[reason];
    texts[i] = raw;
  }
  return { channels, timeMs, origin, values, reasons, raw: { kind: 'texts', texts } };
}
