import { checkProblem } from './check-problem.ts';
import { inService } from './out-of-service.ts';
import type { Problem } from './problem.ts';
import { writtenOut } from './templates.ts';

/**
 * A problem from outside, checked, its templates written out, without the streams that are out of service.
 *
 * @throws ProblemError with every defect.
 */
export function prepared(given: Problem): Problem {
  checkProblem(given);
  return inService(writtenOut(given));
}
