import type { Problem, StreamClass } from './problem.ts';

/** Streams as pairs of node numbers; number 0 is ENV, the outside. */
export interface Topology {
  readonly nodes: readonly string[];
  readonly from: Int32Array;
  readonly to: Int32Array;
}

/** The nodes of a linear network in the order in which its streams name them, ENV first. */
export function topology(problem: Problem): Topology {
  const place = new Map<string, number>([['ENV', 0]]);
  const nodes = ['ENV'];
  const numberOf = (name: string) => {
    let k = place.get(name);
    if (k === undefined) {
      k = nodes.length;
      place.set(name, k);
      nodes.push(name);
    }
    return k;
  };
  for (const name of problem.nodes ?? []) numberOf(name);
  const from = Int32Array.from(problem.streams, (stream) => numberOf(stream.from!));
  const to = Int32Array.from(problem.streams, (stream) => numberOf(stream.to!));
  return { nodes, from, to };
}

/** A spanning forest of the unmeasured streams, rooted at ENV where it is reached. */
export interface Forest {
  /** Nodes, each after its parent, a subtree without a break: node k and all below it stand at `place[k]` … `place[k] + size[k] − 1`. */
  readonly order: Int32Array;
  readonly place: Int32Array;
  readonly size: Int32Array;
  readonly parent: Int32Array;
  /** The stream to the parent, −1 at a root. */
  readonly edge: Int32Array;
  /** The root of the node's tree: nodes of one tree are one contracted node. */
  readonly root: Int32Array;
  /** Whether an unmeasured stream is a bridge, by stream. */
  readonly bridge: Uint8Array;
}

/**
 * Depth-first forest of a subgraph, that of the streams marked in `unmeasured`, and its bridges, in O(nodes + streams), without recursion.
 *
 * An unmeasured stream is determined by the balances if and only if it is a bridge of this subgraph.
 *
 * @source R. E. Tarjan, A note on finding the bridges of a graph, IPL 2 (1974); F. Madron, V. Veverka, AIChE J. 38 (1992) for the rule
 */
export function unmeasuredForest({ nodes, from, to }: Topology, unmeasured: Uint8Array): Forest {
  const n = nodes.length;
  const starts = new Int32Array(n + 1);
  for (let s = 0; s < from.length; s++) {
    if (!unmeasured[s] || from[s] === to[s]) continue;
    starts[from[s]! + 1]!++;
    starts[to[s]! + 1]!++;
  }
  for (let k = 0; k < n; k++) starts[k + 1]! += starts[k]!;
  const at = starts.slice(0, n);
  const incident = new Int32Array(starts[n]!);
  for (let s = 0; s < from.length; s++) {
    if (!unmeasured[s] || from[s] === to[s]) continue;
    incident[at[from[s]!]!++] = s;
    incident[at[to[s]!]!++] = s;
  }
  const order = new Int32Array(n);
  const parent = new Int32Array(n).fill(-1);
  const edge = new Int32Array(n).fill(-1);
  const root = new Int32Array(n).fill(-1);
  const bridge = new Uint8Array(from.length);
  const entered = new Int32Array(n).fill(-1);
  const low = new Int32Array(n);
  const next = starts.slice(0, n);
  let clock = 0;
  for (let start = 0; start < n; start++) {
    if (entered[start] !== -1) continue;
    let v = start;
    while (v !== -1) {
      if (entered[v] === -1) {
        entered[v] = low[v] = clock;
        order[clock++] = v;
        root[v] = start;
      }
      if (next[v]! < starts[v + 1]!) {
        const s = incident[next[v]!++]!;
        if (s === edge[v]) continue;
        const w = from[s] === v ? to[s]! : from[s]!;
        if (entered[w] === -1) {
          parent[w] = v;
          edge[w] = s;
          v = w;
        } else if (entered[w]! < low[v]!) low[v] = entered[w]!;
        continue;
      }
      const up = parent[v]!;
      if (up !== -1) {
        if (low[v]! > entered[up]!) bridge[edge[v]!] = 1;
        if (low[v]! < low[up]!) low[up] = low[v]!;
      }
      v = up;
    }
  }
  const size = new Int32Array(n).fill(1);
  for (let at = n - 1; at >= 0; at--) if (parent[order[at]!] !== -1) size[parent[order[at]!]!]! += size[order[at]!]!;
  return { order, place: entered, size, parent, edge, root, bridge };
}

/** The class of every stream by the graph rule: contract the unmeasured streams; a measured one between two contracted nodes is redundant. */
export function classify({ from, to }: Topology, unmeasured: Uint8Array, forest: Forest): StreamClass[] {
  return Array.from(from, (a, s) => {
    if (unmeasured[s]) return forest.bridge[s] ? 'observable' : 'unobservable';
    return forest.root[a] === forest.root[to[s]!] ? 'nonredundant' : 'redundant';
  });
}
