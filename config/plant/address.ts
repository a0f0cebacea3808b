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

/** Registers that a value of the type takes; bits of coils and discrete inputs take one address too. */
export function widthOf(type: ModbusRead['type']): 1 | 2 | 4 {
  if (type.endsWith('64')) return 4;
  return type.endsWith('32') ? 2 : 1;
}

/** Where a reading lies; null where its address is contradictory, which the check reports. */
export function placeOf(read: ModbusRead): { readonly table: Table; readonly address: number } | null {
  if ('modicon' in read.address) return ofModicon(read.address.modicon);
  return read.table === undefined ? null : { table: read.table, address: read.address.pdu };
}
