import { widthOf } from '../../../config/plant/address.ts';
import type { Channel } from '../../../config/plant/plant.ts';
import type { ModbusRead } from '../../../config/plant/schema.ts';
import { durationMs } from '../../../config/plant/time.ts';
import { Fault } from '../../../config/words/fault.ts';
import type { Reason } from '../../sample/reason.ts';
import type { Origin, Sample } from '../../sample/sample.ts';
import { placeOf } from './address.ts';
import { type ByteOrder, bitField, decode, decodeText, type NumberType, rawOf } from './decode.ts';
import { isBits } from './frame.ts';
import type { Item } from './plan.ts';
import { ofSignal, type Signal } from './signal.ts';

/** How the registers of one value become a number, `at` registers behind the first of the channel. */
interface Part {
  readonly at: number;
  readonly count: number;
  readonly order: ByteOrder | undefined;
}

interface NumberPart extends Part {
  readonly type: NumberType;
  readonly scale: number;
}

/** One channel as it is read: where its registers lie, both parts of a divided total in one, and how they become a number. */
export interface ModbusChannel extends Item {
  readonly channel: string;
  readonly everyMs: number;
  readonly main: NumberPart | null;
  readonly text: (Part & { readonly states: ReadonlyMap<string, number> }) | null;
  readonly plus: NumberPart | null;
  readonly bit: number | undefined;
  readonly bits: readonly [number, number] | undefined;
  readonly invalid: readonly number[];
  readonly offset: number;
  readonly signal: Signal | null;
}

/** @throws Fault where address, table, type and order do not belong together. */
export function modbusChannel(channel: Channel, read: ModbusRead): ModbusChannel {
  const place = placeOf(channel.id, read);
  const registers = widthOf(read.type, read.length);
  const bits = isBits(place.table);
  if (read.type !== 'string' && read.order !== undefined && read.order.length !== registers * 2) {
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
  const second = secondPart(channel.id, read, place);
  const address = Math.min(place.address, second?.address ?? place.address);
  const end = Math.max(place.address + registers, second === null ? 0 : second.address + second.count);
  if (end > 65_536) throw fault(channel.id, '数值超出地址 65535', 'the value reaches beyond address 65535');
  const own: Part = { at: place.address - address, count: registers, order: read.order };
  return {
    channel: channel.id,
    unit: read.unit,
    table: place.table,
    address,
    count: end - address,
    everyMs: durationMs(read.every),
    main: read.type === 'string' ? null : { ...own, type: read.type, scale: read.scale },
    text: read.type === 'string' ? { ...own, states: new Map(Object.entries(read.states ?? {})) } : null,
    plus: second === null ? null : { ...second, at: second.address - address },
    bit: read.bit,
    bits: read.bits,
    invalid: read.invalid ?? [],
    offset: read.offset,
    signal: signalOf(channel, read),
  };
}

function secondPart(id: string, read: ModbusRead, place: { readonly table: string }): (NumberPart & { address: number }) | null {
  const { plus } = read;
  if (plus === undefined) return null;
  const second = placeOf(id, { ...read, address: plus.address });
  if (second.table !== place.table || plus.type === 'string' || read.type === 'string') {
    throw fault(id, 'plus 应与 address 在同一个表，且都是数', 'plus must be a number in the table of address');
  }
  return { address: second.address, at: 0, count: widthOf(plus.type), order: plus.order, type: plus.type, scale: plus.scale };
}

function signalOf(channel: Channel, { signal }: ModbusRead): Signal | null {
  if (signal === undefined) return null;
  if (channel.range === undefined) {
    throw fault(channel.id, '模拟量信号需要通道的 range（量程）', 'an analogue signal needs the range of its channel');
  }
  return { ...signal, range: channel.range };
}

/** What the registers say: a value, a value in doubt, or why there is none. */
type Decoded = { readonly value: number | null; readonly reason: Reason };

const GARBAGE: Decoded = { value: null, reason: 'garbage' };

/** The sample of a channel from the data of an answer whose first register or bit has the address `start`. */
export function sampleFrom(channel: ModbusChannel, data: Buffer, start: number, timeMs: number, origin: Origin, doubt: Reason): Sample {
  const { decoded, raw } = isBits(channel.table)
    ? bitIn(data, channel.address - start)
    : registersIn(channel, data.subarray((channel.address - start) * 2, (channel.address - start + channel.count) * 2));
  const { value, reason } = decoded;
  if (value === null || !Number.isFinite(value)) {
    const why = value === null ? reason : 'garbage';
    return { channel: channel.channel, timeMs, value: null, quality: 'missing', reason: why, origin, raw };
  }
  const why = doubt === 'none' ? reason : doubt;
  return { channel: channel.channel, timeMs, value, quality: why === 'none' ? 'good' : 'suspect', reason: why, origin, raw };
}

/** No reading: the sample says so and why. */
export function missingSample(channel: ModbusChannel, timeMs: number, origin: Origin, reason: Reason, raw: string | null = null): Sample {
  return { channel: channel.channel, timeMs, value: null, quality: 'missing', reason, origin, raw };
}

function bitIn(data: Buffer, index: number): { decoded: Decoded; raw: string } {
  const bit = ((data[index >> 3] as number) >> (index & 7)) & 1;
  return { decoded: { value: bit, reason: 'none' }, raw: String(bit) };
}

function registersIn(channel: ModbusChannel, wire: Buffer): { decoded: Decoded; raw: string } {
  return { decoded: channel.text === null ? numberIn(channel, wire) : stateIn(channel.text, wire), raw: rawOf(wire) };
}

/** A text that no state is named for is not a number that someone made up for it. */
function stateIn(text: NonNullable<ModbusChannel['text']>, wire: Buffer): Decoded {
  const value = text.states.get(decodeText(partOf(wire, text), text.order));
  return value === undefined ? { value: null, reason: 'unknown-mark' } : { value, reason: 'none' };
}

function numberIn(channel: ModbusChannel, wire: Buffer): Decoded {
  const { main, plus, bits, signal } = channel;
  if (main === null) return GARBAGE;
  const decoded = decode(partOf(wire, main), main.type, main.order, channel.bit);
  const second = plus === null ? 0 : decode(partOf(wire, plus), plus.type, plus.order);
  if (decoded === null || second === null) return GARBAGE;
  if (channel.invalid.includes(decoded)) return { value: null, reason: 'device-fault' };
  const own = bits === undefined ? decoded : bitField(decoded, bits[0], bits[1]);
  const value = own * main.scale + channel.offset + (plus === null ? 0 : second * plus.scale);
  return signal === null ? { value, reason: 'none' } : ofSignal(signal, value);
}

const partOf = (wire: Buffer, { at, count }: Part): Buffer => wire.subarray(at * 2, (at + count) * 2);

function fault(place: string, zh: string, en: string): Fault {
  return new Fault({ code: 'modbus.read', place, zh, en });
}
