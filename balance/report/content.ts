import type { CoverageReport } from '../../collector/coverage/result.ts';
import type { Plant } from '../../config/plant/plant.ts';
import type { Lang } from '../../config/words/word.ts';
import type { BalanceReport } from '../media/result.ts';

/** Everything that a report is made of. */
export interface ReportContent {
  readonly plant: Plant;
  readonly balances: BalanceReport;
  readonly coverage: CoverageReport;
  readonly lang: Lang;
}
