import { isAbsurd } from '../sample/absurd.ts';
import type { Reason } from '../sample/reason.ts';

/** A cell of a file as read: text of .csv, numbers and dates of .xlsx. */
export type Cell = string | number | boolean | Date | null;

/** What a cell says. `below`: less than `limit`, which is null where only “not detected” is written. */
export type CellReading =
  | { readonly kind: 'value'; readonly value: number }
  | { readonly kind: 'below'; readonly limit: number | null }
  | { readonly kind: 'missing'; readonly reason: Reason }
  | { readonly kind: 'blank' }
  | { readonly kind: 'unreadable' };

const BLANK = new Set(['', '-', '--', '—', '——', '/', '\\', '无', '未测', 'null']);
const NOT_DETECTED = new Set(['未检出', '未检测出', 'nd', 'n.d.', 'n.d']);

/**
 * Marks that control systems, historians and people write in place of a value, in lower case without spaces.
 *
 * @source PI Data Archive, system digital states (Bad Input, I/O Timeout, Comm Fail, Scan Off, Intf Shut, Configure …)
 */
const MARKS: Readonly<Record<string, Reason>> = {
  bad: 'device-fault',
  badinput: 'device-fault',
  badvalue: 'device-fault',
  坏点: 'device-fault',
  坏值: 'device-fault',
  故障: 'device-fault',
  badtotal: 'device-fault',
  equipfail: 'device-fault',
  sensorfailure: 'device-fault',
  devicefailure: 'device-fault',
  commfail: 'communication',
  commfailure: 'communication',
  notconnected: 'communication',
  notconnect: 'communication',
  offline: 'communication',
  离线: 'communication',
  通讯异常: 'communication',
  'i/otimeout': 'communication',
  iotimeout: 'communication',
  通讯故障: 'communication',
  通讯中断: 'communication',
  nodata: 'silent',
  'arcoff-line': 'silent',
  scanoff: 'collector-stopped',
  intfshut: 'collector-stopped',
  overrange: 'out-of-range',
  underrange: 'out-of-range',
  超量程: 'out-of-range',
  nan: 'garbage',
  inf: 'garbage',
  '-inf': 'garbage',
  infinity: 'garbage',
  停产: 'plant-stopped',
  停车: 'plant-stopped',
  停运: 'plant-stopped',
  停电: 'power-cut',
  断电: 'power-cut',
  outofserv: 'maintenance',
  outofservice: 'maintenance',
  检修: 'maintenance',
  维护: 'maintenance',
  configure: 'maintenance',
  校准: 'calibration',
  标定: 'calibration',
};

/**
 * Reads a cell that stands where a value should. Numbers may have thousands separated by commas, a decimal point and an exponent;
 * “<0.05”, “＜0.05” and “0.025L” are below a limit, as laboratories write it. Whatever is not understood is unreadable, never a number, and a number that no instrument can mean is garbage.
 */
export function readCell(cell: Cell): CellReading {
  if (cell === null) return { kind: 'blank' };
  if (typeof cell === 'number') return numberRead(cell);
  if (typeof cell !== 'string') return { kind: 'unreadable' };
  const text = plain(cell);
  const mark = text.toLowerCase().replace(/\s+/g, '');
  if (BLANK.has(mark)) return { kind: 'blank' };
  if (NOT_DETECTED.has(mark)) return { kind: 'below', limit: null };
  const reason = Object.hasOwn(MARKS, mark) ? MARKS[mark] : undefined;
  if (reason !== undefined) return { kind: 'missing', reason };
  const value = numberOf(mark);
  if (value !== null) return numberRead(value);
  const limit = numberOf(/^<=?(.+)$/.exec(mark)?.[1] ?? /^(.+)l$/.exec(mark)?.[1] ?? '');
  return limit !== null && limit > 0 ? { kind: 'below', limit } : { kind: 'unreadable' };
}

const numberRead = (value: number): CellReading => (isAbsurd(value) ? { kind: 'missing', reason: 'garbage' } : { kind: 'value', value });

/** Full-width characters as ASCII ones. Superscripts stay what they are: 5² is not 52. */
export function plain(text: string): string {
  return text
    .replace(/[\uff01-\uff5e]/g, (character) => String.fromCharCode(character.charCodeAt(0) - 0xfee0))
    .replaceAll('\u3000', ' ')
    .trim();
}

function numberOf(text: string): number | null {
  if (!/^[+-]?(\d+|\d{1,3}(,\d{3})+)?(\.\d*)?(e[+-]?\d+)?$/.test(text) || !/\d/.test(text)) return null;
  const value = Number(text.replaceAll(',', ''));
  return Number.isFinite(value) ? value : null;
}
