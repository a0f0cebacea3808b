import type { CoverageReport } from '../../collector/coverage/result.ts';
import type { BalanceReport } from '../media/result.ts';
import { programVersion } from './version.ts';

/** Every number that a report shows, as computed: the documents that `balance` and `coverage` print. */
export interface Results {
  readonly program: { readonly name: 'liangheng'; readonly version: string };
  readonly balances: BalanceReport;
  readonly coverage: CoverageReport;
}

export function resultsOf(balances: BalanceReport, coverage: CoverageReport): Results {
  return { program: { name: 'liangheng', version: programVersion() }, balances, coverage };
}
