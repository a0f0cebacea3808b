import type { Plant } from '../../config/plant/plant.ts';
import { type Lang, word } from '../../config/words/word.ts';
import type { BalanceReport } from '../media/result.ts';
import { balanceDiagram } from './balance-diagram.ts';
import type { DiagramContent, DiagramFlow } from './content.ts';
import { type Drawing, drawForPaper } from './diagram.ts';
import type { Place } from './layout.ts';

/** Arrows that one A4 page on its side holds legibly. */
export const PAGE_FLOWS = 60;
/** Points of text under which a diagram is split, unless it has so few arrows that this would tell no more. */
const SMALLEST = 5;
const FEW = 20;

/**
 * The diagrams of one balance as pages show them: the plant with all its streams where a page holds them; else the plant with the
 * streams between two units drawn as one arrow, and after it every workshop with its streams, a workshop that is too large split alike.
 */
export async function drawBalance(
  plant: Plant,
  report: BalanceReport,
  { balance, boundary, lang, place }: { readonly balance: string; readonly boundary: string; readonly lang: Lang; readonly place?: Place },
): Promise<readonly Drawing[]> {
  const whole = balanceDiagram(plant, report, { balance, boundary, lang });
  if (whole.flows.length === 0) return [];
  if (whole.flows.length <= PAGE_FLOWS) {
    const drawing = await drawForPaper(whole, place);
    if (drawing.textSize >= SMALLEST || whole.flows.length < FEW) return [drawing];
  }
  const drawings = [await drawForPaper(merged(whole, lang), place)];
  for (const { id, parent } of plant.units.values()) {
    if (parent !== boundary || !report.balances.some((each) => each.id === balance && each.boundary === id)) continue;
    drawings.push(...(await drawBalance(plant, report, { balance, boundary: id, lang, ...(place ? { place } : {}) })));
  }
  return drawings;
}

/**
 * The same diagram with the flows from one unit to another as one arrow. Its amount is their sum, null where one is unknown; no
 * uncertainty is given, as the flows of one unit share errors.
 */
export function merged(content: DiagramContent, lang: Lang): DiagramContent {
  const bundles = new Map<string, DiagramFlow[]>();
  for (const flow of content.flows) {
    const key = `${flow.from} ${flow.to}`;
    bundles.set(key, [...(bundles.get(key) ?? []), flow]);
  }
  return { ...content, flows: [...bundles.values()].map((flows) => (flows.length === 1 ? flows[0]! : bundled(flows, lang))) };
}

function bundled(flows: readonly DiagramFlow[], lang: Lang): DiagramFlow {
  const first = flows[0]!;
  const sum = (of: (flow: DiagramFlow) => number | null) =>
    flows.reduce<number | null>((total, flow) => {
      const value = of(flow);
      return total === null || value === null ? null : total + value;
    }, 0);
  const amount = sum((flow) => flow.amount);
  return {
    id: flows.map(({ id }) => id).join('+'),
    name: word(lang, 'diagram.bundle').replace('{n}', String(flows.length)),
    from: first.from,
    to: first.to,
    amount,
    u: null,
    reconciled: sum((flow) => flow.reconciled),
    basis: amount === null ? 'unmeasured' : flows.every(({ basis }) => basis === first.basis) ? first.basis : 'derived',
    suspect: flows.some(({ suspect }) => suspect),
  };
}
