import type { JournalRecord } from '../journal/record.ts';
import type { SimulatedMeters } from './meters.ts';
import { recordsOf } from './past.ts';

/** Moments that go into the journal as one group. */
const MOMENTS_A_GROUP = 60;

/**
 * Puts the simulated past from `fromMs` to `toMs` (exclusive), UTC ms, into a journal, in the order of time.
 *
 * @param journal its `append` settles once the records are on disk.
 * @param progress called after each group with the share that is done, 0…1.
 * @returns the number of samples.
 */
export async function fillPast(
  journal: { append(records: readonly JournalRecord[]): Promise<unknown> },
  meters: SimulatedMeters,
  fromMs: number,
  toMs: number,
  progress: (done: number) => void = () => {},
): Promise<number> {
  let samples = 0;
  let moments = 0;
  let waiting: JournalRecord[] = [];
  let written: Promise<unknown> = Promise.resolve();
  const put = async (timeMs: number) => {
    await written;
    written = journal.append(waiting);
    waiting = [];
    progress((timeMs - fromMs) / (toMs - fromMs));
  };
  for (const records of recordsOf(meters, fromMs, toMs)) {
    waiting.push(...records);
    samples += records.length;
    const first = records[0];
    if (++moments % MOMENTS_A_GROUP === 0 && first?.kind === 'sample') await put(first.sample.timeMs);
  }
  await put(toMs);
  await written;
  return samples;
}
