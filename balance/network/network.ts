/** What other rooms may ask of this one: pure functions on numbers. */
export { agreesAsPrinted, closureOf } from './closure.ts';
export { type DetectableBias, detectableBiases } from './detectable-bias.ts';
export { type DriftReport, monitorDrift } from './drift-monitor.ts';
export { adviseMeters, type Candidate, type MeterAdvice } from './meter-advice.ts';
export { type Power, powerStudy } from './power-study.ts';
export type { Problem, Reconciliation } from './problem.ts';
export { ProblemError, placeOf } from './problem-error.ts';
export { reconcile } from './reconcile.ts';
export { summariseReplicates } from './replicates.ts';
export { robustReconcile } from './robust.ts';
export { type Explanation, smallestExplanations } from './smallest-explanation.ts';
export { type WindowSolver, windowSolver } from './window-solver.ts';
