import type { JournalRecord } from '../journal/record.ts';
import type { Sample } from '../sample/sample.ts';
import type { Sink } from '../sources/source.ts';

/** The part of a journal that a recorder needs. */
export interface Appendable {
  /** Settles once the records are on disk. */
  append(records: readonly JournalRecord[]): Promise<number>;
}

export interface Recorder extends Sink {
  /** Newest sample of each channel that this run has journalled. */
  latest(): ReadonlyMap<string, Sample>;
  /** Judges samples by other checks from now on. */
  judgeBy(judge: (sample: Sample) => Sample): void;
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
    readonly judge?: (sample: Sample) => Sample;
    /** Whether the machine's clock is in doubt: then readings are suspect. */
    readonly clockDoubted?: () => boolean;
  },
): Recorder {
  let judge = options.judge ?? ((sample: Sample) => sample);
  const timed = (sample: Sample): Sample =>
    sample.quality === 'good' && options.clockDoubted?.() ? { ...sample, quality: 'suspect', reason: 'clock-fault' } : sample;
  const latest = new Map<string, Sample>();
  const listeners = new Set<(samples: readonly Sample[]) => void>();
  const marked = (sample: Sample): Sample =>
    options.simulated && sample.origin === 'device' ? { ...sample, origin: 'simulated' } : sample;

  return {
    async samples(samples) {
      const kept = samples.map((sample) => marked(judge(timed(sample))));
      await journal.append(kept.map((sample) => ({ kind: 'sample', sample })));
      for (const sample of kept) {
        const known = latest.get(sample.channel);
        if (known === undefined || known.timeMs <= sample.timeMs) latest.set(sample.channel, sample);
      }
      for (const listener of listeners) listener(kept);
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
    },
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
