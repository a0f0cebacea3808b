import { ProblemError } from './problem-error.ts';

/** The covariance of measurement errors: variances, and the off-diagonal entries that are not zero (each pair once, a < b). */
export interface Covariance {
  readonly size: number;
  readonly variance: Float64Array;
  readonly a: Int32Array;
  readonly b: Int32Array;
  readonly covariance: Float64Array;
}

/** y = V·x. */
export function applyCovariance(v: Covariance, x: Float64Array): Float64Array {
  const y = new Float64Array(v.size);
  for (let i = 0; i < v.size; i++) y[i] = v.variance[i]! * x[i]!;
  for (let e = 0; e < v.a.length; e++) {
    const i = v.a[e]!;
    const j = v.b[e]!;
    y[i]! += v.covariance[e]! * x[j]!;
    y[j]! += v.covariance[e]! * x[i]!;
  }
  return y;
}

/** For each measurement, the others its error is correlated with: `[other, covariance]` pairs. */
export function correlatedWith(v: Covariance): ReadonlyMap<number, readonly (readonly [number, number])[]> {
  const partners = new Map<number, [number, number][]>();
  const add = (i: number, j: number, c: number) => {
    const list = partners.get(i);
    if (list) list.push([j, c]);
    else partners.set(i, [[j, c]]);
  };
  for (let e = 0; e < v.a.length; e++) {
    add(v.a[e]!, v.b[e]!, v.covariance[e]!);
    add(v.b[e]!, v.a[e]!, v.covariance[e]!);
  }
  return partners;
}

/** The sets of measurements that correlations tie together, each of two or more, ascending. */
export function correlatedBlocks(v: Covariance): number[][] {
  const partners = correlatedWith(v);
  const seen = new Set<number>();
  const blocks: number[][] = [];
  for (const first of partners.keys()) {
    if (seen.has(first)) continue;
    const block = [first];
    seen.add(first);
    for (const i of block) {
      for (const [j] of partners.get(i) ?? []) {
        if (seen.has(j)) continue;
        seen.add(j);
        block.push(j);
      }
    }
    blocks.push(block.sort((i, j) => i - j));
  }
  return blocks;
}

/**
 * Refuses correlations that no errors can have: each block of V must be positive definite.
 *
 * @throws ProblemError naming the streams of the block.
 */
export function checkPositiveDefinite(v: Covariance, ids: readonly string[]): void {
  const partners = correlatedWith(v);
  for (const block of correlatedBlocks(v)) {
    const place = new Map(block.map((i, k) => [i, k]));
    const m = block.map(() => new Float64Array(block.length));
    block.forEach((i, k) => {
      m[k]![k] = 1;
      for (const [j, c] of partners.get(i) ?? []) m[k]![place.get(j)!] = c / Math.sqrt(v.variance[i]! * v.variance[j]!);
    });
    for (let k = 0; k < block.length; k++) {
      const row = m[k]!;
      let pivot = row[k]!;
      for (let j = 0; j < k; j++) pivot -= row[j]! * row[j]!;
      if (!(pivot > 1e-12)) {
        const names = block.map((i) => ids[i]).join(', ');
        throw new ProblemError([
          {
            code: 'correlations',
            path: ['correlations'],
            zh: `物流 ${names} 的相关系数互相矛盾：协方差矩阵不正定`,
            en: `the correlations of ${names} contradict each other: their covariance is not positive definite`,
          },
        ]);
      }
      row[k] = Math.sqrt(pivot);
      for (let i = k + 1; i < block.length; i++) {
        let s = m[i]![k]!;
        for (let j = 0; j < k; j++) s -= m[i]![j]! * row[j]!;
        m[i]![k] = s / row[k]!;
      }
    }
  }
}
