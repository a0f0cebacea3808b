/** A movement smaller than this, in units of size one, is none. */
const STILL = 1e-8;
/** 1 − |cos| below which two quantities move together. */
const TOGETHER = 1e-10;

/** What equations leave free among the unmeasured quantities. */
export interface Freedom {
  /** 1: the equations determine it. */
  readonly observable: Uint8Array;
  /** Quantities that only move together, by a number ≥ 0 that they share; −1: determined. */
  readonly together: Int32Array;
  /** Of all steps that the equations do not tell from `delta`, the shortest: what they leave free moves no further than it must. */
  shortest(delta: Float64Array): Float64Array;
}

/**
 * Freedom from a basis N of the movements that change no equation: `moves[j]` holds how far quantity j goes along each of the `count`
 * movements, every movement having one quantity of its own that goes by one and takes no part in the others.
 *
 * A quantity that does not move is determined; two whose movements are proportional determine each other. The shortest step is
 * δ − N·(Nᵀ·N)⁻¹·Nᵀ·δ.
 */
export function freedomOf(moves: readonly ReadonlyMap<number, number>[], count: number): Freedom {
  const felt = moves.map((move) => [...move].filter(([, value]) => Math.abs(value) > STILL).sort(([a], [b]) => a - b));
  const observable = Uint8Array.from(felt, (move) => (move.length === 0 ? 1 : 0));
  const together = new Int32Array(moves.length).fill(-1);
  const alike = new Map<string, { readonly set: number; readonly unit: readonly number[] }[]>();
  let sets = 0;
  felt.forEach((move, j) => {
    if (move.length === 0) return;
    const length = Math.sqrt(move.reduce((sum, [, value]) => sum + value * value, 0));
    const unit = move.map(([, value]) => value / length);
    const key = move.map(([at]) => at).join();
    const members = alike.get(key) ?? [];
    alike.set(key, members);
    const same = members.find((other) => 1 - Math.abs(unit.reduce((sum, value, k) => sum + value * other.unit[k]!, 0)) < TOGETHER);
    if (same === undefined) members.push({ set: sets, unit });
    together[j] = same?.set ?? sets++;
  });
  let root: Float64Array[] | null = null;
  return {
    observable,
    together,
    shortest: (delta) => {
      if (count === 0) return delta;
      root ??= choleskyOfGram(moves, count);
      const along = new Float64Array(count); // Nᵀ·δ
      moves.forEach((move, j) => {
        for (const [at, value] of move) along[at]! += value * delta[j]!;
      });
      for (let k = 0; k < count; k++) {
        for (let l = 0; l < k; l++) along[k]! -= root[k]![l]! * along[l]!;
        along[k]! /= root[k]![k]!;
      }
      for (let k = count - 1; k >= 0; k--) {
        for (let l = k + 1; l < count; l++) along[k]! -= root[l]![k]! * along[l]!;
        along[k]! /= root[k]![k]!;
      }
      return delta.map((value, j) => {
        let rest = value;
        for (const [at, share] of moves[j]!) rest -= share * along[at]!;
        return rest;
      });
    },
  };
}

/** The Cholesky root of Nᵀ·N, which is at least the identity. */
function choleskyOfGram(moves: readonly ReadonlyMap<number, number>[], count: number): Float64Array[] {
  const root = Array.from({ length: count }, () => new Float64Array(count));
  for (const move of moves) for (const [k, a] of move) for (const [l, b] of move) if (l <= k) root[k]![l]! += a * b;
  for (let k = 0; k < count; k++) {
    for (let l = 0; l <= k; l++) {
      let sum = root[k]![l]!;
      for (let i = 0; i < l; i++) sum -= root[k]![i]! * root[l]![i]!;
      root[k]![l] = l === k ? Math.sqrt(sum) : sum / root[l]![l]!;
    }
  }
  return root;
}
