import { cutPairs } from './cut-pairs.ts';
import type { Estimate } from './estimate.ts';
import type { Problem, StreamResult } from './problem.ts';
import { topology, unmeasuredForest } from './topology.ts';

/** Why a stream is not determined, or not checked, and what one meter would change that. */
export interface Remedy {
  readonly id: string;
  /** Streams on any one of which a new meter helps; empty: one meter elsewhere is not enough. */
  readonly meters: readonly string[];
  readonly zh: string;
  readonly en: string;
}

/**
 * For each unobservable stream, the streams on which one meter would determine it; for each nonredundant meter, those on
 * which one meter would check it. In equations the same, as they stand at the solution.
 *
 * In a network two unmeasured streams determine each other if one becomes a bridge when the other is measured. A meter within a contracted node is
 * checked once a bridge between its ends is measured.
 */
export function remedies(problem: Problem, streams: readonly StreamResult[], estimate: Estimate): Remedy[] {
  if (problem.kind !== 'linear-network') return remediesOfEquations(problem, streams, estimate);
  const network = topology(problem);
  const unmeasured = Uint8Array.from(streams, ({ measured }) => (measured === null ? 1 : 0));
  const forest = unmeasuredForest(network, unmeasured);
  const name = (s: number) => problem.streams[s]!.id;
  const depth = new Int32Array(network.nodes.length);
  for (const k of forest.order) if (forest.parent[k] !== -1) depth[k] = depth[forest.parent[k]!]! + 1;
  const labels = cutPairs(network, unmeasured, forest);
  const together = new Map<number, number[]>();
  labels.forEach((label, s) => {
    if (label === 0 || forest.bridge[s]) return;
    const list = together.get(label);
    if (list) list.push(s);
    else together.set(label, [s]);
  });
  const found: Remedy[] = [];
  streams.forEach(({ id, class: kind }, s) => {
    if (network.from[s] === network.to[s]) {
      if (kind === 'unobservable' || kind === 'nonredundant') found.push(loop(id));
      return;
    }
    if (kind === 'unobservable') {
      const others = (together.get(labels[s]!) ?? []).filter((t) => t !== s).map(name);
      found.push(unobservable(id, others));
    } else if (kind === 'nonredundant') {
      const bridges = path(s)
        .filter((t) => forest.bridge[t] === 1)
        .map(name);
      found.push(nonredundant(id, bridges));
    }
  });
  return found;

  /** The unmeasured streams of the forest between the ends of a stream. */
  function path(s: number): number[] {
    const between: number[] = [];
    let a = network.from[s]!;
    let b = network.to[s]!;
    while (a !== b) {
      if (depth[a]! < depth[b]!) [a, b] = [b, a];
      between.push(forest.edge[a]!);
      a = forest.parent[a]!;
    }
    return between;
  }

  function loop(id: string): Remedy {
    const zh = `${id} 的起点与终点为同一节点，不参与任何平衡`;
    return { id, meters: [], zh, en: `${id} begins and ends at the same node and takes part in no balance` };
  }
}

/** A share of an unmeasured quantity's slope below which a measurement takes no part in it. */
const NO_PART = 1e-8;

/**
 * An unobservable quantity is determined by a meter on one that only moves with it; a measurement that nothing checks is checked by a meter
 * on an observable quantity that is computed from it.
 */
function remediesOfEquations(problem: Problem, streams: readonly StreamResult[], estimate: Estimate): Remedy[] {
  const sets = new Map((estimate.movingTogether ?? []).flatMap((set) => set.map((s) => [s, set] as const)));
  const computedFrom = new Map<number, number[]>();
  streams.forEach(({ class: kind }, t) => {
    if (kind !== 'observable') return;
    const parts = estimate
      .functional(t)
      .map(([i, slope]) => [i, Math.abs(slope) * Math.sqrt(estimate.core.covariance.variance[i]!)] as const);
    const largest = Math.max(0, ...parts.map(([, part]) => part));
    for (const [i, part] of parts) {
      if (part > NO_PART * largest) computedFrom.set(i, [...(computedFrom.get(i) ?? []), t]);
    }
  });
  const name = (s: number) => problem.streams[s]!.id;
  return streams.flatMap(({ id, class: kind }, s) => {
    if (kind === 'unobservable') return [unobservable(id, (sets.get(s) ?? []).filter((t) => t !== s).map(name))];
    if (kind === 'nonredundant') return [nonredundant(id, (computedFrom.get(estimate.measurementOf[s]!) ?? []).map(name))];
    return [];
  });
}

function unobservable(id: string, others: readonly string[]): Remedy {
  const meters = [id, ...others];
  return {
    id,
    meters,
    zh: `${id} 无法由平衡推算：须在${meters.join('、')}${others.length > 0 ? '之一' : ''}安装计量器具`,
    en: `the balances do not determine ${id}: fit a meter on ${meters.join(' or ')}`,
  };
}

function nonredundant(id: string, meters: readonly string[]): Remedy {
  if (meters.length === 0) {
    const zh = `${id} 未受任何平衡校核，且另装一块表仍不足以校核`;
    return { id, meters, zh, en: `no balance checks ${id}, and one meter elsewhere would not be enough` };
  }
  return {
    id,
    meters,
    zh: `${id} 未受任何平衡校核：须在${meters.join('、')}之一安装计量器具`,
    en: `no balance checks ${id}: fit a meter on ${meters.join(' or ')}`,
  };
}
