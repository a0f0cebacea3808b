import { ENV } from '../../config/plant/schema.ts';
import type { Problem, ProblemStream } from '../network/problem.ts';
import { covariance, type Quantity, standardUncertainty } from '../window/quantity.ts';
import { endOf } from './boundary.ts';
import type { BalanceFlows } from './flows.ts';

/** Standard uncertainty that stands for "exactly known", as a share of the largest flow: a weight must be finite. */
const EXACT = 1e-6;

/** Correlations are shrunk by this share, so that two streams on one meter still have a positive definite covariance. */
const SHRINK = 1e-6;

/**
 * A balance as a reconciliation problem: nodes are the units it can be balanced at, a stock change is a stream of its unit to ENV whose
 * measured value may be negative. What a difference takes, and what has no uncertainty, is unmeasured. Streams that share a source of
 * uncertainty are correlated. Null where no stream joins two nodes.
 */
export function problemOf({ flows, stocks, layout: { nodeOf } }: BalanceFlows): Problem | null {
  const edges = [
    ...flows.map(({ id, from, to, load, basis }) => ({
      id,
      from: endOf(nodeOf, from),
      to: endOf(nodeOf, to),
      load: basis === 'difference' ? null : load,
    })),
    ...stocks.map(({ id, unit, load }) => ({ id, from: endOf(nodeOf, unit), to: ENV, load })),
  ].filter(({ from, to }) => from !== to);
  if (edges.length === 0) return null;
  const usable = (load: Quantity | null): load is Quantity => load !== null && Number.isFinite(standardUncertainty(load));
  const largest = Math.max(0, ...edges.map(({ load }) => (usable(load) ? Math.max(standardUncertainty(load), Math.abs(load.value)) : 0)));
  const floor = largest > 0 ? largest * EXACT : 1;
  const streams = edges.map(({ id, from, to, load }): ProblemStream => {
    if (!usable(load)) return { id, from, to, measured: null, sigma: null };
    return { id, from, to, measured: load.value, sigma: Math.max(standardUncertainty(load), floor) };
  });
  const correlations: { a: string; b: string; r: number }[] = [];
  for (const [index, { id: a, load }] of edges.entries()) {
    for (const { id: b, load: other } of edges.slice(index + 1)) {
      if (!usable(load) || !usable(other)) continue;
      const shared = covariance(load, other);
      if (shared === 0) continue;
      const r = shared / (Math.max(standardUncertainty(load), floor) * Math.max(standardUncertainty(other), floor));
      if (Math.abs(r) > 1e-9) correlations.push({ a, b, r: r * (1 - SHRINK) });
    }
  }
  return { kind: 'linear-network', streams, correlations };
}
