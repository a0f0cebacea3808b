import type { DecodeRaw } from '../collector/import/again.ts';
import { type Decoder, decoderOf } from '../collector/sources/modbus/registers.ts';
import { loadPlant } from '../config/plant/load.ts';
import { isLooked } from '../config/plant/looks.ts';
import type { Plant } from '../config/plant/plant.ts';
import { isModbusRead } from '../config/plant/registers.ts';
import { durationMs } from '../config/plant/time.ts';
import { Fault } from '../config/words/fault.ts';
import { keptVersions } from './plant-history.ts';

/** A version of the plant that was in force from a time on; null where it was kept and can no longer be read. */
export interface InForce {
  readonly fromMs: number;
  readonly plant: Plant | null;
}

/**
 * How the registers in the journal are decoded by a plant as it is today, for each of the channels: they are those of the addresses in the
 * version that was in force when they were read, where that version was kept.
 *
 * @throws Fault decode-again.registers where a channel is not read from registers.
 */
export async function decodersOf(plant: Plant, channels: readonly string[]): Promise<ReadonlyMap<string, DecodeRaw>> {
  const versions = await versionsOf(plant);
  return new Map(
    channels.map((id) => {
      const decode = decoderBy(plant, id, versions);
      if (decode !== null) return [id, decode];
      throw new Fault({
        code: 'decode-again.registers',
        place: id,
        zh: '这个通道不从 Modbus 寄存器读取，没有可重新解码的原始值',
        en: 'this channel is not read from Modbus registers: there is nothing to decode again',
      });
    }),
  );
}

/** The decoder of one channel, null where it is not read from registers. @param versions the oldest first. */
export function decoderBy(plant: Plant, id: string, versions: readonly InForce[]): DecodeRaw | null {
  const channel = plant.channels.get(id);
  if (channel === undefined || !isModbusRead(channel.read)) return null;
  const plain = decoderOf(channel);
  const dated = versions.map(({ fromMs, plant: then }): { readonly fromMs: number; readonly decode: Decoder | null } => {
    const read = then?.channels.get(id)?.read;
    return { fromMs, decode: isModbusRead(read) ? decoderOf(channel, read) : null };
  });
  if (plain === null) return null;
  return (raw, { timeMs }) => {
    const version = dated.findLast(({ fromMs }) => fromMs <= timeMs);
    const decode = version === undefined ? plain : version.decode;
    return decode === null ? null : decode(raw);
  };
}

/** The kept versions, the oldest first. */
async function versionsOf(plant: Plant): Promise<InForce[]> {
  const versions = await keptVersions(plant);
  return Promise.all(versions.map(async ({ path, fromMs }) => ({ fromMs, plant: await loadPlant(path).catch(() => null) })));
}

/** Readings that are held in memory at once. */
const MOST = 500_000;

/** A time in stretches in which the channels have at most so many readings, by their intervals. */
export function* spansOf(
  plant: Plant,
  channels: readonly string[],
  fromMs: number,
  toMs: number,
): Generator<{ readonly fromMs: number; readonly toMs: number }> {
  const perMs = channels.reduce((sum, id) => sum + readingsAMs(plant, id), 0);
  const stepMs = perMs === 0 ? Number.POSITIVE_INFINITY : Math.max(60_000, Math.floor(MOST / perMs));
  for (let start = fromMs; start < toMs; start += stepMs) yield { fromMs: start, toMs: Math.min(toMs, start + stepMs) };
}

/** Readings a channel has in a millisecond, at most; 0 where nothing says how often it is read. */
export function readingsAMs(plant: Plant, id: string): number {
  const read = plant.channels.get(id)?.read;
  if (isLooked(read)) return 1 / durationMs(read.change.sampling);
  return read !== undefined && 'every' in read && typeof read.every === 'string' ? 1 / durationMs(read.every) : 0;
}
