import { ofModicon } from '../../../config/plant/address.ts';
import type { ModbusRead } from '../../../config/plant/schema.ts';
import { Fault } from '../../../config/words/fault.ts';
import type { Table } from './frame.ts';

/** Where a value lies: its table and the 0-based address that goes over the wire. */
export interface Place {
  readonly table: Table;
  readonly address: number;
}

/**
 * The wire address of a reading, from its protocol address or its Modicon number.
 *
 * Modicon numbers have five digits (40001: holding register 0, up to 9,999 of a table) or six (400001, up to 65,536); the first digit
 * names the table, and coils, whose digit is 0, are written 1 … 9999.
 *
 * @throws Fault `modbus.address` where the notation is ambiguous, out of range, or contradicts the table beside it.
 */
export function placeOf(channel: string, read: Pick<ModbusRead, 'address' | 'table' | 'type'>): Place {
  if ('pdu' in read.address) {
    if (read.table === undefined) {
      throw fault(channel, '协议地址 pdu 需要写明 table（coil、discrete、holding、input）', 'a pdu address needs its table');
    }
    return { table: read.table, address: read.address.pdu };
  }
  const number = read.address.modicon;
  const place = ofModicon(number);
  if (place === null) {
    throw fault(
      channel,
      `Modicon 地址 ${number} 不存在；请写成 40001 或 400001 的形式`,
      `there is no Modicon address ${number}; write 40001 or 400001`,
    );
  }
  if (read.table !== undefined && read.table !== place.table) {
    throw fault(
      channel,
      `Modicon 地址 ${number} 属于 ${place.table}，与 table: ${read.table} 矛盾`,
      `${number} lies in ${place.table}, table says ${read.table}`,
    );
  }
  return place;
}

function fault(channel: string, zh: string, en: string): Fault {
  return new Fault({ code: 'modbus.address', place: channel, zh, en });
}
