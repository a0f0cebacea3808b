import { Fault } from '../words/fault.ts';
import { ofModicon, type Table } from './address.ts';
import { BYTE_ORDERS, MODBUS_TYPES } from './reads.ts';
import type { ModbusRead } from './schema.ts';
import { durationMs } from './time.ts';

/** What the columns of a register map say, and how people write it. */

/** Heading as it is exported, and other headings that mean the same; spaces, brackets and case do not count. */
export const REGISTER_COLUMNS = {
  channel: { heading: '通道', also: ['channel', '编号', '位号', '点号', '通道编号', 'tag', 'point', 'id'] },
  name: { heading: '名称', also: ['name', '点名', '参数', '参数名称', '描述', 'description', 'parameter'] },
  device: { heading: '设备', also: ['device', '网关', 'gateway'] },
  slave: { heading: '从站', also: ['slave', '从站地址', '站号', '站地址', 'unit id', 'unit address', 'slave address', 'slave id'] },
  function: { heading: '功能码', also: ['function code', 'function', 'fc', '读功能码'] },
  table: { heading: '寄存器表', also: ['table', '寄存器类型', 'register type'] },
  pdu: { heading: '地址（从0）', also: ['address (0-based)', 'address from 0', 'pdu', '协议地址', 'protocol address'] },
  one: { heading: '地址（从1）', also: ['address (1-based)', 'address from 1'] },
  modicon: { heading: '地址（Modicon）', also: ['address (modicon)', 'modicon'] },
  address: { heading: '地址', also: ['address', '寄存器地址', '寄存器', 'register', 'register address', 'addr'] },
  type: { heading: '类型', also: ['type', '数据类型', '数据格式', 'data type', 'format'] },
  order: { heading: '字节序', also: ['byte order', '字序', '字节顺序', 'order', 'endian', 'endianness'] },
  bit: { heading: '位', also: ['bit'] },
  scale: { heading: '系数', also: ['scale', '倍率', '比例', 'factor', 'multiplier', 'gain'] },
  offset: { heading: '偏移', also: ['offset', '偏置'] },
  unit: { heading: '单位', also: ['unit', '计量单位', '工程单位', 'engineering unit'] },
  kind: { heading: '读数种类', also: ['kind', '种类', '读数类型'] },
  every: { heading: '间隔', also: ['interval', '采集周期', '周期', 'every', 'period'] },
} as const satisfies Readonly<Record<string, { readonly heading: string; readonly also: readonly string[] }>>;

export type RegisterColumn = keyof typeof REGISTER_COLUMNS;

/** Where a value lies, as a row says it. */
export interface RowAddress {
  readonly address: { readonly pdu: number } | { readonly modicon: number };
  readonly table: Table | null;
}

const FUNCTIONS: Readonly<Record<number, Table>> = { 1: 'coil', 2: 'discrete', 3: 'holding', 4: 'input' };
export const FUNCTION_OF: Readonly<Record<Table, number>> = { coil: 1, discrete: 2, holding: 3, input: 4 };

/** `3`, `03`, `0x03`, `FC03`: one of the four functions that read. */
export function tableOfFunction(cell: string): Table {
  const match = /^(?:fc|0x)?0*([1-4])h?$/i.exec(cell);
  if (!match) throw unreadable(cell, '只能用读功能码 1、2、3、4', 'one of the reading functions 1, 2, 3 and 4');
  return FUNCTIONS[Number(match[1])] as Table;
}

export function tableOf(cell: string): Table {
  const table = cell.toLowerCase();
  if (table in FUNCTION_OF) return table as Table;
  throw unreadable(cell, '请写 coil、discrete、holding 或 input', 'one of coil, discrete, holding, input');
}

/** A whole number, also `0x001A` or `001AH`. */
function addressNumber(cell: string): number {
  const hex = /^(?:0x([0-9a-f]+)|([0-9a-f]+)h)$/i.exec(cell);
  const number = hex ? Number.parseInt((hex[1] ?? hex[2]) as string, 16) : /^\d+$/.test(cell) ? Number(cell) : Number.NaN;
  if (Number.isNaN(number)) throw unreadable(cell, '请写整数，如 40001 或 0x001A', 'a whole number such as 40001 or 0x001A');
  return number;
}

/** A protocol address under a heading that says from what it is counted. */
export function pduOf(cell: string, first: 0 | 1): number {
  const pdu = addressNumber(cell) - first;
  if (pdu < 0 || pdu > 65_535) throw unreadable(cell, `应在 ${first}…${65_535 + first}`, `should lie in ${first}…${65_535 + first}`);
  return pdu;
}

export function modiconOf(cell: string, table: Table | null): RowAddress {
  const modicon = addressNumber(cell);
  const place = ofModicon(modicon);
  if (place === null) throw unreadable(cell, '不是 Modicon 地址（40001、400001）', 'no Modicon address (40001, 400001)');
  if (table !== null && table !== place.table) {
    throw unreadable(
      cell,
      `属于 ${place.table} 表，与功能码的 ${table} 不符`,
      `is one of table ${place.table}, the function says ${table}`,
    );
  }
  return { address: { modicon }, table: null };
}

/**
 * An address under a heading that does not say how it is written. Without a function it can only be a Modicon number; with one it is
 * counted from 0, unless it would be a Modicon number of that very table: then nobody can tell, and it is refused.
 */
export function plainAddress(cell: string, table: Table | null): RowAddress {
  if (table === null) {
    if (addressNumber(cell) < 10_001) {
      throw unreadable(cell, '需要功能码，或写成 40001', 'a function code is needed, or a number such as 40001');
    }
    return modiconOf(cell, null);
  }
  const number = addressNumber(cell);
  if (/^\d+$/.test(cell) && number > 10_000 && ofModicon(number)?.table === table) {
    throw unreadable(
      cell,
      '可能是 Modicon 地址，也可能从 0 数起；请把表头改为“地址（Modicon）”或“地址（从0）”',
      'may be a Modicon number or be counted from 0: head the column "address (modicon)" or "address (0-based)"',
    );
  }
  return { address: { pdu: pduOf(cell, 0) }, table };
}

const TYPE_WORDS: Readonly<Record<string, ModbusRead['type']>> = {
  bool: 'bit',
  boolean: 'bit',
  位: 'bit',
  s16: 'int16',
  i16: 'int16',
  u16: 'uint16',
  word: 'uint16',
  s32: 'int32',
  i32: 'int32',
  u32: 'uint32',
  dword: 'uint32',
  s64: 'int64',
  i64: 'int64',
  u64: 'uint64',
  float: 'float32',
  f32: 'float32',
  real: 'float32',
  浮点: 'float32',
  浮点数: 'float32',
  单精度: 'float32',
  单精度浮点: 'float32',
  double: 'float64',
  f64: 'float64',
  双精度: 'float64',
  双精度浮点: 'float64',
};

/** `int`, `long` and `BCD` are refused: they do not say how many registers they take. */
export function typeOf(cell: string): ModbusRead['type'] {
  const plain = cell.toLowerCase().replaceAll(/[\s_-]/g, '');
  const type = plain in MODBUS_TYPES ? (plain as ModbusRead['type']) : Object.hasOwn(TYPE_WORDS, plain) ? TYPE_WORDS[plain] : undefined;
  const known = Object.keys(MODBUS_TYPES);
  if (type === undefined) throw unreadable(cell, `请写 ${known.join('、')}`, `one of ${known.join(', ')}`);
  return type;
}

/** The order as the schema names it; words for “big endian” mean the natural order of so many bytes. @param bytes null for a text */
export function orderOf(cell: string, bytes: number | null): NonNullable<ModbusRead['order']> {
  const plain = cell.toUpperCase().replaceAll(/[\s._-]/g, '');
  const order = /^(大端|BIGENDIAN|BE)$/.test(plain) ? naturalOrder(bytes ?? 2) : BYTE_ORDERS.find((one) => one === plain);
  if (order === undefined || (bytes !== null && order.length !== bytes)) {
    const fitting = BYTE_ORDERS.filter((one) => bytes === null || one.length === bytes);
    throw unreadable(cell, `这种类型可用 ${fitting.join('、')}`, `for this type one of ${fitting.join(', ')}`);
  }
  return order;
}

export const naturalOrder = (bytes: number): ModbusRead['order'] => BYTE_ORDERS.find((one) => one === 'ABCDEFGH'.slice(0, bytes));

/** A number, also as a fraction: `1/10`. */
export function numberOf(cell: string): number {
  const fraction = /^(-?\d+(?:\.\d+)?)\/(\d+(?:\.\d+)?)$/.exec(cell.replaceAll(/\s/g, ''));
  const number = fraction ? Number(fraction[1]) / Number(fraction[2]) : Number(cell);
  if (cell === '' || !Number.isFinite(number)) throw unreadable(cell, '请写数，如 0.1 或 1/10', 'a number such as 0.1 or 1/10');
  return number;
}

export function wholeOf(cell: string, most: number): number {
  const number = /^\d+$/.test(cell) ? Number(cell) : Number.NaN;
  if (!(number <= most)) throw unreadable(cell, `请写 0…${most} 的整数`, `a whole number in 0…${most}`);
  return number;
}

const DURATION_WORDS: readonly (readonly [RegExp, string])[] = [
  [/毫秒$/, 'ms'],
  [/秒$/, 's'],
  [/分钟?$/, 'min'],
  [/(小时|时)$/, 'h'],
];

/** `60s`, `5 min`, `1秒`, `10分钟`. */
export function intervalOf(cell: string): string {
  const plain = cell.replaceAll(/\s/g, '');
  const text = DURATION_WORDS.reduce((found, [word, unit]) => found.replace(word, unit), plain);
  try {
    if (durationMs(text) > 0) return text;
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
  }
  throw unreadable(cell, '请写 60s、10min', 'write it like 60s or 10min');
}

export function unreadable(cell: string, zh: string, en: string): Fault {
  return new Fault({ code: 'registers.cell', zh: `读不懂“${cell}”；${zh}`, en: `cannot take "${cell}"; ${en}` });
}
