import type { SampleBatch } from '../sample/batch.ts';
import type { Sample } from '../sample/sample.ts';

/** What a journal holds. `sample` records are readings; the others say what happened beside them. */
export type JournalRecord =
  | { readonly kind: 'sample'; readonly sample: Sample }
  | { readonly kind: 'quarantine'; readonly timeMs: number; readonly source: string; readonly reason: string; readonly raw: string }
  | { readonly kind: 'event'; readonly timeMs: number; readonly source: string; readonly event: string; readonly detail: string }
  | {
      readonly kind: 'correction';
      readonly timeMs: number;
      readonly channel: string;
      readonly sampleTimeMs: number;
      readonly value: number | null;
      readonly by: string;
      readonly why: string;
    };

/** Records that were fsynced together: the unit in which stores follow the journal. */
export interface JournalGroup {
  /** 1, 2, 3, … without gaps over the whole life of the journal. */
  readonly seq: number;
  readonly records: readonly JournalRecord[];
  /** Chain value after this group, hex. */
  readonly sha256: string;
  /** The same records in columns where they came so: who takes columns need not make records of them. */
  readonly entries?: readonly Entry[];
}

/** What one append brought. */
export type Entry = SampleBatch | readonly JournalRecord[];

export const isBatch = (entry: Entry): entry is SampleBatch => 'channels' in entry;

/** Number of records in a group. */
export function countOf(group: JournalGroup): number {
  if (group.entries === undefined) return group.records.length;
  return group.entries.reduce((sum, entry) => sum + (isBatch(entry) ? entry.channels.length : entry.length), 0);
}
