import type { Threshold } from '../../config/rules/families/coverage.ts';
import { coverageRatio, reaches } from './ratio.ts';
import type { CoverageVerdict } from './result.ts';

/**
 * Verdict on n of N against a printed cell. `officeValue` (%) is what the office set for a ※ cell, undefined while it has set none:
 * unset is neither a pass nor 0.
 *
 * Where a requirement is printed, N = 0 is not applicable; where none is printed (—), there is no requirement whatever N is.
 */
export function verdictOf(
  fitted: number,
  required: number,
  printed: Threshold,
  officeValue: number | undefined,
): { ratio: number | null; threshold: number | null; verdict: CoverageVerdict } {
  const ratio = coverageRatio(fitted, required);
  if (printed === '—') return { ratio, threshold: null, verdict: 'no-requirement' };
  const threshold = printed === '※' ? (officeValue ?? null) : printed;
  if (required === 0) return { ratio, threshold, verdict: 'not-applicable' };
  if (threshold === null) return { ratio, threshold, verdict: 'needs-office-value' };
  return { ratio, threshold, verdict: reaches(fitted, required, threshold) ? 'pass' : 'fail' };
}
