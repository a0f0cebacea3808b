import type { CoverageReport } from '../../collector/coverage/result.ts';
import type { DailyRoot } from '../../collector/journal/roots.ts';
import type { SavingsReport } from '../audit/savings.ts';
import type { SheetFact } from '../audit/sheet-facts.ts';
import type { PlantDrift } from '../media/drift.ts';
import type { BalanceReport } from '../media/result.ts';
import type { Oversight } from '../oversight/oversee.ts';
import { adjustmentsOf, type BalanceAdjustments } from './adjustments.ts';
import type { IntakeAccounts } from './intake-account.ts';
import type { SampleAccounts } from './sample-account.ts';
import type { NamedSheet } from './score-sheets.ts';
import { programVersion } from './version.ts';

/** What a report shows beside balances and coverage; each absent where the plant has none. */
export interface FurtherResults {
  /** Options and what they saved. */
  readonly savings?: SavingsReport;
  /** The monitors of the outfalls. */
  readonly monitoring?: Oversight;
  /** Where the readings went that were due in the window. */
  readonly samples?: SampleAccounts;
  /** What the sources polled in the window and what of it was journalled; null where nothing was counted, see `intakeAccounts`. */
  readonly intake?: IntakeAccounts | null;
  /** What score sheets ask for, and what these results say of it. */
  readonly facts?: readonly SheetFact[];
  /** The score sheets that ask, by their own titles. */
  readonly scoreSheets?: readonly NamedSheet[];
  /** What this window and those before it say of drift; without balances where there are too few. */
  readonly drift?: PlantDrift;
  /** The meters of the plant file by id, each with the metering points it stands at. */
  readonly meters?: Readonly<Record<string, readonly string[]>>;
  /** Chain values of the journal at the end of each day up to the window's end. */
  readonly dailyRoots?: readonly DailyRoot[];
}

/** Every number that a report shows, as computed: the documents that `balance` and `coverage` print, and what stands beside them. */
export interface Results extends FurtherResults {
  readonly program: { readonly name: 'liangheng'; readonly version: string };
  readonly balances: BalanceReport;
  readonly coverage: CoverageReport;
  /** What reconciliation adjusted in each balance, and why. */
  readonly adjustments: readonly BalanceAdjustments[];
}

export function resultsOf(balances: BalanceReport, coverage: CoverageReport, further: FurtherResults = {}): Results {
  return {
    program: { name: 'liangheng', version: programVersion() },
    balances,
    coverage,
    adjustments: adjustmentsOf(balances),
    ...further,
  };
}
