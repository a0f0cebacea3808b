import { spanOf, widthOf } from '../../../config/plant/address.ts';
import type { Channel } from '../../../config/plant/plant.ts';
import type { ModbusRead } from '../../../config/plant/schema.ts';
import { Fault } from '../../../config/words/fault.ts';
import type { Reason } from '../../sample/reason.ts';
import { type Asked, askedOf } from '../asked.ts';
import { placeOf } from './address.ts';
import { type ByteOrder, bitField, decode, decodeText, type NumberType, scaled } from './decode.ts';
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

/** How registers become a number. One object for all channels that say the same: a plant has a hundred thousand of a few kinds. */
export interface Reading {
  /** Nothing but a number of one type, scaled: what nearly every channel is. */
  readonly plain: boolean;
  readonly main: NumberPart | null;
  readonly text: (Part & { readonly states: ReadonlyMap<string, number> }) | null;
  readonly plus: NumberPart | null;
  /** The register with the power of ten of the value. */
  readonly exponent: Part | null;
  readonly bit: number | undefined;
  readonly bits: readonly [number, number] | undefined;
  readonly invalid: readonly number[];
  readonly offset: number;
  readonly signal: Signal | null;
}

/** One channel as it is read: where its registers lie, all parts of a value in one, and how they become a number. */
export interface ModbusChannel extends Item, Asked {
  readonly channel: string;
  readonly reading: Reading;
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
  const span = spanOf(read);
  if (span === null)
    throw fault(channel.id, 'plus 和 exponent 应与 address 在同一个表', 'plus and exponent must lie in the table of address');
  const { start: address, end } = span;
  if (end > 65_536) throw fault(channel.id, '数值超出地址 65535', 'the value reaches beyond address 65535');
  const own: Part = { at: place.address - address, count: registers, order: read.order };
  const reading = {
    main: read.type === 'string' ? null : { ...own, type: read.type, scale: read.scale },
    text: read.type === 'string' ? { ...own, states: new Map(Object.entries(read.states ?? {})) } : null,
    plus: second === null ? null : { ...second, at: second.address - address },
    exponent:
      read.exponent === undefined
        ? null
        : { at: placeOf(channel.id, { ...read, ...read.exponent }).address - address, count: 1, order: undefined },
    bit: read.bit,
    bits: read.bits,
    invalid: read.invalid ?? [],
    offset: read.offset,
    signal: signalOf(channel, read),
  };
  const plain =
    reading.main !== null &&
    reading.plus === null &&
    reading.exponent === null &&
    reading.bits === undefined &&
    read.invalid === undefined &&
    reading.signal === null;
  return {
    channel: channel.id,
    unit: read.unit,
    table: place.table,
    address,
    count: end - address,
    ...askedOf({ read, range: channel.range }, read.every),
    reading: plain ? shared({ ...reading, plain }) : { ...reading, plain },
  };
}

const SHARED = new Map<string, Reading>();
const MOST_SHARED = 10_000;

/** The one object of all plain readings that are alike. */
function shared(reading: Reading): Reading {
  const { main, bit, offset } = reading as Reading & { readonly main: NumberPart };
  const key = `${main.type} ${main.order} ${main.scale} ${offset} ${bit}`;
  const known = SHARED.get(key);
  if (known !== undefined) return known;
  if (SHARED.size < MOST_SHARED) SHARED.set(key, reading);
  return reading;
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
export type Decoded = { readonly value: number | null; readonly reason: Reason };

const GARBAGE: Decoded = { value: null, reason: 'garbage' };

/** What the registers of a channel say. */
export function decodedIn(reading: Reading, wire: Buffer): Decoded {
  return reading.text === null ? numberIn(reading, wire) : stateIn(reading.text, wire);
}

/** A text that no state is named for is not a number that someone made up for it. */
function stateIn(text: NonNullable<Reading['text']>, wire: Buffer): Decoded {
  const value = text.states.get(decodeText(partOf(wire, text), text.order));
  return value === undefined ? { value: null, reason: 'unknown-mark' } : { value, reason: 'none' };
}

function numberIn({ main, plus, exponent, bit, bits, invalid, offset, signal }: Reading, wire: Buffer): Decoded {
  if (main === null) return GARBAGE;
  const decoded = decode(partOf(wire, main), main.type, main.order, bit);
  const second = plus === null ? 0 : decode(partOf(wire, plus), plus.type, plus.order);
  if (decoded === null || second === null) return GARBAGE;
  if (invalid.includes(decoded)) return { value: null, reason: 'device-fault' };
  const power = exponent === null ? 0 : partOf(wire, exponent).readInt16BE();
  if (power === NO_EXPONENT) return { value: null, reason: 'device-fault' };
  if (Math.abs(power) > LARGEST_EXPONENT) return GARBAGE;
  const own = bits === undefined ? scaled(decoded, power) : bitField(decoded, bits[0], bits[1]);
  const value = own * main.scale + offset + (plus === null ? 0 : second * plus.scale);
  return signal === null ? { value, reason: 'none' } : ofSignal(signal, value);
}

/** By this a device says that it has no power of ten, and so no value; others lie within ±10. @source SunSpec Information Model, type sunssf */
const NO_EXPONENT = -32_768;
const LARGEST_EXPONENT = 10;

const partOf = (wire: Buffer, { at, count }: Part): Buffer => wire.subarray(at * 2, (at + count) * 2);

function fault(place: string, zh: string, en: string): Fault {
  return new Fault({ code: 'modbus.read', place, zh, en });
}
