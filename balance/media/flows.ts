import type { Plant } from '../../config/plant/plant.ts';
import { type BalanceDefinition, ENV, type Stock, type Stream } from '../../config/plant/schema.ts';
import { product, type Quantity, scaled, sum } from '../window/quantity.ts';
import type { Window } from '../window/window.ts';
import type { StreamAmount } from './amounts.ts';
import type { Basis } from './basis.ts';
import { crossing, endOf, type Layout, layout } from './boundary.ts';
import { contentOf, type MeanOf } from './content.ts';

/** A stream in one balance. */
export interface Flow {
  readonly stream: Stream;
  readonly id: string;
  readonly from: string;
  readonly to: string;
  /** In the unit of the balance; null where nothing is known. A difference carries the residue of its node. */
  readonly load: Quantity | null;
  readonly basis: Basis;
  readonly known: StreamAmount;
}

/** The change of a stock in one balance: what its unit took up, negative where it gave. */
export interface StockFlow {
  readonly stock: Stock;
  readonly id: string;
  readonly unit: string;
  readonly load: Quantity | null;
  readonly notes: readonly string[];
}

export interface BalanceFlows {
  readonly definition: BalanceDefinition;
  readonly flows: readonly Flow[];
  readonly stocks: readonly StockFlow[];
  readonly layout: Layout;
}

/** Stock changes over the window in the unit of the stock's medium, null where the level is not known at both ends. */
export type StockChangeOf = (stock: Stock) => { readonly change: Quantity | null; readonly notes: readonly string[] };

/**
 * The streams and stocks that hold something in a balance, in its unit, with each difference given the residue of its node.
 */
export function flowsOf(
  plant: Plant,
  definition: BalanceDefinition,
  amounts: ReadonlyMap<string, StreamAmount>,
  meanOf: MeanOf,
  changeOf: StockChangeOf,
  window: Window,
): BalanceFlows {
  const flows: Flow[] = [];
  for (const stream of plant.streams.values()) {
    const said: string[] = [];
    const content = contentOf(plant, definition, stream, meanOf, window, (text) => said.push(text));
    const amount = amounts.get(stream.id);
    if (content === undefined || amount === undefined) continue;
    const known = said.length === 0 ? amount : { ...amount, notes: [...amount.notes, ...said] };
    const load = content === null || known.amount === null ? null : product(known.amount, content);
    flows.push({ stream, id: stream.id, from: stream.from, to: stream.to, load, basis: known.basis, known });
  }
  const stocks: StockFlow[] = [];
  for (const stock of plant.stocks.values()) {
    const content = contentOf(plant, definition, { id: stock.id, medium: stock.medium, content: {} }, meanOf, window);
    if (content === undefined) continue;
    const { change, notes } = changeOf(stock);
    const load = content === null || change === null ? null : product(change, content);
    stocks.push({ stock, id: `stock:${stock.id}`, unit: stock.unit, load, notes });
  }
  const drawn = layout(plant, flows, stocks);
  return { definition, flows: withResidues(flows, stocks, drawn), stocks, layout: drawn };
}

/**
 * Gives each difference the residue of its node: what enters, less what else leaves, less the stock change, where all of that is known.
 * One residue may settle another, so the nodes are passed over until nothing more is found.
 */
function withResidues(flows: readonly Flow[], stocks: readonly StockFlow[], { nodeOf }: Layout): readonly Flow[] {
  const settled = [...flows];
  for (let found = true; found; ) {
    found = false;
    for (const [index, flow] of settled.entries()) {
      if (flow.basis !== 'difference' || flow.load !== null) continue;
      const nodes = [flow.from, flow.to].filter((end) => end !== ENV).map((end) => endOf(nodeOf, end));
      for (const node of nodes) {
        const residue = residueAt(node, flow.id, settled, stocks, nodeOf);
        if (residue === null) continue;
        settled[index] = { ...flow, load: endOf(nodeOf, flow.from) === node ? residue : scaled(residue, -1) };
        found = true;
        break;
      }
    }
  }
  return settled;
}

/** in − out − stock change at a node without one of its flows; null where another is unknown or the flow does not meet the node. */
function residueAt(
  node: string,
  without: string,
  flows: readonly Flow[],
  stocks: readonly StockFlow[],
  nodeOf: ReadonlyMap<string, string>,
): Quantity | null {
  const inside = new Set([...nodeOf].filter(([, standsFor]) => standsFor === node).map(([id]) => id));
  const own = flows.find((flow) => flow.id === without);
  if (own === undefined || crossing(own, inside) === 0) return null;
  return imbalanceOf(
    flows.filter((flow) => flow.id !== without),
    stocks,
    inside,
  );
}

/** in − out − stock change over a set of units with its full covariance; null where one of them is unknown. */
export function imbalanceOf(flows: readonly Flow[], stocks: readonly StockFlow[], inside: ReadonlySet<string>): Quantity | null {
  const terms: Quantity[] = [];
  for (const flow of flows) {
    const sign = crossing(flow, inside);
    if (sign === 0) continue;
    if (flow.load === null) return null;
    terms.push(scaled(flow.load, sign));
  }
  for (const stock of stocks) {
    if (!inside.has(stock.unit)) continue;
    if (stock.load === null) return null;
    terms.push(scaled(stock.load, -1));
  }
  return sum(terms);
}
