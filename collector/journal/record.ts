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
}
