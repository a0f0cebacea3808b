import type { Channel } from '../../../config/plant/plant.ts';
import type { ModbusRead } from '../../../config/plant/schema.ts';
import { durationMs } from '../../../config/plant/time.ts';
import { Fault } from '../../../config/words/fault.ts';
import type { Reason } from '../../sample/reason.ts';
import type { Origin, Sample } from '../../sample/sample.ts';
import { placeOf } from './address.ts';
import { type ByteOrder, decode, rawOf, registersOf, type ValueType } from './decode.ts';
import { isBits } from './frame.ts';
import type { Item } from './plan.ts';

/** One channel as it is read: where its value lies and how its bytes become a number. */
export interface ModbusChannel extends Item {
  readonly channel: string;
  readonly type: ValueType;
  readonly order: ByteOrder | undefined;
  readonly bit: number | undefined;
  readonly scale: number;
  readonly offset: number;
  readonly everyMs: number;
}

/** @throws Fault where address, table, type and order do not belong together. */
export function modbusChannel(channel: Channel, read: ModbusRead): ModbusChannel {
  const place = placeOf(channel.id, read);
  const registers = registersOf(read.type);
  const bits = isBits(place.table);
  if (read.order !== undefined && read.order.length !== registers * 2) {
    throw fault(
      channel.id,
      `${read.type} 有 ${registers * 2} 个字节，与字节序 ${read.order} 不符`,
      `${read.type} has ${registers * 2} bytes, order ${read.order} does not`,
    );
  }
  if (bits !== (read.type === 'bit' && read.bit === undefined) && (bits || read.type === 'bit')) {
    throw bits
      ? fault(channel.id, `${place.table} 表只能读 type: bit，且不写 bit`, `table ${place.table} holds bits: write type: bit without bit`)
      : fault(channel.id, '寄存器中的位需要写明 bit: 0…15', 'a bit of a register needs bit: 0…15');
  }
  if (place.address + registers > 65_536) throw fault(channel.id, '数值超出地址 65535', 'the value reaches beyond address 65535');
  return {
    channel: channel.id,
    unit: read.unit,
    ...place,
    count: registers,
    type: read.type,
    order: read.order,
    bit: read.bit,
    scale: read.scale,
    offset: read.offset,
    everyMs: durationMs(read.every),
  };
}

/** The sample of a channel from the data of an answer whose first register or bit has the address `start`. */
export function sampleFrom(channel: ModbusChannel, data: Buffer, start: number, timeMs: number, origin: Origin, doubt: Reason): Sample {
  const { decoded, raw } = isBits(channel.table)
    ? bitIn(data, channel.address - start)
    : valueIn(channel, data, (channel.address - start) * 2);
  const value = decoded === null ? Number.NaN : decoded * channel.scale + channel.offset;
  if (!Number.isFinite(value)) {
    return { channel: channel.channel, timeMs, value: null, quality: 'missing', reason: 'garbage', origin, raw };
  }
  return { channel: channel.channel, timeMs, value, quality: doubt === 'none' ? 'good' : 'suspect', reason: doubt, origin, raw };
}

/** No reading: the sample says so and why. */
export function missingSample(channel: ModbusChannel, timeMs: number, origin: Origin, reason: Reason, raw: string | null = null): Sample {
  return { channel: channel.channel, timeMs, value: null, quality: 'missing', reason, origin, raw };
}

function bitIn(data: Buffer, index: number): { decoded: number; raw: string } {
  const decoded = ((data[index >> 3] as number) >> (index & 7)) & 1;
  return { decoded, raw: String(decoded) };
}

function valueIn(channel: ModbusChannel, data: Buffer, at: number): { decoded: number | null; raw: string } {
  const wire = data.subarray(at, at + channel.count * 2);
  return { decoded: decode(wire, channel.type, channel.order, channel.bit), raw: rawOf(wire) };
}

function fault(place: string, zh: string, en: string): Fault {
  return new Fault({ code: 'modbus.read', place, zh, en });
}
