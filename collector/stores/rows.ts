import { isBatch, type JournalGroup, type JournalRecord } from '../journal/record.ts';
import { qualityAt, type SampleBatch, sampleAt } from '../sample/batch.ts';
import { reasonOf } from '../sample/reason.ts';
import type { Origin, Quality, Sample } from '../sample/sample.ts';

/**
 * The samples of groups in journal order. A channel and time that stands in the journal more than once (a redelivered message, a day
 * imported again) is one reading: the last record counts, in every store. A correction is such a record, entered by a person; the
 * original, who corrected it and why stay in the journal.
 */
export function samplesOf(groups: readonly JournalGroup[]): Sample[] {
  const samples: Sample[] = [];
  const add = (records: readonly JournalRecord[]): void => {
    for (const record of records) {
      const sample = sampleOf(record);
      if (sample !== null) samples.push(sample);
    }
  };
  for (const group of groups) {
    if (group.entries === undefined) add(group.records);
    else {
      for (const entry of group.entries) {
        if (isBatch(entry)) for (let i = 0; i < entry.channels.length; i += 1) samples.push(new BatchSample(entry, i));
        else add(entry);
      }
    }
  }
  return samples;
}

/** Those of records by themselves. */
export function* samplesAmong(records: readonly JournalRecord[]): Generator<Sample> {
  for (const record of records) {
    const sample = sampleOf(record);
    if (sample !== null) yield sample;
  }
}

/** The sample that a record brings, null where it brings none. */
export function sampleOf(record: JournalRecord): Sample | null {
  if (record.kind === 'sample') return record.sample;
  return record.kind === 'correction' ? corrected(record) : null;
}

/** A sample of a batch whose raw text is made when somebody asks for it: most stores do not, and it takes longer than the rest. */
class BatchSample implements Sample {
  readonly channel: string;
  readonly timeMs: number;
  readonly value: number | null;
  readonly quality: Quality;
  readonly reason: Sample['reason'];
  readonly origin: Origin;
  readonly #batch: SampleBatch;
  readonly #index: number;

  constructor(batch: SampleBatch, index: number) {
    const value = batch.values[index]!;
    this.channel = batch.channels[index]!;
    this.timeMs = batch.timeMs;
    this.value = Number.isNaN(value) ? null : value;
    this.quality = qualityAt(batch, index);
    this.reason = reasonOf(batch.reasons[index]!);
    this.origin = batch.origin;
    this.#batch = batch;
    this.#index = index;
  }

  get raw(): string | null {
    return sampleAt(this.#batch, this.#index).raw;
  }

  toJSON(): Sample {
    return sampleAt(this.#batch, this.#index);
  }
}

function corrected({ channel, sampleTimeMs, value }: Extract<JournalRecord, { kind: 'correction' }>): Sample {
  const state = value === null ? ({ quality: 'missing', reason: 'garbage' } as const) : ({ quality: 'good', reason: 'none' } as const);
  return { channel, timeMs: sampleTimeMs, value, ...state, origin: 'manual', raw: null };
}
