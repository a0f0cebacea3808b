import { spanOf } from '../../../config/plant/address.ts';
import type { Channel } from '../../../config/plant/plant.ts';
import { isModbusRead } from '../../../config/plant/registers.ts';
import type { ModbusRead } from '../../../config/plant/schema.ts';
import { type Decoded, decodedIn, modbusChannel } from './channel.ts';
import { isBits } from './frame.ts';

/** What the registers beside a reading say; null where they are not those of the channel. */
export type Decoder = (raw: string) => Decoded | null;

/**
 * Decodes once more what was kept beside readings, as a plant file says today: a wrong type, word order or scale found a month later.
 *
 * @param kept how the channel was read when the registers were: they are those of its addresses. Without it they must be as many as the
 * channel has today.
 * @returns null where the channel is not read from registers, or from others than those that were kept.
 */
export function decoderOf(channel: Channel, kept?: ModbusRead): Decoder | null {
  if (!isModbusRead(channel.read)) return null;
  const { reading, count, table, address } = modbusChannel(channel, channel.read);
  if (isBits(table)) return null;
  const before = kept === undefined ? { table, start: address, end: address + count } : spanOf(kept);
  if (before === null || before.table !== table || address < before.start || address + count > before.end) return null;
  const [from, bytes] = [(address - before.start) * 2, (before.end - before.start) * 2];
  return (raw) => {
    const wire = registersIn(raw);
    if (wire?.length !== bytes) return null;
    const decoded = decodedIn(reading, wire.subarray(from, from + count * 2));
    return decoded.value !== null && !Number.isFinite(decoded.value) ? { value: null, reason: 'garbage' } : decoded;
  };
}

/** Registers as they stand in the journal: `41a0 0000`; null for anything else. */
export function registersIn(raw: string): Buffer | null {
  return /^[0-9a-f]{4}( [0-9a-f]{4})*$/.test(raw) ? Buffer.from(raw.replaceAll(' ', ''), 'hex') : null;
}
