import { ENV } from '../../config/plant/schema.ts';
import type { Problem, ProblemStream } from '../network/problem.ts';
import { covariance, type Quantity, standardUncertainty } from '../window/quantity.ts';
import { endOf } from './boundary.ts';
import type { BalanceFlows } from './flows.ts';
import type { Related } from './relations.ts';

/** Standard uncertainty that stands for "exactly known", of the stream's own amount and at least of the largest one: a weight is finite. */
const EXACT = { own: 1e-6, largest: 1e-9 } as const;

/** Correlations are shrunk by this share, so that two streams on one meter still have a positive definite covariance. */
const SHRINK = 1e-6;

/**
 * A balance as a reconciliation problem: nodes are the units it can be balanced at, a stock change is a stream of its unit to ENV whose
 * measured value may be negative. What a difference takes, and what has no uncertainty, is unmeasured. Streams that share a source of
 * uncertainty are correlated. Null where no stream joins two nodes.
 *
 * @param related rows beside the balance of each node; their quantities and the flows within a node that they name become streams without ends
 */
export function problemOf({ flows, stocks, layout: { nodeOf } }: BalanceFlows, related: Related | null = null): Problem | null {
  const edges = [
    ...flows.map(({ id, from, to, load, basis, known }) => ({
      id,
      from: endOf(nodeOf, from),
      to: endOf(nodeOf, to),
      load: basis === 'difference' ? null : load,
      out: basis === 'out-of-service' ? { outOfService: known.notes.join('; ') } : {},
    })),
    ...stocks.map(({ id, unit, load }) => ({ id, from: endOf(nodeOf, unit), to: ENV, load, out: {} })),
  ].filter(({ id, from, to }) => from !== to || related?.streams.has(id));
  if (!edges.some(({ from, to }) => from !== to)) return null;
  const usable = (load: Quantity | null): load is Quantity => load !== null && Number.isFinite(standardUncertainty(load));
  const largest = Math.max(0, ...edges.map(({ load }) => Math.abs(load?.value ?? 0)));
  const sigmaOf = (load: Quantity): number => {
    const u = standardUncertainty(load);
    return u > 0 ? u : Math.max(Math.abs(load.value) * EXACT.own, largest * EXACT.largest) || 1;
  };
  const streams: ProblemStream[] = [];
  const measured: { id: string; load: Quantity; sigma: number }[] = [];
  for (const { id, from, to, load, out } of edges) {
    const sigma = usable(load) ? sigmaOf(load) : null;
    const ends = from === to ? { from: null, to: null } : { from, to };
    streams.push({ id, ...ends, measured: sigma === null ? null : load!.value, sigma, ...out });
    if (sigma !== null) measured.push({ id, load: load!, sigma });
  }
  for (const { id, value } of related?.quantities ?? []) {
    const u = value && standardUncertainty(value);
    const sigma = u === null || !Number.isFinite(u) ? null : u > 0 ? u : Math.abs(value!.value) * EXACT.own || EXACT.own;
    streams.push({ id, from: null, to: null, measured: sigma === null ? null : value!.value, sigma });
    if (sigma !== null) measured.push({ id, load: value!, sigma });
  }
  const correlations: { a: string; b: string; r: number }[] = [];
  for (const [index, one] of measured.entries()) {
    for (const other of measured.slice(index + 1)) {
      const r = covariance(one.load, other.load) / (one.sigma * other.sigma);
      if (Math.abs(r) > 1e-9) correlations.push({ a: one.id, b: other.id, r: r * (1 - SHRINK) });
    }
  }
  return { kind: 'linear-network', streams, correlations, ...(related ? { templates: related.templates } : {}) };
}
