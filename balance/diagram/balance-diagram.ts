import type { Plant } from '../../config/plant/plant.ts';
import { Fault } from '../../config/words/fault.ts';
import { type Lang, named, word } from '../../config/words/word.ts';
import { writtenNumber } from '../../config/words/written.ts';
import { subtree } from '../media/boundary.ts';
import type { BalanceReport, BalanceResult } from '../media/result.ts';
import { type DiagramContent, type DiagramFlow, OUTSIDE } from './content.ts';
import { diagramWords } from './words.ts';

/**
 * The content of one balance's diagram at a boundary (the plant where null): the units right below it as boxes, everything deeper
 * counted to them, what lies outside as the ends of arrows. Streams within one box are not drawn.
 *
 * @throws Fault diagram.unknown where the report has no such balance at that boundary.
 */
export function balanceDiagram(
  plant: Plant,
  report: BalanceReport,
  { balance, boundary, lang }: { readonly balance: string; readonly boundary: string | null; readonly lang: Lang },
): DiagramContent {
  const result = report.balances.find((each) => each.id === balance && (boundary === null || each.boundary === boundary));
  if (result === undefined) {
    throw new Fault({
      code: 'diagram.unknown',
      place: boundary === null ? balance : `${balance} @ ${boundary}`,
      zh: '没有这个平衡，或它在该单元不能核算',
      en: 'there is no such balance, or it cannot be drawn up at that unit',
    });
  }
  const boxOf = boxes(plant, result.boundary);
  const nameOf = (unit: string) => named(plant.units.get(unit)?.name ?? unit, lang);
  const verdicts = new Map(report.balances.filter(({ id }) => id === balance).map((each) => [each.boundary, each]));
  const suspects = new Set(result.suspects.flatMap(({ ids }) => ids));
  const flows: DiagramFlow[] = [];
  for (const stream of result.streams) {
    const [from, to] = [boxOf(stream.from), boxOf(stream.to)];
    if (from === to) continue;
    flows.push({
      id: stream.id,
      name: stream.name[lang] + otherEnd(from, to, stream, nameOf),
      from,
      to,
      amount: stream.total,
      u: stream.u,
      reconciled: stream.reconciled,
      basis: stream.basis,
      suspect: suspects.has(stream.id),
    });
  }
  const used = new Set(flows.flatMap(({ from, to }) => [from, to]));
  return {
    title: `${nameOf(result.boundary)} ${word(lang, `balanceKind.${result.kind}`)}`,
    unit: result.unit,
    units: [...plant.units.keys()]
      .filter((id) => used.has(id))
      .map((id) => ({ id, name: nameOf(id), verdict: verdicts.get(id)?.verdict ?? null, note: note(verdicts.get(id), lang) })),
    flows,
    words: diagramWords(lang),
  };
}

/** Per unit within the boundary the box that stands for it: the child of the boundary above it, or the boundary itself. */
function boxes(plant: Plant, boundary: string): (end: string) => string {
  const box = new Map([[boundary, boundary]]);
  for (const { id, parent } of plant.units.values()) {
    if (parent === boundary) for (const inside of subtree(plant, id)) box.set(inside, id);
  }
  return (end) => box.get(end) ?? OUTSIDE;
}

/** Where a stream comes from or goes to beyond the boundary, where that is another unit of the plant. */
function otherEnd(from: string, to: string, stream: { from: string; to: string }, nameOf: (unit: string) => string): string {
  if (from === OUTSIDE && stream.from !== OUTSIDE) return ` ← ${nameOf(stream.from)}`;
  if (to === OUTSIDE && stream.to !== OUTSIDE) return ` → ${nameOf(stream.to)}`;
  return '';
}

function note(result: BalanceResult | undefined, lang: Lang): string {
  if (result === undefined) return '';
  const verdict = word(lang, `verdictShort.${result.verdict}`);
  return result.closurePercent === null || result.verdict === 'by-difference'
    ? verdict
    : `${verdict} ${writtenNumber(result.closurePercent, 2)}\u00a0%`;
}
