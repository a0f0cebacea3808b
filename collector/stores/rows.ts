import type { JournalGroup } from '../journal/record.ts';
import type { Sample } from '../sample/sample.ts';

/**
 * The samples of groups in journal order. A channel and time that stands in the journal more than once (a redelivered message, a day
 * imported again) is one reading: the last record counts, in every store.
 */
export function* samplesOf(groups: readonly JournalGroup[]): Generator<Sample> {
  for (const group of groups) {
    for (const record of group.records) if (record.kind === 'sample') yield record.sample;
  }
}
