import { encodeRecord } from '../journal/codec.ts';
import type { JournalRecord } from '../journal/record.ts';
import { type SampleBatch, samplesIn } from '../sample/batch.ts';
import type { SourceIntake } from '../sample/intake.ts';
import type { Sample } from '../sample/sample.ts';
import type { Quarantined, Sink, SourceEvent } from '../sources/source.ts';

/** The part of a journal that a recorder needs. */
export interface Appendable {
  /** Settles once the records are on disk. */
  append(records: readonly JournalRecord[]): Promise<number>;
  /** The same for a batch; absent where there is nothing faster than its samples one by one. */
  appendBatch?(batch: SampleBatch): Promise<number>;
}

/** Who hands records in, and where those are counted that the journal has confirmed. */
export interface Author {
  readonly source: string;
  readonly intake?: SourceIntake;
}

/**
 * Journals samples. One that breaks the journal's rules (a time that is no whole millisecond, a value that is not finite) goes to
 * quarantine with its reason, and keeps none of the others from the journal.
 *
 * Rejects where the disk refuses: then none of them is kept.
 *
 * @returns those that are in the journal.
 */
export async function journalSamples(journal: Appendable, samples: readonly Sample[], author: Author): Promise<readonly Sample[]> {
  try {
    await journal.append(samples.map((sample) => ({ kind: 'sample', sample })));
    author.intake?.journalled(samples);
    return samples;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const faults = samples.map(faultOf);
    if (faults.every((fault) => fault === null)) throw error;
    const kept = samples.filter((_, at) => faults[at] === null);
    const refused = samples.filter((_, at) => faults[at] !== null);
    const aside = samples.flatMap((sample, at) => (faults[at] === null ? [] : [quarantineOf(sample, faults[at]!, author.source)]));
    await journal.append([...kept.map((sample): JournalRecord => ({ kind: 'sample', sample })), ...aside]);
    author.intake?.journalled(kept);
    author.intake?.quarantined(refused);
    return kept;
  }
}

/** The same for a batch. @returns it, or, where some of its samples are in quarantine, the others. */
export async function journalBatch(journal: Appendable, batch: SampleBatch, author: Author): Promise<SampleBatch | readonly Sample[]> {
  if (journal.appendBatch === undefined) return journalSamples(journal, samplesIn(batch), author);
  try {
    await journal.appendBatch(batch);
    author.intake?.batchJournalled(batch);
    return batch;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return journalSamples(journal, samplesIn(batch), author);
  }
}

/** A sink for records that are journalled as they are, unjudged. */
export const plainSink = (journal: Appendable, author: Author): Sink => ({
  async samples(samples) {
    await journalSamples(journal, samples, author);
  },
  quarantine: (item) => journalQuarantine(journal, item, author),
  event: (item) => journalEvent(journal, item),
  ...(author.intake ? { intake: author.intake } : {}),
});

export async function journalEvent(journal: Appendable, item: SourceEvent): Promise<void> {
  await journal.append([{ kind: 'event', ...item, timeMs: wholeMs(item.timeMs) }]);
}

/** Journals a payload that nothing could be made of. */
export async function journalQuarantine(journal: Appendable, item: Quarantined, { intake }: Pick<Author, 'intake'>): Promise<void> {
  await journal.append([{ kind: 'quarantine', ...item, timeMs: wholeMs(item.timeMs) }]);
  intake?.quarantined([item]);
}

/** Why the journal would not take a sample; null where it would. */
function faultOf(sample: Sample): string | null {
  try {
    encodeRecord({ kind: 'sample', sample });
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

const quarantineOf = ({ channel, timeMs, value, quality, reason, raw }: Sample, fault: string, source: string): JournalRecord => ({
  kind: 'quarantine',
  timeMs: wholeMs(timeMs),
  source,
  reason: `${channel}: ${fault}`,
  raw: raw ?? JSON.stringify({ time: String(timeMs), value: String(value), quality, reason }),
});

/** A time that the journal takes: what is none is now. */
const wholeMs = (timeMs: number): number => (Math.abs(timeMs) <= 8.64e15 ? Math.floor(timeMs) : Date.now());
