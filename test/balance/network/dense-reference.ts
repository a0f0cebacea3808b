import type { Problem } from '../../../balance/network/problem.ts';

/** A linear network solved the plain way: incidence matrix, Gauss–Jordan, x̂ = y − V·Gᵀ·(G·V·Gᵀ)⁻¹·G·y. Shares nothing with the product. */
export interface DenseReference {
  readonly values: readonly (number | null)[];
  readonly sigmas: readonly (number | null)[];
  readonly classes: readonly string[];
  readonly statistic: number;
  readonly dof: number;
}

export function denseReference({ streams, correlations = [] }: Problem): DenseReference {
  const nodes = [...new Set(streams.flatMap(({ from, to }) => [from!, to!]))].filter((name) => name !== 'ENV');
  const measured = [...streams.keys()].filter((s) => streams[s]!.measured !== null);
  const unmeasured = [...streams.keys()].filter((s) => streams[s]!.measured === null);
  // rows [A_u | A_x], entries 0 and ±1: elimination is exact
  const rows = nodes.map((name) =>
    [...unmeasured, ...measured].map((s) => (streams[s]!.to === name ? 1 : 0) - (streams[s]!.from === name ? 1 : 0)),
  );
  const p = unmeasured.length;
  const pivots = eliminate(rows, 0, p, 0);
  const g = rows.slice(pivots.length).map((row) => row.slice(p));
  const dof = eliminate(g, 0, measured.length, 0).length;
  g.length = dof;

  const sigma = measured.map((s) => streams[s]!.sigma!);
  const v = sigma.map((a, i) => sigma.map((_, j) => (i === j ? a * a : 0)));
  for (const { a, b, r } of correlations) {
    const i = measured.findIndex((s) => streams[s]!.id === a);
    const j = measured.findIndex((s) => streams[s]!.id === b);
    if (i >= 0 && j >= 0) v[i]![j] = v[j]![i] = r * sigma[i]! * sigma[j]!;
  }
  const y = measured.map((s) => streams[s]!.measured!);
  const gv = multiply(g, v);
  const s = multiply(gv, transpose(g));
  const r = g.map((row) => dot(row, y));
  const lambda =
    dof > 0
      ? solve(
          s,
          r.map((value) => [value]),
        ).map(([value]) => value!)
      : [];
  const x = y.map((value, i) => value - gv.reduce((sum, row, k) => sum + row[i]! * lambda[k]!, 0));
  const inner = dof > 0 ? solve(s, gv) : [];
  const covariance = v.map((row, i) => row.map((value, j) => value - gv.reduce((sum, line, k) => sum + line[i]! * inner[k]![j]!, 0)));

  const values: (number | null)[] = streams.map(() => null);
  const sigmas: (number | null)[] = streams.map(() => null);
  const classes: string[] = streams.map(() => 'unobservable');
  measured.forEach((k, i) => {
    values[k] = x[i]!;
    sigmas[k] = Math.sqrt(Math.max(0, covariance[i]![i]!));
    classes[k] = g.some((row) => row[i] !== 0) ? 'redundant' : 'nonredundant';
  });
  pivots.forEach((column, k) => {
    const row = rows[k]!;
    if (row.slice(0, p).some((value, j) => j !== column && value !== 0)) return;
    const w = row.slice(p).map((value) => -value);
    const stream = unmeasured[column]!;
    classes[stream] = 'observable';
    values[stream] = dot(w, x);
    sigmas[stream] = Math.sqrt(
      Math.max(
        0,
        dot(
          w,
          covariance.map((line) => dot(line, w)),
        ),
      ),
    );
  });
  return { values, sigmas, classes, statistic: dof > 0 ? dot(r, lambda) : 0, dof };
}

/** Gauss–Jordan on the columns [begin, end) from row `first` on; returns the pivot column of each leading row. */
function eliminate(rows: number[][], begin: number, end: number, first: number): number[] {
  const pivots: number[] = [];
  for (let column = begin; column < end; column++) {
    const at = first + pivots.length;
    const pivot = rows.findIndex((row, k) => k >= at && row[column] !== 0);
    if (pivot === -1) continue;
    [rows[at], rows[pivot]] = [rows[pivot]!, rows[at]!];
    const lead = rows[at]!.map((value) => value / rows[at]![column]!);
    rows[at] = lead;
    rows.forEach((row, k) => {
      const factor = row[column]!;
      if (k !== at && factor !== 0) rows[k] = row.map((value, j) => value - factor * lead[j]!);
    });
    pivots.push(column);
  }
  return pivots;
}

function solve(a: readonly (readonly number[])[], b: readonly (readonly number[])[]): number[][] {
  const n = a.length;
  const m = a.map((row, k) => [...row, ...b[k]!]);
  for (let k = 0; k < n; k++) {
    let best = k;
    for (let i = k + 1; i < n; i++) if (Math.abs(m[i]![k]!) > Math.abs(m[best]![k]!)) best = i;
    [m[k], m[best]] = [m[best]!, m[k]!];
    for (let i = 0; i < n; i++) {
      if (i === k) continue;
      const factor = m[i]![k]! / m[k]![k]!;
      for (let j = k; j < m[i]!.length; j++) m[i]![j]! -= factor * m[k]![j]!;
    }
  }
  return m.map((row, k) => row.slice(n).map((value) => value / row[k]!));
}

const dot = (a: readonly number[], b: readonly number[]) => a.reduce((sum, value, k) => sum + value * b[k]!, 0);
const transpose = (a: readonly (readonly number[])[]) => (a[0] ?? []).map((_, j) => a.map((row) => row[j]!));
const multiply = (a: readonly (readonly number[])[], b: readonly (readonly number[])[]) => {
  const columns = transpose(b);
  return a.map((row) => columns.map((column) => dot(row, column)));
};
