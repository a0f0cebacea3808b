import { named, type WordKey, word, wordOr } from '../../config/words/word.ts';
import { DASH } from '../../config/words/written.ts';
import { type Block, type Cell, heading, paragraph, table } from './blocks.ts';
import type { ReportContent } from './content.ts';
import { count, figure, share } from './figures.ts';
import { balanceName } from './names.ts';

/** What the monitors of the outfalls delivered, where they were over a limit, and what the plant's own balances say beside them. */
export function monitoringPart(content: ReportContent): readonly Block[] {
  const { monitoring, lang, plant } = content;
  if (
    monitoring === undefined ||
    monitoring.outfalls.every(({ monitors, contradictions }) => monitors.length + contradictions.length === 0)
  )
    return [];
  const w = (key: WordKey) => word(lang, key);
  const rows = monitoring.outfalls.flatMap(({ id, name, monitors }) =>
    monitors.map((monitor): readonly Cell[] => [
      `${id} ${named(name, lang)}`,
      monitor.name === null ? monitor.code : `${monitor.code} ${monitor.name}`,
      monitor.rates === null ? DASH : share(monitor.rates.effective),
      count(monitor.hours.valid),
      count(monitor.hours.all),
      count(monitor.over.length),
      monitor.pass === null ? DASH : w(monitor.pass ? 'monitoring.pass' : 'monitoring.fail'),
    ]),
  );
  const columns = [
    w('report.outfall'),
    w('monitoring.code'),
    `>${w('monitoring.effective')}`,
    `>${w('monitoring.validHours')}`,
    `>${w('monitoring.hours')}`,
    `>${w('monitoring.over')}`,
    w('report.verdict'),
  ];
  const blocks: Block[] = [heading(1, w('monitoring.title')), table(w('monitoring.monitors'), columns, rows)];
  const over = monitoring.outfalls.flatMap(({ id, monitors }) =>
    monitors.flatMap((monitor) =>
      monitor.over.map((each): readonly Cell[] => [
        `${id} ${monitor.code}`,
        each.from,
        each.to,
        figure(each.peak),
        figure(each.limit),
        each.limitUnit,
        each.source,
      ]),
    ),
  );
  if (over.length > 0) {
    const titles = [w('monitoring.code'), w('report.from'), w('report.to'), `>${w('monitoring.peak')}`, `>${w('monitoring.limit')}`];
    blocks.push(table(w('monitoring.overTable'), [...titles, w('report.unitOfMeasure'), w('monitoring.source')], over));
  }
  const beside = monitoring.outfalls.flatMap(({ id, contradictions }) =>
    contradictions.map((each): readonly Cell[] => {
      const balance = plant.balances.get(each.balance);
      return [
        id,
        balance === undefined ? each.balance : balanceName(content, balance),
        figure(each.monitored, each.u),
        figure(each.byBalance, each.u),
        figure(each.u, each.u),
        each.unit,
        w(each.significant ? 'monitoring.contradicts' : 'monitoring.agrees'),
      ];
    }),
  );
  if (beside.length > 0) {
    const titles = [w('report.outfall'), w('report.balance'), `>${w('monitoring.monitored')}`, `>${w('monitoring.byBalance')}`];
    blocks.push(table(w('monitoring.beside'), [...titles, '>u (k\u00a0=\u00a01)', w('report.unitOfMeasure'), w('report.verdict')], beside));
  }
  const signs = monitoring.outfalls.flatMap(({ id, signs: seen }) =>
    seen.map(({ sign, codes, from, to }) => `${id} ${codes.join(', ')}: ${wordOr(lang, `monitoring.sign.${sign}`, sign)}, ${from} – ${to}`),
  );
  if (signs.length > 0) blocks.push(paragraph(w('monitoring.signs')), { kind: 'list', items: signs });
  return blocks;
}
