import { checkProblem } from './check-problem.ts';
import { normalCritical } from './distributions.ts';
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
  const columns = Array.from({ length: n }, (_, i) => core.apply(unit(n, i))); // G·eᵢ
  const solved = columns.map((column) => core.solve(column)); // S⁻¹·G·eᵢ
  const precision = core.precisionDiagonal();
  const inverse = core.inverseDiagonal();
  const nodal = Float64Array.from({ length: m }, (_, k) =>
    columns.reduce((sum, column, i) => sum + column[k]! ** 2 * core.covariance.variance[i]!, 0),
  );
  // every test is linear in the errors e: z = Gᵀ·S⁻¹·G·e, √T of a leak = S⁻¹·G·e, nodal test = G·e, each over its standard deviation
  const projected = solved.map((column) => core.transpose(column));
  const z = table(n, n, (row, i) => projected[i]![row]! / Math.sqrt(precision[row]!));
  const glr = table(m, n, (row, i) => solved[i]![row]! / Math.sqrt(inverse[row]!));
  const imbalance = table(m, n, (row, i) => columns[i]![row]! / Math.sqrt(nodal[row]!));

  const normal = normals(study.random);
  const errors = new Float64Array(n);
  const draw = () => {
    for (let i = 0; i < n; i++) errors[i] = sigma[i]! * normal();
  };
  const uniform = ([low, high]: readonly [number, number]) => low + (high - low) * study.random();
  const threshold = normalCritical(study.alpha);
  const nodeThreshold = normalCritical(study.alphaNode);

  let alarms = 0;
  const streams = new Float64Array(problem.streams.length);
  for (let i = 0; i < n; i++) {
    let found = 0;
    for (let run = 0; run < study.runs; run++) {
      draw();
      if (i === 0 && largest(z, errors, null).value >= threshold) alarms++;
      errors[i]! += (study.random() < 0.5 ? -1 : 1) * uniform(study.biasRange) * sigma[i]!;
      const accused = largest(z, errors, null);
      if (accused.row === i && accused.alone && accused.value >= threshold) found++;
    }
    streams[estimate.streams[i]!] = found / study.runs;
  }

  const leakPower = leaks.map(({ nodes: ids, row }) => {
    const throughput = columns.reduce((sum, column, i) => sum + Math.abs(column[row]!) * flows[estimate.streams[i]!]!, 0);
    const effect = core.solve(unit(m, row)).map((value, k) => value / Math.sqrt(inverse[k]!));
    const own = unit(m, row).map((value, k) => value / Math.sqrt(nodal[k]!));
    const counts = { nodal: 0, glr: 0 };
    for (let run = 0; run < study.runs; run++) {
      draw();
      const loss = uniform(study.leakRange) * throughput;
      const byImbalance = largest(imbalance, errors, own, loss);
      const byRatio = largest(glr, errors, effect, loss);
      if (byImbalance.row === row && byImbalance.alone && byImbalance.value >= nodeThreshold) counts.nodal++;
      if (byRatio.row === row && byRatio.alone && byRatio.value >= nodeThreshold) counts.glr++;
    }
    return { id: ids[0]!, nodal: counts.nodal / study.runs, glr: counts.glr / study.runs };
  });
  return { streams, nodes: nodes.flatMap(({ id }) => leakPower.filter((leak) => leak.id === id)), falseAlarms: alarms / study.runs };
}

/** A matrix by rows, in one array. */
interface Table {
  readonly rows: number;
  readonly columns: number;
  readonly entries: Float64Array;
}

function table(rows: number, columns: number, entry: (row: number, column: number) => number): Table {
  const entries = new Float64Array(rows * columns);
  for (let row = 0; row < rows; row++) for (let c = 0; c < columns; c++) entries[row * columns + c] = entry(row, c);
  return { rows, columns, entries };
}

/** The row on which |entries·errors + factor·shift| is largest, and whether it is so alone. */
function largest(
  { rows, columns, entries }: Table,
  errors: Float64Array,
  shift: Float64Array | null,
  factor = 0,
): { row: number; value: number; alone: boolean } {
  let best = -1;
  let value = -1;
  let second = -1;
  for (let row = 0, at = 0; row < rows; row++) {
    let sum = shift === null ? 0 : factor * shift[row]!;
    for (let c = 0; c < columns; c++) sum += entries[at++]! * errors[c]!;
    const size = Math.abs(sum);
    if (size > value) {
      second = value;
      value = size;
      best = row;
    } else if (size > second) second = size;
  }
  return { row: best, value, alone: second < value * (1 - 1e-9) };
}

function unit(size: number, at: number): Float64Array {
  const e = new Float64Array(size);
  e[at] = 1;
  return e;
}

/** Normal deviates from uniform ones, two at a time. */
function normals(random: () => number): () => number {
  let kept: number | null = null;
  return () => {
    if (kept !== null) {
      const value = kept;
      kept = null;
      return value;
    }
    const radius = Math.sqrt(-2 * Math.log(1 - random()));
    const angle = 2 * Math.PI * random();
    kept = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  };
}
