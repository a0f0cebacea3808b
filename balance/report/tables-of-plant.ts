import { named, type WordKey, word } from '../../config/words/word.ts';
import { DASH } from '../../config/words/written.ts';
import { type Block, type Cell, table } from './blocks.ts';
import type { ReportContent } from './content.ts';
import { figure, setting } from './figures.ts';
import { anyName, balanceName, channelName, unitName } from './names.ts';

/** Workshops and equipment as the plant file has them. */
export function unitTable(content: ReportContent): Block {
  const { plant, lang } = content;
  const w = (key: WordKey) => word(lang, key);
  const rows = [...plant.units.values()].map((unit) => [
    unitName(content, unit.id),
    w(`unitLevel.${unit.level}`),
    unit.parent === undefined ? DASH : unitName(content, unit.parent),
    unit.auditFocus ? w('report.focus') : '',
  ]);
  return table(w('report.unitTable'), [w('report.unit'), w('report.level'), w('report.parent'), w('report.focus')], rows);
}

/** Audit focuses with their rated consumptions. */
export function focusTable(content: ReportContent): Block {
  const { plant, lang } = content;
  const w = (key: WordKey) => word(lang, key);
  const rows = [...plant.units.values()]
    .filter(({ auditFocus }) => auditFocus)
    .map((unit) => [
      unitName(content, unit.id),
      w(`unitLevel.${unit.level}`),
      unit.load.map(({ kind, value, unit: of }) => `${kind} ${setting(value).text} ${of}`).join('; ') || DASH,
    ]);
  return table(w('report.focusTable'), [w('report.unit'), w('report.level'), w('report.load')], rows);
}

/** Where the plant discharges, and which factors are read there. */
export function outfallTable(content: ReportContent): Block {
  const { plant, lang } = content;
  const w = (key: WordKey) => word(lang, key);
  const list = (names: readonly string[]) => names.join(w('general.listSeparator')) || DASH;
  const rows = plant.file.outfalls.map((outfall) => [
    `${outfall.id} ${named(outfall.name, lang)}`,
    unitName(content, outfall.unit),
    w(`outfall.${outfall.kind}`),
    list(outfall.streams.map((id) => anyName(content, id))),
    list(Object.entries(outfall.monitored).map(([factor, channel]) => `${factor}: ${channelName(content, channel)}`)),
  ]);
  const columns = [w('report.outfall'), w('report.unit'), w('report.kind'), w('report.streams'), w('report.monitored')];
  return table(w('report.outfallTable'), columns, rows);
}

/** What streams of certain roles carried, by balance. */
export function roleTable(content: ReportContent, caption: string, roles: readonly string[]): Block {
  const { plant, lang, balances } = content;
  const w = (key: WordKey) => word(lang, key);
  const rows: (readonly Cell[])[] = [];
  for (const balance of balances.balances) {
    if (plant.units.get(balance.boundary)?.level !== 'plant') continue;
    for (const stream of balance.streams) {
      const role = plant.streams.get(stream.id)?.role;
      if (role === undefined || !roles.includes(role)) continue;
      rows.push([
        balanceName(content, balance),
        `${stream.id} ${stream.name[lang]}`,
        w(`role.${role}`),
        figure(stream.total, stream.u),
        figure(stream.u, stream.u),
        stream.unit,
        w(`basis.${stream.basis}`),
      ]);
    }
  }
  const columns = [
    w('report.balance'),
    w('report.stream'),
    w('report.role'),
    `>${w('report.total')}`,
    '>u (k\u00a0=\u00a01)',
    w('report.unitOfMeasure'),
    w('report.basis'),
  ];
  return table(caption, columns, rows);
}
