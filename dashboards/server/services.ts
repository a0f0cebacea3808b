import type { BalanceReport } from '../../balance/media/result.ts';
import type { CoverageReport } from '../../collector/coverage/coverage.ts';
import type { Sample } from '../../collector/sample/sample.ts';
import type { DeviceBudget } from '../../collector/sources/budget.ts';
import type { SourceStatus } from '../../collector/sources/source.ts';
import type { StoreReader } from '../../collector/stores/store.ts';
import type { Difference } from '../../config/plant/diff.ts';
import type { Plant } from '../../config/plant/plant.ts';
import type { Lang } from '../../config/words/word.ts';
import type { SaidFault } from './documents/refusal.ts';

/** How far collecting is. */
export interface Operation {
  /** The local store holds what the journal held at the start. */
  readonly caughtUp: boolean;
  /** Sequence of the last group in the journal; null where this process does not write it. */
  readonly journalSeq: number | null;
  /** In the order of the plant file. */
  readonly stores: readonly StoreOperation[];
  /** The disk of the journal, as it was seen last; null where it was not looked at. */
  readonly disk: { readonly usedShare: number; readonly fullSinceMs: number | null } | null;
}

/** What a store has taken. */
export interface StoreOperation {
  readonly engine: string;
  /** Its address and database, or its file; null where nothing is said. */
  readonly place: string | null;
  /** Last group of the journal that it holds; null where that cannot be known. */
  readonly cursor: number | null;
  /** Why it takes nothing, since when; null while it takes readings. */
  readonly away: { readonly sinceMs: number; readonly zh: string; readonly en: string } | null;
  /** Readings that the engine refused for good since the start, and those that lie in quarantine; null where an engine refuses none. */
  readonly refused: number | null;
  readonly quarantined: number | null;
}

/** What the check of a plant file says: the same as `check`, and what the text would change. */
export interface FileCheck {
  readonly faults: readonly SaidFault[];
  readonly warnings: readonly SaidFault[];
  /** Empty while there is a fault. */
  readonly differences: readonly Difference[];
  readonly budgets: readonly DeviceBudget[];
}

/** What takes its time is done by the program itself, called as a user would, so that a page shows what the command prints. */
export type Command = 'balance' | 'what-if' | 'oversight' | 'assess' | 'probe' | 'report' | 'options' | 'quarantine';

/** The command said what is wrong. */
export class CommandRefused extends Error {
  readonly faults: readonly SaidFault[];

  constructor(faults: readonly SaidFault[]) {
    super(faults.map(({ en }) => en).join('\n'));
    this.faults = faults;
  }
}

/** What the pages show, handed in by the command that starts the server: live while a plant is collected, stored otherwise. */
export interface Services {
  readonly plant: Plant;
  /** Whether anyone may see its disclosed fields. */
  readonly published?: boolean;
  /** What the store holds. */
  readonly reader: StoreReader;
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
  /**
   * `liangheng COMMAND PLANT … --json` in a process of its own: the document that it prints.
   *
   * @throws CommandRefused where it ends with a fault.
   */
  ask(command: Command, args: readonly string[]): Promise<unknown>;
  /** Checks a text that is to become the plant file; `against` is the text that stands there now. */
  check(text: string, against: string): Promise<FileCheck>;
}
