import { labelOf } from '../../config/plant/label.ts';
import type { Plant } from '../../config/plant/plant.ts';
import type { Label } from '../../config/plant/schema.ts';
import type { Reconciliation } from '../network/problem.ts';
import { type Quantity, standardUncertainty } from '../window/quantity.ts';
import type { Advice } from './advice.ts';
import { crossing, subtree } from './boundary.ts';
import { COVERAGE_FACTOR, closurePercent, verdictOf } from './closure.ts';
import { type BalanceFlows, type Flow, imbalanceOf } from './flows.ts';
import { remarksOn } from './remarks.ts';
import type { BalanceResult, BalanceStock, BalanceStream } from './result.ts';

/** Standard coal of a stream's amount, for balances of energy. */
export type StandardCoalOf = (flow: Flow) => BalanceStream['standardCoal'];

/**
 * The results of one balance at the plant and at every smaller unit that can be balanced.
 *
 * The imbalance in − out − stock change carries the full covariance of its terms: what two streams share (a meter, a factor, a derived
 * amount) counts once and with its sign.
 */
export function balanceResults(
  plant: Plant,
  balance: BalanceFlows,
  reconciliation: Reconciliation | null,
  standardCoalOf: StandardCoalOf,
  advice?: Advice | null,
  remark: NonNullable<BalanceResult['remarks']>[number] | null = null,
): readonly BalanceResult[] {
  const streams = balance.flows.map((flow) => streamOf(flow, balance.definition.unit, reconciliation, standardCoalOf));
  const stocks = balance.stocks.map((flow): BalanceStock => {
    const result = reconciliation?.streams.find(({ id }) => id === flow.id);
    const { change, u } = { change: flow.load?.value ?? null, u: known(flow.load) };
    const { stock, notes } = flow;
    return {
      id: stock.id,
      name: names(stock.name),
      unit: balance.definition.unit,
      holder: stock.unit,
      change,
      u,
      reconciled: result?.reconciled ?? null,
      basis: stock.pile ? 'analysed' : 'metered',
      budget: flow.load === null ? [] : budgetOf(flow.load),
      notes,
    };
  });
  return balance.layout.boundaries.map((boundary, index) => {
    const result = at(plant, balance, boundary, index === 0, streams, stocks, reconciliation);
    const said = index === 0 && remark ? { ...result, remarks: [...(result.remarks ?? []), remark] } : result;
    return index === 0 && advice ? { ...said, advice } : said;
  });
}

function at(
  plant: Plant,
  { definition, flows, stocks }: BalanceFlows,
  boundary: string,
  whole: boolean,
  streams: readonly BalanceStream[],
  stockResults: readonly BalanceStock[],
  reconciliation: Reconciliation | null,
): BalanceResult {
  const inside = subtree(plant, boundary);
  const crossers = flows.filter((flow) => crossing(flow, inside) !== 0);
  let [entered, left, entering, stockChange] = [0, 0, 0, 0];
  for (const flow of crossers) {
    const inward = crossing(flow, inside) * (flow.load?.value ?? 0);
    const outward = flow.stream.direction === 'both' ? inward < 0 : crossing(flow, inside) < 0;
    if (outward) left -= inward;
    else entered += inward;
    if (!outward && flow.stream.role !== 'recycle') entering += inward;
  }
  const held = stocks.filter(({ unit }) => inside.has(unit));
  for (const { load } of held) stockChange += load?.value ?? 0;
  const exact = imbalanceOf(flows, stocks, inside);
  const byDifference = crossers.some(({ basis }) => basis === 'difference');
  const { imbalance, u } = settled(exact, Math.max(Math.abs(entered), Math.abs(left), Math.abs(stockChange)), byDifference);
  const tolerance = definition.tolerance ?? null;
  const near = new Set(flows.filter((flow) => inside.has(flow.from) || inside.has(flow.to)).map(({ id }) => id));
  const here = streams.filter(({ id }) => whole || near.has(id));
  const hypotheses = reconciliation?.suspects ?? [];
  const units = new Set([...inside]);
  return {
    id: definition.id,
    kind: definition.kind,
    boundary,
    unit: definition.unit,
    in: entered,
    out: left,
    stockChange,
    imbalance,
    u,
    U: u === null ? null : COVERAGE_FACTOR * u,
    k: COVERAGE_FACTOR,
    closurePercent: closurePercent({ imbalance, entering }),
    verdict: verdictOf({ imbalance, u, entering, byDifference, tolerance }),
    tolerance,
    streams: here,
    stocks: stockResults.filter(({ holder }) => inside.has(holder)),
    remarks: remarksOn({ crossers, held, exact, tolerance, entering }),
    global: whole ? (reconciliation?.global ?? null) : null,
    suspects: whole ? hypotheses : hypotheses.filter(({ ids }) => ids.some((id) => near.has(id) || units.has(id))),
    simulated: plant.simulated,
  };
}

/** Rounding of a sum is no imbalance: what lies below 1e-9 of the largest term is 0, and a residue by difference tests nothing. */
function settled(exact: Quantity | null, scale: number, byDifference: boolean): { imbalance: number | null; u: number | null } {
  if (exact === null) return { imbalance: null, u: null };
  const tiny = scale * 1e-9;
  const imbalance = Math.abs(exact.value) <= tiny ? 0 : exact.value;
  const u = known(exact);
  if (u !== null && u <= tiny && byDifference) return { imbalance, u: null };
  return { imbalance, u };
}

function streamOf(flow: Flow, unit: string, reconciliation: Reconciliation | null, standardCoalOf: StandardCoalOf): BalanceStream {
  const { stream, load, known: amount } = flow;
  const result = reconciliation?.streams.find(({ id }) => id === flow.id);
  const coal = standardCoalOf(flow);
  return {
    id: flow.id,
    name: names(stream.name),
    from: flow.from,
    to: flow.to,
    total: load?.value ?? null,
    unit,
    u: known(load),
    coverageOfTime: amount.coverageOfTime,
    coverageOfQuantity: amount.coverageOfQuantity,
    basis: flow.basis,
    reconciled: result?.reconciled ?? null,
    reconciledU: result?.sigma ?? null,
    test: result?.test ?? null,
    budget: load === null ? [] : budgetOf(load),
    notes: amount.notes,
    ...(coal === undefined ? {} : { standardCoal: coal }),
  };
}

/** Contributions by name, largest first; those of single readings (`resolution M@time`) are put together as `resolution M`. */
function budgetOf(load: Quantity): readonly { name: string; u: number }[] {
  const budget = new Map<string, number>();
  for (const [source, part] of load.parts) {
    const name = source.replace(/@\d+$/, '');
    if (Number.isFinite(part)) budget.set(name, Math.hypot(budget.get(name) ?? 0, part));
  }
  return [...budget].map(([name, u]) => ({ name, u })).sort((a, b) => b.u - a.u);
}

/** Standard uncertainty, null where the quantity or a source of its uncertainty is unknown. */
function known(load: Quantity | null): number | null {
  if (load === null) return null;
  const u = standardUncertainty(load);
  return Number.isFinite(u) ? u : null;
}

function names(label: Label): { zh: string; en: string } {
  return { zh: labelOf(label, 'zh'), en: labelOf(label, 'en') };
}
