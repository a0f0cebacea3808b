import type { Forest, Topology } from './topology.ts';

/**
 * Numbers that two unmeasured streams share if and only if, without either, the other would be a bridge of the unmeasured subgraph: a
 * meter on one determines all with its number. 0: a bridge already, or no stream of the subgraph.
 *
 * Each stream outside of the forest gets random bits, each of the forest the sum (exclusive or) of those that close a cycle over it: equal
 * sums mean the same cycles. In O(nodes + streams), wrong with a probability of about n² ÷ 2⁵⁴.
 *
 * @source D. Pritchard, R. Thurimella, Fast computation of small cuts via cycle space sampling, ACM Trans. Algorithms 7 (2011)
 */
export function cutPairs({ nodes, from, to }: Topology, unmeasured: Uint8Array, forest: Forest): Float64Array {
  const high = new Int32Array(nodes.length);
  const low = new Int32Array(nodes.length);
  const label = new Float64Array(from.length);
  const random = generator();
  const inForest = new Uint8Array(from.length);
  for (const s of forest.edge) if (s !== -1) inForest[s] = 1;
  const numberOf = (a: number, b: number) => (a >>> 0) * 0x20_0000 + (b & 0x1f_ffff);
  for (let s = 0; s < from.length; s++) {
    if (!unmeasured[s] || inForest[s] || from[s] === to[s]) continue;
    const [a, b] = [random(), random()];
    label[s] = numberOf(a, b);
    for (const end of [from[s]!, to[s]!]) {
      high[end]! ^= a;
      low[end]! ^= b;
    }
  }
  for (let at = nodes.length - 1; at >= 0; at--) {
    const k = forest.order[at]!;
    const s = forest.edge[k]!;
    if (s === -1) continue;
    label[s] = numberOf(high[k]!, low[k]!);
    high[forest.parent[k]!]! ^= high[k]!;
    low[forest.parent[k]!]! ^= low[k]!;
  }
  return label;
}

/** 32 random bits at a time, the same in every run. @source G. Marsaglia, Xorshift RNGs, J. Stat. Softw. 8 (2003) */
function generator(): () => number {
  let state = 0x9e3779b9;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return Math.imul(state, 0x85ebca6b) ^ (state >>> 15);
  };
}
