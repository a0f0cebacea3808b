import { uniform } from './random.ts';

/** A plant-like network: a line of units, recycles and side streams between near neighbours, some streams to and from outside. */
export interface PlantGraph {
  readonly nodes: number;
  /** −1 outside. */
  readonly from: Int32Array;
  readonly to: Int32Array;
  readonly y: Float64Array;
  readonly sigma: Float64Array;
}

export function plantGraph(nodes: number, streams: number, seed: number): PlantGraph {
  const random = uniform(seed);
  const from = new Int32Array(streams);
  const to = new Int32Array(streams);
  for (let e = 0; e < streams; e++) {
    if (e < nodes) {
      from[e] = e - 1;
      to[e] = e;
    } else {
      const a = Math.floor(random() * nodes);
      const b = a + Math.floor((random() - 0.5) * 30);
      from[e] = a;
      to[e] = b < 0 || b >= nodes || b === a ? -1 : b;
    }
  }
  const y = Float64Array.from({ length: streams }, () => 10 + 90 * random());
  return { nodes, from, to, y, sigma: y.map((value) => value * (0.005 + 0.03 * random())) };
}
