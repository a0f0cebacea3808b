import { Fault, Faults } from '../words/fault.ts';
import { type Edit, editYaml } from './edit.ts';
import { type Cell, type Column, LEDGER_COLUMNS } from './ledger-columns.ts';
import { additions, newMeter, writtenMeter } from './ledger-new.ts';
import type { Meter, PlantFile } from './schema.ts';

/** A sheet of a workbook as rows of cells. */
export interface Sheet {
  readonly name: string;
  readonly rows: readonly (readonly Cell[])[];
}

/**
 * The ledger as sheets: all meters, then those at metering points of level 2 and of level 3, as GB 17167-2006 5.3.2 wants sub-ledgers of
 * its own for main sub-units and main equipment.
 */
export function ledgerSheets(file: PlantFile): readonly Sheet[] {
  const at = (level: 2 | 3) => {
    const ids = new Set(
      file.points.filter((point) => point.level === level).flatMap((point) => point.meters.map(({ meter }) => meter.split('.')[0])),
    );
    return file.meters.filter(({ id }) => ids.has(id));
  };
  const sheet = (name: string, meters: readonly Meter[]): Sheet => ({
    name,
    rows: [LEDGER_COLUMNS.map(({ heading }) => heading), ...meters.map((meter) => LEDGER_COLUMNS.map((column) => column.write(meter)))],
  });
  return [sheet('计量器具台账', file.meters), sheet('主要次级用能单位', at(2)), sheet('主要用能设备', at(3))];
}

/** What importing a ledger does. `text` is the plant file with the ledger's values, all else in it untouched. */
export interface LedgerImport {
  readonly text: string;
  /** Rows that named a meter, and meters that no row names. */
  readonly matched: number;
  /** Meters that the plant file did not have. */
  readonly added: readonly string[];
  readonly notInLedger: readonly string[];
}

/**
 * Put the values of a ledger sheet into the text of a plant file. Meters are found by id, else by the user's own number, else by the
 * factory number. A row with an id that the file does not have, a unit and a kind of reading becomes a new meter. An empty cell says
 * nothing and deletes nothing; importing twice changes nothing the second time.
 *
 * The heading row is the first one with at least three known headings; rows above it (titles) and unknown columns are passed over.
 *
 * @throws Faults with every cell that cannot be read and every row that names no meter, each at `path:sheet!B7`.
 */
export function importLedger(text: string, file: PlantFile, sheet: Sheet, path: string): LedgerImport {
  const faults: Fault[] = [];
  const headings = headingRow(sheet, path);
  const edits: Edit[] = [];
  const seen = new Set<number>();
  const added = new Map<string, Readonly<Record<string, unknown>>>();
  for (const [row, cells] of sheet.rows.entries()) {
    if (row <= headings.row || cells.every((cell) => textOf(cell) === '')) continue;
    const index = meterOf(file, cells, headings.columns);
    const place = (column: number) => `${path}:${sheet.name}!${columnName(column)}${row + 1}`;
    const fresh = index === null ? meterOfRow(cells, headings.columns) : null;
    if (fresh !== null && !added.has(fresh.id) && !file.meters.some(({ id }) => id === fresh.id)) {
      const under = rowEdits(fresh, 0, cells, headings.columns, place, faults).map(({ path: at, value }) => ({ path: at.slice(2), value }));
      added.set(fresh.id, writtenMeter(fresh, under));
      continue;
    }
    if (index === null || seen.has(index)) {
      faults.push(rowFault(place(0), index === null ? null : file.meters[index]!.id));
      continue;
    }
    seen.add(index);
    edits.push(...rowEdits(file.meters[index]!, index, cells, headings.columns, place, faults));
  }
  if (faults.length > 0) throw new Faults(faults);
  const notInLedger = file.meters.filter((_, index) => !seen.has(index)).map(({ id }) => id);
  edits.push(...additions([...added.values()], file.meters.length));
  return { text: edited(text, edits, path), matched: seen.size, added: [...added.keys()], notInLedger };
}

function edited(text: string, edits: readonly Edit[], path: string): string {
  try {
    return editYaml(text, edits);
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    const zh = '企业文件中要修改的值是 YAML 引用（*名称），请先改为直接书写';
    throw new Faults([
      new Fault({
        code: 'ledger.alias',
        place: path,
        zh,
        en: 'a value to be changed is a YAML alias in the plant file: write it out first',
        cause,
      }),
    ]);
  }
}

type Columns = ReadonlyMap<number, Column>;

function headingRow(sheet: Sheet, path: string): { row: number; columns: Columns } {
  const byHeading = new Map(
    LEDGER_COLUMNS.flatMap((column) => [column.heading, ...column.also].map((heading) => [plain(heading), column])),
  );
  for (const [row, cells] of sheet.rows.entries()) {
    const columns = new Map<number, Column>();
    for (const [index, cell] of cells.entries()) {
      const column = byHeading.get(plain(textOf(cell)));
      if (column && ![...columns.values()].includes(column)) columns.set(index, column);
    }
    if (columns.size >= 3) return { row, columns };
  }
  throw new Faults([
    new Fault({
      code: 'ledger.headings',
      place: `${path}:${sheet.name}`,
      zh: `找不到台账的表头；至少需要三列，如 ${LEDGER_COLUMNS.slice(0, 4)
        .map(({ heading }) => heading)
        .join('、')}`,
      en: `no heading row of a ledger; at least three of its columns are needed, such as ${LEDGER_COLUMNS.slice(0, 4)
        .map(({ heading }) => heading)
        .join(', ')}`,
    }),
  ]);
}

function meterOf(file: PlantFile, cells: readonly Cell[], columns: Columns): number | null {
  const value = (heading: string) => cellUnder(heading, cells, columns);
  const unique = (matches: (meter: Meter) => boolean) => {
    const found = file.meters.flatMap((meter, index) => (matches(meter) ? [index] : []));
    return found.length === 1 ? found[0]! : null;
  };
  const [id, asset, serial] = [value('编号'), value('用能单位管理编号'), value('出厂编号')];
  if (id !== '') return unique((meter) => meter.id === id);
  if (asset !== '') return unique((meter) => meter.assetNumber === asset);
  return serial === '' ? null : unique((meter) => meter.serial === serial);
}

/** The meter that a row describes, with what it cannot be without; null where the row does not say it. */
function meterOfRow(cells: readonly Cell[], columns: Columns): Meter | null {
  const value = (heading: string) => cellUnder(heading, cells, columns);
  return newMeter({ id: value('编号'), name: value('计量器具名称'), kind: value('读数种类'), unit: value('计量单位') });
}

function cellUnder(heading: string, cells: readonly Cell[], columns: Columns): string {
  return [...columns].flatMap(([index, column]) => (column.heading === heading ? [textOf(cells[index] ?? null)] : []))[0] ?? '';
}

function rowEdits(
  meter: Meter,
  index: number,
  cells: readonly Cell[],
  columns: Columns,
  place: (column: number) => string,
  faults: Fault[],
): Edit[] {
  const own: Edit[] = [];
  const attempt = (column: number, take: () => void) => {
    try {
      take();
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      faults.push(new Fault({ code: error.code, place: place(column), zh: error.zh, en: error.en }));
    }
  };
  for (const [at, column] of columns) {
    const cell = textOf(cells[at] ?? null);
    if (cell === '') continue;
    if (column.read) attempt(at, () => own.push(...(column.read?.(cell, meter) ?? [])));
    else if (column.write(meter) !== cell) faults.push(fixedFault(place(at), column.heading, cell, column.write(meter)));
  }
  let edits: readonly Edit[] = [];
  attempt(0, () => {
    edits = withAccuracy(own, meter);
  });
  return edits.map(({ path, value }) => ({ path: ['meters', index, ...path], value }));
}

/**
 * An accuracy class beside its maximum permissible error becomes one value, so that neither overwrites the other.
 *
 * @throws Fault where a meter that has neither would get only one of them: a class alone does not say what error it permits.
 */
function withAccuracy(edits: readonly Edit[], meter: Meter): readonly Edit[] {
  const named = edits.find(({ path }) => path.join('.') === 'accuracy.class');
  const permitted = edits.find(({ path }) => path.join('.') === 'accuracy');
  if (meter.accuracy === undefined && (named === undefined) !== (permitted === undefined)) {
    throw new Fault({
      code: 'ledger.accuracy',
      zh: `${meter.id} 的“准确度等级”与“最大允许误差”须同时填写`,
      en: `${meter.id} needs both its accuracy class and the maximum permissible error`,
    });
  }
  if (!named || !permitted) return edits;
  const value = { ...(permitted.value as Record<string, unknown>), class: named.value };
  return [...edits.filter((edit) => edit !== named && edit !== permitted), { path: ['accuracy'], value }];
}

function rowFault(place: string, doubled: string | null): Fault {
  const zh =
    doubled === null
      ? '这一行没有对应的计量器具；请填写“编号”，新器具还须填写“计量单位”和“读数种类”（counter、rate、concentration、level、batch、state）'
      : `${doubled} 在台账中出现两次`;
  const en =
    doubled === null
      ? 'no meter answers to this row; fill in 编号, and for a new meter 计量单位 and 读数种类 (counter, rate, concentration, level, batch, state)'
      : `${doubled} stands twice in the ledger`;
  return new Fault({ code: 'ledger.row', place, zh, en });
}

function fixedFault(place: string, heading: string, cell: string, now: string | null): Fault {
  const zh = `“${heading}”为“${cell}”，企业文件中是“${now ?? ''}”；此列不由台账修改`;
  return new Fault({
    code: 'ledger.fixed',
    place,
    zh,
    en: `${heading} says "${cell}", the plant file "${now ?? ''}"; the ledger does not change it`,
  });
}

/** The text of a cell; a date cell is the day it shows. */
function textOf(cell: Cell): string {
  if (cell === null) return '';
  return cell instanceof Date ? cell.toISOString().slice(0, 10) : String(cell).trim();
}

function plain(heading: string): string {
  return heading.replaceAll(/[\s（）()/、：:]/g, '');
}

/** 0 → A, 25 → Z, 26 → AA. */
function columnName(index: number): string {
  return index < 26 ? String.fromCharCode(65 + index) : columnName(Math.floor(index / 26) - 1) + columnName(index % 26);
}
