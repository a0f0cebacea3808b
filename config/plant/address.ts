import { MODBUS_TYPES } from './reads.ts';
import type { ModbusRead } from './schema.ts';

export type Table = 'coil' | 'discrete' | 'holding' | 'input';

const TABLES: Readonly<Record<number, Table>> = { 0: 'coil', 1: 'discrete', 3: 'input', 4: 'holding' };

/**
 * Table and 0-based address of a Modicon number: five digits (40001 is holding register 0, up to 9,999 of a table) or six (400001, up
 * to 65,536). Coils, whose digit is 0, are 1 … 9999. null where there is no such number.
 */
export function ofModicon(number: number): { readonly table: Table; readonly address: number } | null {
  const base = number >= 100_000 ? 100_000 : 10_000;
  const table = TABLES[Math.floor(number / base)];
  const address = (number % base) - 1;
  return table === undefined || number < 1 || address < 0 || address > 65_535 ? null : { table, address };
}

/** Registers that a value of the type takes, `length` for a string; bits of coils and discrete inputs take one address too. */
export function widthOf(type: ModbusRead['type'], length = 1): number {
  return type === 'string' ? length : MODBUS_TYPES[type];
}

/** First and last + 1 register that a reading needs, all its parts where it has several; null where an address is contradictory. */
export function spanOf(read: ModbusRead): { readonly table: Table; readonly start: number; readonly end: number } | null {
  const place = placeOf(read);
  if (place === null) return null;
  let [start, end] = [place.address, place.address + widthOf(read.type, read.length)];
  const others = [read.plus, read.exponent === undefined ? undefined : { ...read.exponent, type: 'int16' as const }];
  for (const part of others) {
    if (part === undefined) continue;
    const other = placeOf({ ...read, address: part.address });
    if (other === null || other.table !== place.table) return null;
    start = Math.min(start, other.address);
    end = Math.max(end, other.address + widthOf(part.type));
  }
  return { table: place.table, start, end };
}

/** Where a reading lies; null where its address is contradictory, which the check reports. */
export function placeOf(read: ModbusRead): { readonly table: Table; readonly address: number } | null {
  if ('modicon' in read.address) return ofModicon(read.address.modicon);
  return read.table === undefined ? null : { table: read.table, address: read.address.pdu };
}
