import { Fault, Faults } from '../words/fault.ts';
import { placeOf, type Table, widthOf } from './address.ts';
import type { Cell } from './ledger-columns.ts';
import { channelSchema } from './meters.ts';
import type { Plant } from './plant.ts';
import { modbusReadSchema } from './reads.ts';
import {
  intervalOf,
  modiconOf,
  numberOf,
  orderOf,
  pduOf,
  plainAddress,
  REGISTER_COLUMNS,
  type RegisterColumn,
  type RowAddress,
  tableOf,
  tableOfFunction,
  typeOf,
  unreadable,
  wholeOf,
} from './registers-columns.ts';
import type { ChannelFields, ModbusRead } from './schema.ts';
import { channelId } from './values.ts';

/** One row of a register map: a channel, and what its cells say. */
export interface Row {
  readonly id: string;
  readonly meter: string;
  /** Name of a further reading of the meter; null for its own. */
  readonly further: string | null;
  readonly name: string | undefined;
  readonly unit: string | undefined;
  readonly kind: ChannelFields['kind'] | undefined;
  /** Single values, for a channel that is read already. */
  readonly said: Partial<ModbusRead>;
  /** The whole, for one that is not read yet. */
  readonly read: Record<string, unknown> | undefined;
  place(column: RegisterColumn): string;
}

type Columns = ReadonlyMap<RegisterColumn, number>;

/**
 * The rows below the heading row, which is the first with at least three known headings, one of a channel and one of an address. Rows above
 * it and unknown columns are passed over.
 *
 * @param faults takes every cell that cannot be taken.
 * @throws Faults where there is no heading row.
 */
export function rowsOf(
  cells: readonly (readonly Cell[])[],
  place: string,
  plant: Plant,
  device: string | undefined,
  faults: Fault[],
): Row[] {
  const { row: first, columns } = headingRow(cells, place);
  const seen = new Set<string>();
  const rows: Row[] = [];
  for (const [at, row] of cells.entries()) {
    if (at <= first || row.every((cell) => textOf(cell) === '')) continue;
    const reading = new RowReading(row, columns, (column) => `${place}!${columnName(columns.get(column) ?? 0)}${at + 1}`, faults);
    const found = rowOf(reading, plant, device, seen);
    if (found !== null) rows.push(found);
  }
  return rows;
}

function headingRow(cells: readonly (readonly Cell[])[], place: string): { readonly row: number; readonly columns: Columns } {
  const byHeading = new Map<string, RegisterColumn>();
  for (const [column, { heading, also }] of Object.entries(REGISTER_COLUMNS)) {
    for (const one of [heading, ...also]) byHeading.set(plain(one), column as RegisterColumn);
  }
  for (const [row, headings] of cells.entries()) {
    const columns = new Map<RegisterColumn, number>();
    for (const [index, cell] of headings.entries()) {
      const column = byHeading.get(plain(textOf(cell)));
      if (column !== undefined && !columns.has(column)) columns.set(column, index);
    }
    const hasAddress = (['address', 'pdu', 'one', 'modicon'] as const).some((column) => columns.has(column));
    if (columns.size >= 3 && columns.has('channel') && hasAddress) return { row, columns };
  }
  const zh = '找不到点表的表头；至少需要“通道”“地址”和另外一列';
  const en = 'no heading row of a register map: it needs channel, address and one column more';
  throw new Faults([new Fault({ code: 'registers.headings', place, zh, en })]);
}

/** The cells of one row by their columns; what a cell cannot mean is gathered as a fault at its place. */
class RowReading {
  readonly place: (column: RegisterColumn) => string;
  readonly #row: readonly Cell[];
  readonly #columns: Columns;
  readonly #faults: Fault[];
  #failed = false;

  constructor(row: readonly Cell[], columns: Columns, place: (column: RegisterColumn) => string, faults: Fault[]) {
    this.#row = row;
    this.#columns = columns;
    this.place = place;
    this.#faults = faults;
  }

  get failed(): boolean {
    return this.#failed;
  }

  text(column: RegisterColumn): string {
    const index = this.#columns.get(column);
    return index === undefined ? '' : textOf(this.#row[index] ?? null);
  }

  /** What a cell means; undefined where it is empty or cannot be taken. */
  take<T>(column: RegisterColumn, meaning: (cell: string) => T): T | undefined {
    const cell = this.text(column);
    return cell === '' ? undefined : this.check(column, () => meaning(cell));
  }

  check<T>(column: RegisterColumn, work: () => T): T | undefined {
    try {
      return work();
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      this.#failed = true;
      this.#faults.push(new Fault({ code: error.code, place: this.place(column), zh: error.zh, en: error.en }));
      return undefined;
    }
  }
}

function rowOf(row: RowReading, plant: Plant, device: string | undefined, seen: Set<string>): Row | null {
  const id = row.check('channel', () => newId(row.text('channel'), seen));
  if (id === undefined) return null;
  const [meter, further = null] = id.split('.') as [string, string?];
  const known = plant.channels.get(id);
  const before = known?.read !== undefined && 'address' in known.read ? known.read : undefined;
  const own = saidBy(row, before, plant);
  const kind = row.take('kind', kindOf);
  const unit = row.text('unit') || undefined;
  let read: Record<string, unknown> | undefined;
  if (known === undefined) {
    if (unit === undefined) row.check('unit', () => missing('单位', 'unit'));
    if (kind === undefined && row.text('kind') === '') row.check('kind', () => missing('读数种类', 'kind'));
  }
  const isRead = Object.keys(own).length > 0;
  if (isRead && known?.read !== undefined && before === undefined) row.check('channel', () => otherProtocol(id));
  if (before === undefined && (isRead || known === undefined) && !row.failed) {
    read = row.check('address', () => wholeRead({ ...(device === undefined ? {} : { device }), ...own }, row, plant));
  }
  if (row.failed) return null;
  const name = row.text('name') || undefined;
  return { id, meter, further, name, unit, kind, said: own, read, place: row.place };
}

/** What the row says of how the channel is read. */
function saidBy(row: RowReading, before: ModbusRead | undefined, plant: Plant): Partial<ModbusRead> {
  const device = row.take('device', (cell) => modbusDevice(cell, plant));
  const unit = row.take('slave', (cell) => wholeOf(cell, 255));
  const type = row.take('type', typeOf);
  const byFunction = row.take('function', tableOfFunction);
  const byName = row.take('table', tableOf);
  const toldWrong = (row.text('function') !== '' && byFunction === undefined) || (row.text('table') !== '' && byName === undefined);
  const at = toldWrong ? undefined : addressOf(row, byFunction ?? byName ?? null);
  const table = at?.table ?? (at === undefined ? (byFunction ?? byName) : undefined);
  const ownType = type ?? before?.type;
  const order =
    ownType === undefined ? undefined : row.take('order', (cell) => orderOf(cell, ownType === 'string' ? null : 2 * widthOf(ownType)));
  const bit = row.take('bit', (cell) => wholeOf(cell, 15));
  const scale = row.take('scale', numberOf);
  const offset = row.take('offset', numberOf);
  const every = row.take('every', intervalOf);
  const said = { device, unit, table: table ?? undefined, address: at?.address, type, order, bit, scale, offset, every };
  return Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined)) as Partial<ModbusRead>;
}

function addressOf(row: RowReading, table: Table | null): RowAddress | undefined {
  return (
    row.take('pdu', (cell) => ({ address: { pdu: pduOf(cell, 0) }, table })) ??
    row.take('one', (cell) => ({ address: { pdu: pduOf(cell, 1) }, table })) ??
    row.take('modicon', (cell) => modiconOf(cell, table)) ??
    row.take('address', (cell) => plainAddress(cell, table))
  );
}

/** A reading of which nothing stood in the plant file yet, with all that it needs. */
function wholeRead(said: Partial<ModbusRead>, row: RowReading, plant: Plant): Record<string, unknown> {
  if (said.device === undefined) row.check('device', () => missing('设备', 'device'));
  else row.check('device', () => modbusDevice(said.device as string, plant));
  if (said.unit === undefined) row.check('slave', () => missing('从站', 'slave'));
  if (said.type === undefined) row.check('type', () => missing('类型', 'type'));
  if (said.address === undefined) missing('地址', 'address');
  const parsed = modbusReadSchema.safeParse(said);
  if (!parsed.success) return said;
  const place = placeOf(parsed.data);
  if (place === null) throw unreadable(row.text('pdu') || row.text('one'), '需要功能码', 'a function code is needed');
  const bits = place.table === 'coil' || place.table === 'discrete';
  if (bits !== (said.type === 'bit' && said.bit === undefined) && (bits || said.type === 'bit')) {
    const [zh, en] = bits ? [`${place.table} 表只有位`, `table ${place.table} holds bits`] : ['需要“位”一列', 'the column “bit” is needed'];
    row.check('type', () => {
      throw unreadable(row.text('type'), zh, en);
    });
  }
  if (place.address + widthOf(parsed.data.type, parsed.data.length) > 65_536) {
    throw unreadable(String(place.address), '数值超出地址 65535', 'the value reaches beyond address 65535');
  }
  return said;
}

function newId(cell: string, seen: Set<string>): string {
  if (!channelId.safeParse(cell).success) {
    throw unreadable(
      cell,
      '请写计量器具 id，或 id.名称（拉丁字母、数字、- 和 _）',
      'write a meter’s id, or id.name (letters, digits, - and _)',
    );
  }
  if (seen.has(cell)) {
    throw new Fault({ code: 'registers.row', zh: `${cell} 在点表中出现两次`, en: `${cell} stands twice in the register map` });
  }
  seen.add(cell);
  return cell;
}

function kindOf(cell: string): ChannelFields['kind'] {
  const kind = channelSchema.shape.kind.safeParse(cell.toLowerCase());
  if (kind.success) return kind.data;
  const known = channelSchema.shape.kind.options;
  throw unreadable(cell, `请写 ${known.join('、')}`, `one of ${known.join(', ')}`);
}

function modbusDevice(cell: string, plant: Plant): string {
  if (plant.devices.get(cell)?.protocol.startsWith('modbus-')) return cell;
  const known = [...plant.devices.values()].filter(({ protocol }) => protocol.startsWith('modbus-')).map(({ id }) => id);
  throw unreadable(cell, `企业文件中的 Modbus 设备有 ${known.join('、')}`, `the plant file’s Modbus devices are ${known.join(', ')}`);
}

function otherProtocol(id: string): never {
  throw new Fault({
    code: 'registers.protocol',
    zh: `${id} 在企业文件中不是经 Modbus 读取的`,
    en: `${id} is read by another protocol than Modbus in the plant file`,
  });
}

function missing(zh: string, en: string): never {
  throw new Fault({ code: 'registers.missing', zh: `缺少“${zh}”`, en: `${en} is missing` });
}

/** The text of a cell, without the apostrophe that keeps a spreadsheet from taking it for a formula. */
const textOf = (cell: Cell): string =>
  cell === null
    ? ''
    : cell instanceof Date
      ? cell.toISOString()
      : String(cell)
          .trim()
          .replace(/^'(?=[=+\-@])/, '');

const plain = (heading: string): string => heading.toLowerCase().replaceAll(/[\s（）()、：:_-]/g, '');

/** 0 → A, 25 → Z, 26 → AA. */
const columnName = (index: number): string =>
  index < 26 ? String.fromCharCode(65 + index) : columnName(Math.floor(index / 26) - 1) + columnName(index % 26);
