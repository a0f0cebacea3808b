import type { JournalRecord } from '../journal/record.ts';
import { type SampleBatch, sampleAt, samplesIn } from '../sample/batch.ts';
import type { Judge } from '../sample/quality.ts';
import { REASON_CODE } from '../sample/reason.ts';
import type { Sample } from '../sample/sample.ts';
import type { Sink } from '../sources/source.ts';
import { Latest } from './latest.ts';

/** The part of a journal that a recorder needs. */
export interface Appendable {
  /** Settles once the records are on disk. */
  append(records: readonly JournalRecord[]): Promise<number>;
  /** The same for a batch; absent where there is nothing faster than its samples one by one. */
  appendBatch?(batch: SampleBatch): Promise<number>;
}

export interface Recorder extends Sink {
  batch(batch: SampleBatch): Promise<void>;
  /** Newest sample of each channel that this run has journalled. */
  latest(): ReadonlyMap<string, Sample>;
  /** Judges samples by other checks from now on. */
  judgeBy(judge: Judge): void;
  /** Calls back with samples after they are on disk; the returned function ends that. */
  listen(listener: (samples: readonly Sample[]) => void): () => void;
}

/**
 * The sink that sources hand their readings to: everything goes into the journal first, and only what is on disk is shown or
 * acknowledged. What `judge` makes of a sample is journalled. Of a plant that is simulated every reading is marked so.
 */
export function createRecorder(
  journal: Appendable,
  options: {
    readonly simulated: boolean;
    readonly judge?: Judge;
    /** Whether the machine's clock is in doubt: then readings are suspect. */
    readonly clockDoubted?: () => boolean;
  },
): Recorder {
  let judge = options.judge;
  /** Batches as they were judged, for those that the journal did not take and that are handed in again. */
  let judged = new WeakMap<SampleBatch, SampleBatch>();
  const latest = new Latest();
  const listeners = new Set<(samples: readonly Sample[]) => void>();
  const timed = (sample: Sample): Sample => (sample.quality === 'good' ? { ...sample, quality: 'suspect', reason: 'clock-fault' } : sample);
  const marked = (sample: Sample): Sample =>
    options.simulated && sample.origin === 'device' ? { ...sample, origin: 'simulated' } : sample;

  const judgedBatch = (batch: SampleBatch): SampleBatch => {
    if (judge === undefined) return batch;
    const known = judged.get(batch);
    if (known !== undefined) return known;
    const result = judgeEach(batch, judge);
    judged.set(batch, result);
    return result;
  };

  return {
    async samples(samples) {
      const doubted = options.clockDoubted?.() ?? false;
      const kept = samples.map((sample) => {
        const own = doubted ? timed(sample) : sample;
        return marked(judge === undefined ? own : judge(own));
      });
      await journal.append(kept.map((sample) => ({ kind: 'sample', sample })));
      for (const sample of kept) latest.keep(sample);
      for (const listener of listeners) listener(kept);
    },
    async batch(batch) {
      const own = judgedBatch(options.clockDoubted?.() ? doubtful(batch) : batch);
      const kept: SampleBatch = options.simulated && own.origin === 'device' ? { ...own, origin: 'simulated' } : own;
      if (journal.appendBatch === undefined) await journal.append(samplesIn(kept).map((sample) => ({ kind: 'sample', sample })));
      else await journal.appendBatch(kept);
      latest.keepBatch(kept);
      if (listeners.size === 0) return;
      const samples = samplesIn(kept);
      for (const listener of listeners) listener(samples);
    },
    async quarantine(item) {
      await journal.append([{ kind: 'quarantine', ...item }]);
    },
    async event(item) {
      await journal.append([{ kind: 'event', ...item }]);
    },
    latest: () => latest,
    judgeBy(next) {
      judge = next;
      judged = new WeakMap();
    },
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** The batch with its good samples made suspect: the clock that dated them is in doubt. */
function doubtful(batch: SampleBatch): SampleBatch {
  const reasons = batch.reasons.map((reason, index) =>
    reason === REASON_CODE.none && !Number.isNaN(batch.values[index]) ? REASON_CODE['clock-fault'] : reason,
  );
  return { ...batch, reasons };
}

/** The batch as `judge` sees its samples: value and time stay, a reason may come. */
function judgeEach(batch: SampleBatch, judge: Judge): SampleBatch {
  let reasons: Uint8Array | null = null;
  for (const [index, channel] of batch.channels.entries()) {
    if (judge.channels !== undefined && !judge.channels.has(channel)) continue;
    const code = REASON_CODE[judge(sampleAt(batch, index)).reason];
    if (code === batch.reasons[index]) continue;
    reasons ??= batch.reasons.slice();
    reasons[index] = code;
  }
  return reasons === null ? batch : { ...batch, reasons };
}
