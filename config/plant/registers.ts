import { Fault, Faults } from '../words/fault.ts';
import { placeOf, widthOf } from './address.ts';
import { type Edit, editYaml } from './edit.ts';
import { labelOf } from './label.ts';
import type { Cell } from './ledger-columns.ts';
import { additions } from './ledger-new.ts';
import type { Channel, Plant } from './plant.ts';
import { FUNCTION_OF, naturalOrder, REGISTER_COLUMNS, type RegisterColumn } from './registers-columns.ts';
import { type Row, rowsOf } from './registers-rows.ts';
import type { ModbusRead } from './schema.ts';
import { durationMs } from './time.ts';

/** The columns of an export, in their order. */
const EXPORTED = [
  'channel',
  'name',
  'device',
  'slave',
  'function',
  'pdu',
  'modicon',
  'type',
  'order',
  'bit',
  'scale',
  'offset',
  'unit',
  'kind',
  'every',
] as const satisfies readonly RegisterColumn[];

type RegisterCell = string | number | null;

export const isModbusRead = (read: Channel['read']): read is ModbusRead => read !== undefined && 'type' in read && 'address' in read;

/**
 * The register map 点表 of a plant: a row for each channel that is read over Modbus, and for each that nothing says how to read, its cells
 * left to be filled in. Imported again it changes nothing.
 */
export function registerTable(plant: Plant): { readonly columns: string[]; readonly rows: RegisterCell[][] } {
  const listed = [...plant.channels.values()].filter(({ read }) => read === undefined || isModbusRead(read));
  const rows = listed.map((channel) => EXPORTED.map((column) => cellOf(column, channel)));
  return { columns: EXPORTED.map((column) => REGISTER_COLUMNS[column].heading), rows };
}

function cellOf(column: (typeof EXPORTED)[number], { id, meter, kind, unit, read }: Channel): RegisterCell {
  if (column === 'channel') return id;
  if (column === 'name') return labelOf(meter.name, 'zh');
  if (column === 'kind') return kind;
  if (column === 'unit') return unit;
  if (!isModbusRead(read)) return null;
  const { address, type, length } = read;
  switch (column) {
    case 'slave':
      return read.unit;
    case 'function': {
      const place = placeOf(read);
      return place === null ? null : FUNCTION_OF[place.table];
    }
    case 'pdu':
      return 'pdu' in address ? address.pdu : null;
    case 'modicon':
      return 'modicon' in address ? address.modicon : null;
    case 'order': {
      const natural = type === 'string' || type === 'bit' ? undefined : naturalOrder(2 * widthOf(type, length));
      return read.order ?? natural ?? null;
    }
    case 'bit':
      return read.bit ?? null;
    default:
      return read[column];
  }
}

/** What importing a register map does. `text` is the plant file with the map's values, all else in it untouched. */
export interface RegistersImport {
  readonly text: string;
  /** Channels that rows named and the plant file had, those that it had not, and Modbus channels that no row names. */
  readonly matched: number;
  readonly added: readonly string[];
  readonly notInMap: readonly string[];
}

/**
 * Puts a register map into the text of a plant file. A row names a channel: `meter`, or `meter.name` for a further reading of it. One that
 * the file has takes what the row's cells say; one that it has not is added, with a kind and a unit. An empty cell says nothing and deletes
 * nothing; importing twice changes nothing the second time. What a map has no column for (added parts, signals) stays as it is.
 *
 * @param text of the plant file, `plant` what it says.
 * @param rows of one sheet; `place` is what stands before `!B7` in the places of faults.
 * @param device for rows that name none.
 * @throws Faults with every cell that cannot be taken, each at its row and column.
 */
export function importRegisters(
  text: string,
  plant: Plant,
  rows: readonly (readonly Cell[])[],
  place: string,
  device?: string,
): RegistersImport {
  const faults: Fault[] = [];
  const named = rowsOf(rows, place, plant, device, faults);
  const edits: Edit[] = [];
  const meters = new Map(plant.file.meters.map(({ id }, index) => [id, index]));
  const fresh = new Map<string, Record<string, unknown>>();
  const further = new Map<string, Record<string, unknown>>();
  for (const row of named) {
    const known = plant.channels.get(row.id);
    if (known !== undefined) {
      const index = meters.get(known.meter.id) as number;
      edits.push(...channelEdits(row, known).map(({ path, value }) => ({ path: ['meters', index, ...pathOf(row.id), ...path], value })));
      continue;
    }
    const written = { kind: row.kind, unit: row.unit, read: row.read };
    if (row.further === null) fresh.set(row.id, { id: row.id, name: row.name ?? row.id, ...written });
    else further.set(row.id, written);
  }
  for (const row of named) {
    const written = further.get(row.id);
    if (written === undefined || row.further === null) continue;
    const meter = fresh.get(row.meter);
    const index = meters.get(row.meter);
    if (meter !== undefined) meter.channels = { ...(meter.channels as object | undefined), [row.further]: written };
    else if (index !== undefined) edits.push({ path: ['meters', index, 'channels', row.further], value: written });
    else faults.push(withoutMeter(row));
  }
  if (faults.length > 0) throw new Faults(faults);
  edits.push(...additions([...fresh.values()], plant.file.meters.length));
  const seen = new Set(named.map(({ id }) => id));
  const added = named.map(({ id }) => id).filter((id) => !plant.channels.has(id));
  const notInMap = [...plant.channels.values()].filter(({ id, read }) => isModbusRead(read) && !seen.has(id)).map(({ id }) => id);
  return { text: edited(text, edits, place), matched: seen.size - added.length, added, notInMap };
}

const pathOf = (channel: string): string[] => {
  const [, name] = channel.split('.');
  return name === undefined ? [] : ['channels', name];
};

/** What a row changes of a channel that the plant file has, as edits under it. */
function channelEdits(row: Row, { meter, unit, kind, read }: Channel): Edit[] {
  const edits: Edit[] = [];
  const set = (path: string[], before: unknown, now: unknown): void => {
    if (now !== undefined && now !== before) edits.push({ path, value: now });
  };
  if (row.further === null) set(typeof meter.name === 'string' ? ['name'] : ['name', 'zh'], labelOf(meter.name, 'zh'), row.name);
  set(['unit'], unit, row.unit);
  set(['kind'], kind, row.kind);
  if (!isModbusRead(read)) {
    if (row.read !== undefined) edits.push({ path: ['read'], value: row.read });
    return edits;
  }
  const { device, unit: slave, type, order, bit, scale, offset, every, address, table } = row.said;
  set(['read', 'device'], read.device, device);
  set(['read', 'unit'], read.unit, slave);
  set(['read', 'type'], read.type, type);
  set(['read', 'bit'], read.bit, bit);
  set(['read', 'scale'], read.scale, scale);
  set(['read', 'offset'], read.offset, offset);
  const natural = naturalOrder(2 * widthOf(type ?? read.type, read.length));
  if (order !== undefined) set(['read', 'order'], read.order ?? natural, order);
  if (every !== undefined && durationMs(every) !== durationMs(read.every)) edits.push({ path: ['read', 'every'], value: every });
  if (address !== undefined) {
    const [before, now] = [placeOf(read), placeOf({ ...read, address, ...(table === undefined ? {} : { table }) })];
    if (before?.table !== now?.table || before?.address !== now?.address) edits.push({ path: ['read', 'address'], value: address });
  }
  const now = address === undefined ? table : (table ?? placeOf({ ...read, address })?.table);
  // A Modicon number names its table; one that stands beside it must not say another.
  if (now !== undefined && placeOf(read)?.table !== now && (table !== undefined || read.table !== undefined)) {
    edits.push({ path: ['read', 'table'], value: now });
  }
  return edits;
}

function withoutMeter({ id, meter, place }: Row): Fault {
  const zh = `${id} 是 ${meter} 的另一个读数，但没有这块计量器具；请在表中加上 ${meter} 一行`;
  return new Fault({
    code: 'registers.row',
    place: place('channel'),
    zh,
    en: `${id} is a further reading of ${meter}, which is no meter: give ${meter} a row too`,
  });
}

function edited(text: string, edits: readonly Edit[], place: string): string {
  try {
    return editYaml(text, edits);
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    const zh = '企业文件中要修改的值是 YAML 引用（*名称），请先改为直接书写';
    const en = 'a value to be changed is a YAML alias in the plant file: write it out first';
    throw new Faults([new Fault({ code: 'registers.alias', place, zh, en, cause })]);
  }
}
