import type { Covariance } from './covariance.ts';
import type { NodeResult } from './problem.ts';
import type { Topology } from './topology.ts';

/**
 * The imbalance of each node's measured streams, in − out, against its own standard deviation: |r| ÷ √(a·V·aᵀ).
 *
 * A node that an unmeasured stream meets has no imbalance of its own; its values are null, never 0.
 */
export function nodalTests({ nodes, from, to }: Topology, measurementOf: Int32Array, y: Float64Array, v: Covariance): NodeResult[] {
  const imbalance = new Float64Array(nodes.length);
  const variance = new Float64Array(nodes.length);
  const blind = new Uint8Array(nodes.length);
  const met = new Uint8Array(nodes.length);
  const stream: number[] = [];
  for (let s = 0; s < from.length; s++) {
    const a = from[s]!;
    const b = to[s]!;
    if (a === b) continue;
    met[a] = met[b] = 1;
    const i = measurementOf[s]!;
    if (i === -1) {
      blind[a] = blind[b] = 1;
      continue;
    }
    stream[i] = s;
    imbalance[a]! -= y[i]!;
    imbalance[b]! += y[i]!;
    variance[a]! += v.variance[i]!;
    variance[b]! += v.variance[i]!;
  }
  for (let e = 0; e < v.a.length; e++) {
    const s = stream[v.a[e]!];
    const t = stream[v.b[e]!];
    if (s === undefined || t === undefined) continue;
    for (const [k, sign] of [
      [from[s]!, -1],
      [to[s]!, 1],
    ] as const) {
      if (k === from[t]) variance[k]! -= 2 * sign * v.covariance[e]!;
      if (k === to[t]) variance[k]! += 2 * sign * v.covariance[e]!;
    }
  }
  return nodes.slice(1).map((id, index) => {
    const k = index + 1;
    if (blind[k] || !met[k]) return { id, imbalance: null, sigma: null, test: null };
    const sigma = Math.sqrt(variance[k]!);
    return { id, imbalance: imbalance[k]!, sigma, test: sigma > 0 ? Math.abs(imbalance[k]!) / sigma : null };
  });
}
