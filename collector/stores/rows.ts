import type { JournalGroup, JournalRecord } from '../journal/record.ts';
import type { Sample } from '../sample/sample.ts';

/**
 * The samples of groups in journal order. A channel and time that stands in the journal more than once (a redelivered message, a day
 * imported again) is one reading: the last record counts, in every store. A correction is such a record, entered by a person; the
 * original, who corrected it and why stay in the journal.
 */
export function* samplesOf(groups: readonly JournalGroup[]): Generator<Sample> {
  // Not by way of `samplesAmong`: each generator that a sample passes through costs as much as its line.
  for (const { records } of groups) {
    for (const record of records) {
      if (record.kind === 'sample') yield record.sample;
      else if (record.kind === 'correction') yield corrected(record);
    }
  }
}

/** Those of records by themselves. */
export function* samplesAmong(records: readonly JournalRecord[]): Generator<Sample> {
  for (const record of records) {
    if (record.kind === 'sample') yield record.sample;
    else if (record.kind === 'correction') yield corrected(record);
  }
}

function corrected({ channel, sampleTimeMs, value }: Extract<JournalRecord, { kind: 'correction' }>): Sample {
  const state = value === null ? ({ quality: 'missing', reason: 'garbage' } as const) : ({ quality: 'good', reason: 'none' } as const);
  return { channel, timeMs: sampleTimeMs, value, ...state, origin: 'manual', raw: null };
}
