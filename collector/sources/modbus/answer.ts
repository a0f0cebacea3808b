import { missingBatch, type SampleBatch } from '../../sample/batch.ts';
import { REASON_CODE, type Reason } from '../../sample/reason.ts';
import type { Origin } from '../../sample/sample.ts';
import { Slab } from '../../sample/slab.ts';
import { decodedAt, type ModbusChannel } from './channel.ts';
import { numberAt } from './decode.ts';
import { isBits } from './frame.ts';
import type { PlannedRead } from './plan.ts';

type Read = PlannedRead<ModbusChannel>;

/** What the batches of one request have in common: the channels, and where in the answer the registers of each begin and end, in bytes. */
interface Columns {
  readonly channels: readonly string[];
  readonly at: Uint16Array;
  readonly end: Uint16Array;
}

const COLUMNS = new WeakMap<Read, Columns>();
function columnsOf(read: Read): Columns {
  const known = COLUMNS.get(read);
  if (known !== undefined) return known;
  const { items, address, table } = read;
  const bytes = isBits(table) ? 0 : 2;
  const columns = {
    channels: items.map(({ channel }) => channel),
    at: Uint16Array.from(items, (item) => (item.address - address) * bytes),
    end: Uint16Array.from(items, (item) => (item.address - address + item.count) * bytes),
  };
  COLUMNS.set(read, columns);
  return columns;
}

const slab = new Slab();

/** The samples that an answer's data gives. @param doubt makes every value suspect; `none`: no doubt. */
export function answered(read: Read, data: Buffer, timeMs: number, origin: Origin, doubt: Reason): SampleBatch {
  const { channels, at, end } = columnsOf(read);
  const { values, reasons } = slab.cut(channels.length);
  const code = REASON_CODE[doubt];
  if (isBits(read.table)) {
    for (let i = 0; i < channels.length; i++) values[i] = bitAt(data, read.items[i]!.address - read.address);
    return { channels, timeMs, origin, values, reasons: reasons.fill(code), raw: { kind: 'texts', texts: Array.from(values, String) } };
  }
  for (let i = 0; i < channels.length; i++) {
    const channel = read.items[i] as ModbusChannel;
    const { plain, main, bit, offset } = channel.reading;
    if (plain && main !== null) {
      const value = numberAt(data, (at[i] as number) + 2 * main.at, main.type, main.order, bit ?? 0) * main.scale + offset;
      values[i] = Number.isFinite(value) ? value : Number.NaN;
      reasons[i] = Number.isFinite(value) ? code : REASON_CODE.garbage;
      continue;
    }
    const { value, reason } = decodedAt(channel, data, at[i] as number);
    const missing = value === null || !Number.isFinite(value);
    values[i] = missing ? Number.NaN : value;
    reasons[i] = missing ? REASON_CODE[value === null ? reason : 'garbage'] : doubt === 'none' ? REASON_CODE[reason] : code;
  }
  return { channels, timeMs, origin, values, reasons, raw: { kind: 'registers', data, at, end } };
}

/** No reading: every sample says so and why. @param raw what came instead, where something did. */
export function unanswered(read: Read, timeMs: number, origin: Origin, reason: Reason, raw: string | null = null): SampleBatch {
  return missingBatch(columnsOf(read).channels, timeMs, origin, reason, raw);
}

const bitAt = (data: Buffer, index: number): number => ((data[index >> 3] as number) >> (index & 7)) & 1;
