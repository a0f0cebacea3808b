import { ledgerSheets } from '../../../config/plant/ledger.ts';
import { LEDGER_COLUMNS } from '../../../config/plant/ledger-columns.ts';
import { named, type WordKey, word, wordOr } from '../../../config/words/word.ts';
import type { ReportContent } from '../content.ts';
import { kindWord, unitName } from '../names.ts';
import { type BookSheet, headRow, type Row, text } from './sheet.ts';

/**
 * The meter ledger, whole and by level, in the columns of GB 17167 and JJF 1356 (forms B.3, B.5 and B.6 list the same meters).
 */
export function ledgerBookSheets({ plant }: ReportContent): readonly BookSheet[] {
  return ledgerSheets(plant.file).map(({ name, rows }) => ({
    name,
    rows: rows.map(
      (cells, index): Row => (index === 0 ? headRow(cells.map(String)) : cells.map((cell) => text(cell === null ? '' : String(cell)))),
    ),
    widths: LEDGER_COLUMNS.map(({ width }) => width),
    heads: 1,
  }));
}

/** Main equipment with its rated consumptions. @source JJF 1356-2012 form B.2 (list of main energy-using equipment) */
export function equipmentSheet(content: ReportContent): BookSheet {
  const { plant, lang } = content;
  const w = (key: WordKey) => word(lang, key);
  const rows: Row[] = [headRow(['ID', w('report.label'), w('report.parent'), w('report.load'), w('report.focus')])];
  for (const unit of plant.units.values()) {
    if (unit.level !== 'equipment' || !unit.main) continue;
    rows.push([
      text(unit.id),
      text(named(unit.name, lang)),
      text(unit.parent === undefined ? '' : unitName(content, unit.parent)),
      text(unit.load.map(({ kind, value, unit: of }) => `${kindWord(kind, lang)} ${value} ${of}`).join('; ')),
      text(unit.auditFocus ? w('report.focus') : ''),
    ]);
  }
  return { name: w('workbook.equipment'), rows, widths: [14, 30, 26, 40, 12], heads: 1 };
}

/** Metering points with their meters: what must be measured, where, by what. */
export function pointSheet(content: ReportContent): BookSheet {
  const { plant, lang } = content;
  const w = (key: WordKey) => word(lang, key);
  const rows: Row[] = [
    headRow(['ID', w('report.label'), w('report.kind'), w('report.level'), w('report.unit'), w('workbook.meters'), w('report.exempt')]),
  ];
  for (const point of plant.points.values()) {
    rows.push([
      text(point.id),
      text(named(point.name, lang)),
      text(kindWord(point.kind, lang)),
      text(`${point.level} ${w(`level.${point.level}`)}`),
      text(unitName(content, point.unit)),
      text(point.meters.map(({ meter, role }) => `${meter} (${w(`meterRole.${role}`)})`).join(w('general.listSeparator'))),
      text(point.exempt === undefined ? '' : `${wordOr(lang, `exemption.${point.exempt.by}`, point.exempt.by)}: ${point.exempt.evidence}`),
    ]);
  }
  return { name: w('workbook.points'), rows, widths: [18, 30, 16, 20, 26, 30, 40], heads: 1 };
}
