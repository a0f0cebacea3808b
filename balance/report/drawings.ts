import type { Drawing } from '../diagram/diagram.ts';
import { drawBalance } from '../diagram/merged.ts';
import type { BalanceReport, BalanceResult } from '../media/result.ts';
import type { ReportContent } from './content.ts';
import { placeElsewhere } from './drawing-thread.ts';

/** Diagrams drawn of a report's balances: page and document show the same ones, and a layout takes its time. */
const drawn = new WeakMap<BalanceReport, Map<string, Promise<readonly Drawing[]>>>();

type Drawn = Pick<ReportContent, 'plant' | 'balances' | 'lang'>;

/** The diagrams of one balance at a boundary; drawn once. */
export function diagramsOf({ plant, balances, lang }: Drawn, balance: string, boundary: string): Promise<readonly Drawing[]> {
  const known = drawn.get(balances) ?? new Map<string, Promise<readonly Drawing[]>>();
  drawn.set(balances, known);
  const key = `${lang} ${balance}`;
  const place = placeElsewhere();
  const pictures = known.get(key) ?? drawBalance(plant, balances, { balance, boundary, lang, ...(place ? { place } : {}) });
  known.set(key, pictures);
  return pictures;
}

/** Begins to draw what a report will show, one balance after the other, while its other parts are computed. */
export function drawAhead(content: Drawn): void {
  const ids = new Set(content.balances.balances.map(({ id }) => id));
  // Whoever shows a diagram awaits it, and is told what went wrong.
  for (const id of ids) diagramsOf(content, id, wholeOf(content, id).boundary).catch(() => undefined);
}

/** A balance at the boundary of the plant, or at the first that it has. */
export function wholeOf({ plant, balances }: Drawn, id: string): BalanceResult {
  const results = balances.balances.filter((balance) => balance.id === id);
  return results.find(({ boundary }) => plant.units.get(boundary)?.level === 'plant') ?? results[0]!;
}
