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

/** V = C·Cᵀ, block by block. */
export interface CovarianceRoot {
  /** C·x: errors of covariance V from independent ones of size one. */
  applied(x: Float64Array): Float64Array;
  /** Cᵀ·x. */
  transposed(x: Float64Array): Float64Array;
  /** C⁻¹·x: errors in units of their own standard deviations, uncorrelated. */
  whiten(x: Float64Array): Float64Array;
}

/**
 * The Cholesky root of V.
 *
 * @throws ProblemError naming the streams whose correlations no errors can have: each block must be positive definite.
 */
export function covarianceRoot(v: Covariance, ids: readonly string[]): CovarianceRoot {
  const partners = correlatedWith(v);
  const blocks = correlatedBlocks(v).map((block) => ({ block, root: choleskyOf(v, block, partners, ids) }));
  const sigma = v.variance.map(Math.sqrt);
  return {
    applied: (x) => {
      const y = x.map((value, i) => value * sigma[i]!);
      for (const { block, root } of blocks) {
        block.forEach((i, k) => {
          let sum = 0;
          for (let l = 0; l <= k; l++) sum += root[k]![l]! * x[block[l]!]!;
          y[i] = sum;
        });
      }
      return y;
    },
    transposed: (x) => {
      const y = x.map((value, i) => value * sigma[i]!);
      for (const { block, root } of blocks) {
        block.forEach((i, k) => {
          let sum = 0;
          for (let l = k; l < block.length; l++) sum += root[l]![k]! * x[block[l]!]!;
          y[i] = sum;
        });
      }
      return y;
    },
    whiten: (x) => {
      const y = x.map((value, i) => value / sigma[i]!);
      for (const { block, root } of blocks) {
        block.forEach((i, k) => {
          let sum = x[i]!;
          for (let l = 0; l < k; l++) sum -= root[k]![l]! * y[block[l]!]!;
          y[i] = sum / root[k]![k]!;
        });
      }
      return y;
    },
  };
}

function choleskyOf(
  v: Covariance,
  block: readonly number[],
  partners: ReturnType<typeof correlatedWith>,
  ids: readonly string[],
): Float64Array[] {
  const place = new Map(block.map((i, k) => [i, k]));
  const root = block.map((i, k) => {
    const row = new Float64Array(block.length);
    row[k] = v.variance[i]!;
    for (const [j, c] of partners.get(i) ?? []) row[place.get(j)!] = c;
    return row;
  });
  root.forEach((row, k) => {
    let pivot = row[k]!;
    for (let j = 0; j < k; j++) pivot -= row[j]! * row[j]!;
    if (!(pivot > 1e-12 * row[k]!)) {
      const names = block.map((i) => ids[i]).join(', ');
      const zh = `物流 ${names} 的相关系数互相矛盾：协方差矩阵不正定`;
      const en = `the correlations of ${names} contradict each other: their covariance is not positive definite`;
      throw new ProblemError([{ code: 'correlations', path: ['correlations'], zh, en }]);
    }
    row[k] = Math.sqrt(pivot);
    for (let i = k + 1; i < block.length; i++) {
      let sum = root[i]![k]!;
      for (let j = 0; j < k; j++) sum -= root[i]![j]! * row[j]!;
      root[i]![k] = sum / row[k]!;
    }
  });
  return root;
}
