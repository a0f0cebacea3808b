import { adjustments } from './core.ts';
import type { Covariance } from './covariance.ts';
import type { Estimate, Leak } from './estimate.ts';
import { type NetworkStructure, networkCore, networkStructure } from './network-core.ts';
import type { StreamClass } from './problem.ts';
import { classify, type Forest, type Topology, unmeasuredForest } from './topology.ts';

/** A linear network made ready: contracted, classified, ordered. The same for every window in which the same streams are measured. */
export interface NetworkPlan {
  readonly topology: Topology;
  readonly forest: Forest;
  readonly classes: readonly StreamClass[];
  readonly streams: Int32Array;
  readonly measurementOf: Int32Array;
  readonly structure: NetworkStructure;
  /** Streams that the balances force to zero: nothing else could return what they carry. By stream. */
  readonly deadEnd: Uint8Array;
  /** The row of G of each node, −1 where its balance is not among the constraints. */
  readonly rowOf: Int32Array;
}

/**
 * Contracts every unmeasured stream, numbers the contracted nodes that redundant streams meet, and leaves one node out of each part of
 * the plant that nothing connects to the outside: its balance is the sum of the others.
 */
export function planNetwork(
  network: Topology,
  unmeasured: Uint8Array,
  covarianceOf?: (measurementOf: Int32Array) => Covariance,
): NetworkPlan {
  const forest = unmeasuredForest(network, unmeasured);
  const classes = classify(network, unmeasured, forest);
  const measurementOf = new Int32Array(unmeasured.length).fill(-1);
  const streams = Int32Array.from([...unmeasured.keys()].filter((s) => !unmeasured[s]));
  streams.forEach((s, i) => {
    measurementOf[s] = i;
  });
  const grounded = groundedRoots(network, forest, classes);
  const row = new Int32Array(network.nodes.length).fill(-1);
  let constraints = 0;
  classes.forEach((name, s) => {
    if (name !== 'redundant') return;
    for (const end of [network.from[s]!, network.to[s]!]) {
      const root = forest.root[end]!;
      if (!grounded.has(root) && row[root] === -1) row[root] = constraints++;
    }
  });
  const rowOf = forest.root.map((root) => row[root]!);
  const tail = streams.map((s) => rowOf[network.from[s]!]!);
  const head = streams.map((s) => rowOf[network.to[s]!]!);
  const structure = networkStructure(constraints, tail, head, covarianceOf?.(measurementOf));
  const contracted = { nodes: network.nodes, from: network.from.map((k) => forest.root[k]!), to: network.to.map((k) => forest.root[k]!) };
  const redundant = Uint8Array.from(classes, (name) => (name === 'redundant' ? 1 : 0));
  const deadEnd = unmeasuredForest(contracted, redundant).bridge;
  return { topology: network, forest, classes, deadEnd, streams, measurementOf, structure, rowOf };
}

/** One contracted node of each connected part: the one with ENV where there is one. */
function groundedRoots({ from, to, nodes }: Topology, forest: Forest, classes: readonly StreamClass[]): Set<number> {
  const up = Int32Array.from(nodes, (_, k) => forest.root[k]!);
  const find = (k: number) => {
    let top = k;
    while (up[top] !== top) top = up[top]!;
    for (let v = k; v !== top; ) {
      const next = up[v]!;
      up[v] = top;
      v = next;
    }
    return top;
  };
  const outside = forest.root[0]!;
  for (let s = 0; s < from.length; s++) {
    if (classes[s] !== 'redundant') continue;
    const a = find(forest.root[from[s]!]!);
    const b = find(forest.root[to[s]!]!);
    if (a === b) continue;
    // ENV stays on top of its part
    if (b === find(outside)) up[a] = b;
    else up[b] = a;
  }
  const grounded = new Set<number>([outside]);
  for (const root of forest.root) grounded.add(find(root));
  return grounded;
}

/** Reconciles one set of measurements of a planned network. `y` and `covariance` are by measurement. */
export function estimateNetwork(plan: NetworkPlan, y: Float64Array, covariance: Covariance): Estimate {
  const { topology: network, forest, classes, streams, measurementOf, structure } = plan;
  const core = networkCore(structure, covariance, y);
  let metered: readonly (readonly number[])[] | null = null;
  const meeting = (node: number) => {
    metered ??= meteredAt(plan);
    return metered[node]!;
  };
  const reconciled = adjustments(core);
  for (let i = 0; i < y.length; i++) reconciled[i] = plan.deadEnd[streams[i]!] ? 0 : y[i]! + reconciled[i]!; // x̂ = y + v
  return {
    core,
    streams,
    measurementOf,
    y,
    classes,
    reconciled,
    deadEnd: plan.deadEnd,
    complete: (x) => complete(plan, x),
    functional: (s) => boundary(plan, meeting, s),
    leaks: leaks(plan),
    iterations: 1,
  };

  function leaks({ rowOf }: NetworkPlan): Leak[] {
    const closed = new Set(closedNodes(network, forest, classes));
    const merged = new Map<number, string[]>();
    network.nodes.forEach((name, k) => {
      const row = rowOf[k]!;
      if (k === 0 || row === -1 || closed.has(k)) return;
      const group = merged.get(row);
      if (group) group.push(name);
      else merged.set(row, [name]);
    });
    return [...merged].map(([row, names]) => ({ nodes: names, effect: [[row, 1]], signed: true }));
  }
}

/** Nodes of parts that nothing connects to the outside: nothing can leave them. */
function closedNodes({ from, to, nodes }: Topology, forest: Forest, classes: readonly StreamClass[]): number[] {
  const reached = new Uint8Array(nodes.length);
  reached[forest.root[0]!] = 1;
  const neighbours = new Map<number, number[]>();
  const add = (a: number, b: number) => {
    const list = neighbours.get(a);
    if (list) list.push(b);
    else neighbours.set(a, [b]);
  };
  for (let s = 0; s < from.length; s++) {
    if (classes[s] !== 'redundant') continue;
    add(forest.root[from[s]!]!, forest.root[to[s]!]!);
    add(forest.root[to[s]!]!, forest.root[from[s]!]!);
  }
  const queue = [forest.root[0]!];
  for (const k of queue) {
    for (const other of neighbours.get(k) ?? []) {
      if (reached[other]) continue;
      reached[other] = 1;
      queue.push(other);
    }
  }
  return [...nodes.keys()].filter((k) => !reached[forest.root[k]!]);
}

/** Unmeasured streams from the leaves of the forest to its roots: what a subtree receives must leave over the stream to its parent. */
function complete({ topology: { from, to, nodes }, forest, classes, measurementOf }: NetworkPlan, x: Float64Array): Float64Array {
  const values = new Float64Array(from.length).fill(Number.NaN);
  const excess = new Float64Array(nodes.length); // in − out of what is known in the subtree
  for (let s = 0; s < from.length; s++) {
    const i = measurementOf[s]!;
    if (i === -1) continue;
    values[s] = x[i]!;
    excess[from[s]!]! -= x[i]!;
    excess[to[s]!]! += x[i]!;
  }
  for (let at = nodes.length - 1; at >= 0; at--) {
    const k = forest.order[at]!;
    const s = forest.edge[k]!;
    if (s === -1) continue;
    excess[forest.parent[k]!]! += excess[k]!;
    if (classes[s] === 'observable') values[s] = from[s] === k ? excess[k]! : -excess[k]!;
  }
  return values;
}

/** A bridge's flow as the signed sum of the measured streams that enter or leave the subtree below it. */
function boundary(
  { topology: { from, to }, forest: { edge, order, place, size }, measurementOf }: NetworkPlan,
  metered: (node: number) => readonly number[],
  stream: number,
): [number, number][] {
  const child = edge[from[stream]!] === stream ? from[stream]! : to[stream]!;
  const first = place[child]!;
  const after = first + size[child]!;
  const inside = (node: number) => place[node]! >= first && place[node]! < after;
  const sign = from[stream] === child ? 1 : -1;
  const sum: [number, number][] = [];
  for (let at = first; at < after; at++) {
    for (const s of metered(order[at]!)) {
      if (inside(from[s]!) !== inside(to[s]!)) sum.push([measurementOf[s]!, inside(to[s]!) ? sign : -sign]);
    }
  }
  return sum;
}

/** The measured streams that meet each node. */
function meteredAt({ topology: { nodes, from, to }, streams }: NetworkPlan): readonly (readonly number[])[] {
  const lists: number[][] = nodes.map(() => []);
  for (const s of streams) {
    lists[from[s]!]!.push(s);
    if (to[s] !== from[s]) lists[to[s]!]!.push(s);
  }
  return lists;
}
