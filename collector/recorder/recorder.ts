import { type SampleBatch, sampleAt, samplesIn } from '../sample/batch.ts';
import type { IntakeBook } from '../sample/intake.ts';
import type { Judge } from '../sample/quality.ts';
import { REASON_CODE } from '../sample/reason.ts';
import type { Sample } from '../sample/sample.ts';
import type { Quarantined, Sink, SourceEvent } from '../sources/source.ts';
import { type Appendable, type Author, journalBatch, journalEvent, journalQuarantine, journalSamples } from './journalled.ts';
import { Latest } from './latest.ts';

export type { Appendable } from './journalled.ts';

export interface Recorder extends Sink {
  batch(batch: SampleBatch): Promise<void>;
  /** The same for one source: what it takes and what of it the journal confirms is counted under its name. */
  of(source: string): Sink;
  /** Newest sample of each channel that this run has journalled. */
  latest(): ReadonlyMap<string, Sample>;
  /** Judges samples by other checks from now on; what has been judged stays as it was judged. */
  judgeBy(judge: Judge): void;
  /** Calls back with samples after they are on disk; the returned function ends that. */
  listen(listener: (samples: readonly Sample[]) => void): () => void;
}

/**
 * The sink that sources hand their readings to: everything goes into the journal first, and only what is on disk is shown or
 * acknowledged. What `judge` makes of a sample is journalled. Of a plant that is simulated every reading is marked so.
 *
 * What breaks the journal's rules goes to quarantine, whoever hands it in: handed in again it would break them again, and hold up its
 * source for ever.
 */
export function createRecorder(
  journal: Appendable,
  options: {
    readonly simulated: boolean;
    readonly judge?: Judge;
    /** Whether the machine's clock is in doubt: then readings are suspect. */
    readonly clockDoubted?: () => boolean;
    /** Where records are counted by source. */
    readonly intake?: IntakeBook;
  },
): Recorder {
  let judge = options.judge;
  /** Batches as they were judged, for those that the journal did not take and that are handed in again. */
  const judged = new WeakMap<SampleBatch, SampleBatch>();
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

  /** What is looked at is judged before it is decided which of it is kept. Judged once more with what is kept, it stays what it is. */
  const judgeLook: Judge = Object.assign(
    (sample: Sample): Sample => {
      const dated = options.clockDoubted?.() ? timed(sample) : sample;
      return judge === undefined ? dated : judge(dated);
    },
    { channels: { has: (channel: string) => options.clockDoubted?.() === true || (judge?.channels?.has(channel) ?? judge !== undefined) } },
  );

  const told = (samples: readonly Sample[]): void => {
    for (const listener of listeners) listener(samples);
  };
  const sinkOf = (author: Author) => ({
    async samples(samples: readonly Sample[]): Promise<void> {
      const doubted = options.clockDoubted?.() ?? false;
      const own = samples.map((sample) => {
        const dated = doubted ? timed(sample) : sample;
        return marked(judge === undefined ? dated : judge(dated));
      });
      const kept = await journalSamples(journal, own, author);
      for (const sample of kept) latest.keep(sample);
      told(kept);
    },
    async batch(batch: SampleBatch): Promise<void> {
      const own = judgedBatch(options.clockDoubted?.() ? doubtful(batch) : batch);
      const kept = await journalBatch(
        journal,
        options.simulated && own.origin === 'device' ? { ...own, origin: 'simulated' } : own,
        author,
      );
      if ('channels' in kept) latest.keepBatch(kept);
      else for (const sample of kept) latest.keep(sample);
      if (listeners.size > 0) told('channels' in kept ? samplesIn(kept) : kept);
    },
    quarantine: (item: Quarantined) => journalQuarantine(journal, item, author),
    event: (item: SourceEvent) => journalEvent(journal, item),
    judge: judgeLook,
  });

  return {
    ...sinkOf({ source: 'collector' }),
    of(source) {
      const intake = options.intake?.of(source);
      return intake === undefined ? sinkOf({ source }) : { ...sinkOf({ source, intake }), intake };
    },
    latest: () => latest,
    judgeBy(next) {
      judge = next;
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
