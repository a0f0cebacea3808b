import type { BalanceReport } from '../../balance/media/result.ts';
import type { CoverageReport } from '../../collector/coverage/coverage.ts';
import type { Sample } from '../../collector/sample/sample.ts';
import type { SourceStatus } from '../../collector/sources/source.ts';
import type { Plant } from '../../config/plant/plant.ts';
import type { Lang } from '../../config/words/word.ts';

/** How far collecting is. */
export interface Operation {
  /** The local store holds what the journal held at the start. */
  readonly caughtUp: boolean;
  /** Sequence of the last group in the journal; null where this process does not write it. */
  readonly journalSeq: number | null;
  /** In the order of the plant file; the cursor is null where the engine is away. */
  readonly stores: readonly { readonly engine: string; readonly cursor: number | null }[];
}

/** What the pages show, handed in by the command that starts the server: live while a plant is collected, stored otherwise. */
export interface Services {
  readonly plant: Plant;
  /** Newest sample of each channel that has one. */
  latest(): Promise<ReadonlyMap<string, Sample>>;
  /** Calls back with samples as they come onto the disk; the returned function ends that. */
  listen(listener: (samples: readonly Sample[]) => void): () => void;
  /** Empty where nothing is being collected. */
  sources(): readonly SourceStatus[];
  coverage(): Promise<CoverageReport>;
  /** The balances computed last, null before the first. */
  balances(): BalanceReport | null;
  /** The report of the balances computed last, as a page of its own; null before the first. */
  reportHtml(lang: Lang): Promise<string | null>;
  /** Absent where nothing is being collected. */
  operation?(): Promise<Operation>;
}
