import { ledgerSheets } from '../../../config/plant/ledger.ts';
import { LEDGER_COLUMNS } from '../../../config/plant/ledger-columns.ts';
import { type WordKey, word } from '../../../config/words/word.ts';
import type { ReportContent } from '../content.ts';
import { type BookSheet, bold, counted, formula, headRow, number, type Row, sumOf, text, whole } from './sheet.ts';

/**
 * What of the forms of JJF 1356-2012 annex B the plant file and the results can fill and the ledger sheets do not: B.1 people, B.4 meters
 * at the plant's boundary, B.8 coverage by level and kind with sums, B.9 accuracy, B.10 energy by kind. The main equipment (B.2) and the
 * ledgers (B.3, B.5–B.7) are sheets of their own. What only people know is an empty cell.
 *
 * @source JJF 1356-2012 annex B, list of its forms; the fields were not held against the text
 */
export function jjfSheets(content: ReportContent): readonly BookSheet[] {
  return [peopleSheet(content), boundarySheet(content), countSheet(content), accuracySheet(content), energySheet(content)];
}

const FREE_ROWS = 8;
/** Headings of the ledger. */
const INSTRUMENT = '计量器具类型';
const ACCURACY = '准确度等级';

const columnLetters = (index: number): string =>
  (index >= 26 ? columnLetters(Math.floor(index / 26) - 1) : '') + String.fromCharCode(65 + (index % 26));

function titled({ lang }: ReportContent, key: WordKey, titles: readonly string[]): Row[] {
  return [[bold(word(lang, key))], [text(word(lang, 'jjf.toConfirm'))], headRow(titles)];
}

/** B.1: those that the test campaigns name, and room for others. */
function peopleSheet(content: ReportContent): BookSheet {
  const w = (key: WordKey) => word(content.lang, key);
  const rows = titled(content, 'jjf.b1', [
    w('jjf.no'),
    w('jjf.person'),
    w('jjf.role'),
    w('jjf.qualification'),
    w('jjf.due'),
    w('report.notes'),
  ]);
  const people = new Map(
    (content.plant.file.campaigns ?? []).flatMap((campaign) => campaign.people.map((person) => [person.name, person])),
  );
  for (const [index, person] of [...people.values()].entries())
    rows.push([text(String(index + 1)), text(person.name), text(person.role), text(person.qualification), text(person.due ?? ''), null]);
  for (let n = people.size; n < FREE_ROWS; n++) rows.push([text(String(n + 1)), null, null, null, null, null]);
  return { name: 'JJF B.1', rows, widths: [8, 16, 20, 40, 14, 30], heads: 3 };
}

/** B.4: the ledger of the meters at points of level 1. */
function boundarySheet(content: ReportContent): BookSheet {
  const { file } = content.plant;
  const atBoundary = new Set(
    file.points.filter(({ level }) => level === 1).flatMap(({ meters }) => meters.map(({ meter }) => meter.split('.')[0])),
  );
  const [whole] = ledgerSheets({ ...file, meters: file.meters.filter(({ id }) => atBoundary.has(id)) });
  const rows: Row[] = [[bold(word(content.lang, 'jjf.b4'))]];
  for (const [index, cells] of whole!.rows.entries())
    rows.push(index === 0 ? headRow(cells.map(String)) : cells.map((cell) => text(cell === null ? '' : String(cell))));
  return { name: 'JJF B.4', rows, widths: LEDGER_COLUMNS.map(({ width }) => width), heads: 2 };
}

/** B.8: counts by level, then by kind, each with its sum. */
function countSheet(content: ReportContent): BookSheet {
  const { coverage, lang } = content;
  const w = (key: WordKey) => word(lang, key);
  const rows = titled(content, 'jjf.b8', [
    w('report.level'),
    w('report.kind'),
    w('report.required'),
    w('report.fitted'),
    'R %',
    w('report.usable'),
  ]);
  const all = coverage.cells.filter(({ required, exempt }) => required + exempt > 0);
  const total = (cells: typeof all, of: 'required' | 'fitted' | 'usable') => cells.reduce((sum, cell) => sum + cell[of], 0);
  const ratio = (at: number, cells: typeof all) => ({
    formula: `=IF(C${at}=0,"",ROUNDDOWN(100*D${at}/C${at},2))`,
    value: total(cells, 'required') === 0 ? null : Math.floor((1e4 * total(cells, 'fitted')) / total(cells, 'required')) / 100,
    format: '0.00',
  });
  const sums: number[] = [];
  for (const level of [1, 2, 3] as const) {
    const from = rows.length + 1;
    const own = all.filter((cell) => cell.level === level);
    for (const cell of own) {
      const at = rows.length + 1;
      rows.push([
        text(w(`level.${level}`)),
        text(cell.name),
        whole(cell.required),
        whole(cell.fitted),
        ratio(at, [cell]),
        whole(cell.usable),
      ]);
    }
    const to = rows.length;
    const at = to + 1;
    sums.push(at);
    const sum = (column: string, of: 'required' | 'fitted' | 'usable') => counted(sumOf(column, from, to), total(own, of));
    const sumsOfLevel = [sum('C', 'required'), sum('D', 'fitted'), ratio(at, own), sum('F', 'usable')];
    rows.push([bold(`${w(`level.${level}`)} ${w('workbook.subtotal')}`), null, ...sumsOfLevel]);
  }
  const sum = (column: string, of: 'required' | 'fitted' | 'usable') =>
    counted(`=${sums.map((at) => `${column}${at}`).join('+')}`, total(all, of));
  rows.push([bold(w('workbook.sum')), null, sum('C', 'required'), sum('D', 'fitted'), ratio(rows.length + 1, all), sum('F', 'usable')]);
  return { name: 'JJF B.8', rows, widths: [24, 24, 12, 12, 12, 12], heads: 3 };
}

/** B.9: how many meters of an instrument have which accuracy; what the rule requires stands in the coverage sheet by point. */
function accuracySheet(content: ReportContent): BookSheet {
  const w = (key: WordKey) => word(content.lang, key);
  const rows = titled(content, 'jjf.b9', [w('jjf.instrument'), w('jjf.accuracy'), w('jjf.count'), w('jjf.required')]);
  const [ledger] = ledgerSheets(content.plant.file);
  const headings = LEDGER_COLUMNS.map(({ heading }) => heading);
  const range = (heading: string) => {
    const letter = columnLetters(headings.indexOf(heading));
    return `'${ledger!.name}'!$${letter}$2:$${letter}$${ledger!.rows.length}`;
  };
  const [names, classes] = [headings.indexOf(INSTRUMENT), headings.indexOf(ACCURACY)];
  const kinds = new Map<string, number>();
  for (const cells of ledger!.rows.slice(1)) {
    const kind = JSON.stringify([cells[names] ?? '', cells[classes] ?? '']);
    kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  }
  for (const [kind, n] of [...kinds].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const [instrument, accuracy] = JSON.parse(kind) as [string, string];
    const at = rows.length + 1;
    const expression = `=SUMPRODUCT((${range(INSTRUMENT)}=A${at})*(${range(ACCURACY)}=B${at}))`;
    rows.push([text(instrument), text(accuracy), { formula: expression, value: n, format: '0' }, null]);
  }
  const sum = counted(sumOf('C', 4, rows.length), ledger!.rows.length - 1);
  rows.push([bold(w('workbook.sum')), null, sum, null]);
  return { name: 'JJF B.9', rows, widths: [30, 14, 12, 30], heads: 3 };
}

/** B.10: what entered the plant by energy, over the window; the year stands open for those who know it. */
function energySheet(content: ReportContent): BookSheet {
  const { balances, plant, lang } = content;
  const w = (key: WordKey) => word(lang, key);
  const rows = titled(content, 'jjf.b10', [
    w('report.stream'),
    w('report.total'),
    w('report.unitOfMeasure'),
    w('report.standardCoal'),
    w('jjf.factor'),
    w('jjf.year'),
  ]);
  let total = 0;
  for (const balance of balances.balances) {
    if (balance.kind !== 'energy' || plant.units.get(balance.boundary)?.level !== 'plant') continue;
    for (const stream of balance.streams) {
      if (stream.standardCoal === undefined || plant.units.has(stream.from)) continue;
      const { kgce, factor } = stream.standardCoal;
      total += kgce ?? 0;
      rows.push([
        text(`${stream.id} ${stream.name[lang]}`),
        number(stream.total, stream.u),
        text(stream.unit),
        number(kgce),
        text(factor),
        null,
      ]);
    }
  }
  rows.push([bold(w('workbook.sum')), null, null, formula(sumOf('D', 4, rows.length), total), null, null]);
  return { name: 'JJF B.10', rows, widths: [36, 16, 10, 16, 30, 20], heads: 3 };
}
