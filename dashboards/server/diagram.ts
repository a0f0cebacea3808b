import type { DiagramContent, DiagramFlow, DiagramUnit } from '../../balance/diagram/content.ts';
import { OUTSIDE } from '../../balance/diagram/content.ts';
import { diagramWords } from '../../balance/diagram/words.ts';
import type { BalanceReport } from '../../balance/media/result.ts';
import type { Plant } from '../../config/plant/plant.ts';
import { type Lang, named, word } from '../../config/words/word.ts';

/** What the flow diagram of a balance at the plant's boundary shows: its workshops and the streams between them; null for no such balance. */
export function diagramOf(plant: Plant, report: BalanceReport, balanceId: string, lang: Lang): DiagramContent | null {
  const ofKind = report.balances.filter((balance) => balance.id === balanceId);
  const whole = ofKind.find((balance) => plant.units.get(balance.boundary)?.level === 'plant');
  if (whole === undefined) return null;
  const workshopOf = (unit: string): string => {
    for (let at = plant.units.get(unit); at !== undefined; at = plant.units.get(at.parent ?? '')) {
      if (at.level === 'workshop' || at.parent === undefined) return at.id;
    }
    return OUTSIDE;
  };
  const suspects = new Set(whole.suspects.flatMap((suspect) => suspect.ids));
  const streams = new Map(ofKind.flatMap((balance) => balance.streams).map((stream) => [stream.id, stream]));
  const flows: DiagramFlow[] = [];
  for (const stream of streams.values()) {
    const [from, to] = [workshopOf(stream.from), workshopOf(stream.to)];
    if (from === to) continue;
    flows.push({
      id: stream.id,
      name: lang === 'en' ? stream.name.en : stream.name.zh,
      from,
      to,
      amount: stream.total,
      u: stream.u,
      reconciled: stream.reconciled,
      basis: stream.basis,
      suspect: suspects.has(stream.id),
    });
  }
  const met = new Set(flows.flatMap((flow) => [flow.from, flow.to]).filter((id) => id !== OUTSIDE));
  const units: DiagramUnit[] = [...met].map((id) => {
    const at = ofKind.find((balance) => balance.boundary === id);
    const unit = plant.units.get(id);
    return {
      id,
      name: unit === undefined ? id : named(unit.name, lang),
      verdict: at?.verdict ?? null,
      note: at === undefined ? '' : word(lang, `verdictShort.${at.verdict}`),
    };
  });
  return { title: `${word(lang, `balanceKind.${whole.kind}`)} (${whole.unit})`, unit: whole.unit, units, flows, words: diagramWords(lang) };
}
