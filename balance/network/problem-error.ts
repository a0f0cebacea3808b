/** Where in the problem: `['streams', 3, 'sigma']`. The command turns it into file:line:column. */
export type ProblemPath = readonly (string | number)[];

/** One thing that is wrong with a problem, in words. */
export interface ProblemDefect {
  readonly code: string;
  readonly path: ProblemPath;
  readonly zh: string;
  readonly en: string;
}

/**
 * A problem that cannot be reconciled as it is given: every defect found in one pass.
 *
 * `exitStatus` is 2 where the input is wrong, 1 where the input is well-formed and has no answer (contradictory bounds, no convergence).
 */
export class ProblemError extends Error {
  readonly defects: readonly ProblemDefect[];
  readonly exitStatus: 1 | 2;

  constructor(defects: readonly ProblemDefect[], exitStatus: 1 | 2 = 2) {
    super(defects.map((defect) => `${placeOf(defect.path)}: ${defect.en}`).join('\n'));
    this.name = 'ProblemError';
    this.defects = defects;
    this.exitStatus = exitStatus;
  }
}

/** `['streams', 3, 'sigma']` → `streams[3].sigma`. */
export function placeOf(path: ProblemPath): string {
  return path.map((part, i) => (typeof part === 'number' ? `[${part}]` : i === 0 ? part : `.${part}`)).join('');
}
