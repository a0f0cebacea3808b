import { checkProblem } from './check-problem.ts';
import { dot } from './core.ts';
import { normalCritical } from './distributions.ts';
import { normals } from './normal-draws.ts';
import { solveProblem } from './prepare.ts';
import type { Problem } from './problem.ts';

/** How the errors of a study are drawn. */
export interface PowerStudy {
  readonly runs: number;
  /** A bias is uniform in this range of σ, with a random sign. */
  readonly biasRange: readonly [number, number];
  /** Level of one measurement test. */
  readonly alpha: number;
  /** A leak is uniform in this range of shares of all flow into and out of its node. */
  readonly leakRange: readonly [number, number];
  /** Level of one nodal test. */
  readonly alphaNode: number;
  /** Uniform in [0, 1). */
  readonly random: () => number;
}

/** How often an error is named correctly: by stream for biases, by node for leaks. */
export interface Power {
  readonly streams: Float64Array;
  readonly nodes: readonly { readonly id: string; readonly nodal: number; readonly glr: number }[];
  /** How often, without any gross error, some measurement is accused all the same. */
  readonly falseAlarms: number;
}

/**
 * Detection power by simulation: one error at a time on top of normal noise around `flows`, which must close every balance.
 *
 * A bias counts as found where its |z| is the only largest and exceeds the critical value; a leak where its node's |z| or likelihood
 * ratio is. The problem must be a network without unmeasured streams; errors that cannot be told apart have power 0.
 *
 * @source the studies of EDSONCV/dr-ged-benchmarks; S. Narasimhan, C. Jordache 2000, ch. 7
 */
export function powerStudy(problem: Problem, flows: Float64Array, study: PowerStudy): Power {
  checkProblem(problem);
  const { estimate, nodes } = solveProblem(problem);
  const { core, leaks } = estimate;
  const n = core.measurements;
  const m = core.constraints;
  const sigma = core.covariance.variance.map(Math.sqrt);
  const precision = core.precisionDiagonal().map(Math.sqrt);
  const inverse = core.inverseDiagonal().map(Math.sqrt);
  const columns = Array.from({ length: n }, (_, i) => core.column(i)); // G·eᵢ
  const solved = Array.from({ length: m }, (_, k) => core.solve(unit(m, k))); // S⁻¹
  const nodal = new Float64Array(m);
  columns.forEach((column, i) => {
    for (const [k, value] of column) nodal[k]! += value ** 2 * core.covariance.variance[i]!;
  });
  const nodalSigma = nodal.map(Math.sqrt);
  // r = G·e + loss, λ = S⁻¹·r; nodal test r ÷ √(a·V·aᵀ), √T of a leak λ ÷ √(S⁻¹)ₖₖ, z = Gᵀ·λ ÷ √(Gᵀ·S⁻¹·G)ᵢᵢ
  const r = new Float64Array(m);
  const lambda = new Float64Array(m);
  const z = new Float64Array(n);
  const balance = (row: number, loss: number) => {
    r.fill(0);
    for (let i = 0; i < n; i++) for (const [k, value] of columns[i]!) r[k]! += value * errors[i]!;
    if (row >= 0) r[row]! += loss;
    for (let k = 0; k < m; k++) lambda[k] = dot(solved[k]!, r);
  };

  const normal = normals(study.random);
  const errors = new Float64Array(n);
  const draw = () => {
    for (let i = 0; i < n; i++) errors[i] = sigma[i]! * normal();
  };
  const uniform = ([low, high]: readonly [number, number]) => low + (high - low) * study.random();
  const threshold = normalCritical(study.alpha);
  const nodeThreshold = normalCritical(study.alphaNode);

  const measurementTest = () => {
    balance(-1, 0);
    for (let i = 0; i < n; i++) {
      let sum = 0;
      for (const [k, value] of columns[i]!) sum += value * lambda[k]!;
      z[i] = sum / precision[i]!;
    }
    return largest(z);
  };
  let alarms = 0;
  const streams = new Float64Array(problem.streams.length);
  for (let i = 0; i < n; i++) {
    let found = 0;
    for (let run = 0; run < study.runs; run++) {
      draw();
      if (i === 0 && measurementTest().value >= threshold) alarms++;
      errors[i]! += (study.random() < 0.5 ? -1 : 1) * uniform(study.biasRange) * sigma[i]!;
      const accused = measurementTest();
      if (accused.at === i && accused.alone && accused.value >= threshold) found++;
    }
    streams[estimate.streams[i]!] = found / study.runs;
  }

  const leakPower = leaks.map(({ nodes: ids, effect }) => {
    const row = effect[0]![0];
    let throughput = 0;
    columns.forEach((column, i) => {
      for (const [k, value] of column) if (k === row) throughput += Math.abs(value) * flows[estimate.streams[i]!]!;
    });
    const counts = { nodal: 0, glr: 0 };
    for (let run = 0; run < study.runs; run++) {
      draw();
      balance(row, uniform(study.leakRange) * throughput);
      for (const [kind, values, scale] of [['glr', lambda, inverse] as const, ['nodal', r, nodalSigma] as const]) {
        const accused = largest(values, scale);
        if (accused.at === row && accused.alone && accused.value >= nodeThreshold) counts[kind]++;
      }
    }
    return { id: ids[0]!, nodal: counts.nodal / study.runs, glr: counts.glr / study.runs };
  });
  return { streams, nodes: nodes.flatMap(({ id }) => leakPower.filter((leak) => leak.id === id)), falseAlarms: alarms / study.runs };
}

/** Where |values ÷ scale| is largest, and whether it is so alone. */
function largest(values: Float64Array, scale?: Float64Array): { at: number; value: number; alone: boolean } {
  let at = -1;
  let value = -1;
  let second = -1;
  for (let k = 0; k < values.length; k++) {
    const size = Math.abs(scale ? values[k]! / scale[k]! : values[k]!);
    if (size > value) {
      second = value;
      value = size;
      at = k;
    } else if (size > second) second = size;
  }
  return { at, value, alone: second < value * (1 - 1e-9) };
}

function unit(size: number, at: number): Float64Array {
  const e = new Float64Array(size);
  e[at] = 1;
  return e;
}
