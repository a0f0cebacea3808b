import type { Channel, Plant } from '../../config/plant/plant.ts';
import { durationMs } from '../../config/plant/time.ts';
import type { JournalRecord } from '../journal/record.ts';
import type { Sample } from '../sample/sample.ts';
import { asRead, encodeRegisters, hexOf } from './encode.ts';
import { gapsOf } from './gaps.ts';
import { metersOf, type SimulatedMeters } from './meters.ts';
import { payloadOf } from './payload.ts';
import { loadSimulationFile } from './schema.ts';
import { truthOf } from './truth.ts';

/** Meters of the plant whose simulation file lies beside it. `seed` replaces the file's. */
export function simulatedMeters(plant: Plant, options: { seed?: number } = {}): SimulatedMeters {
  const simulation = loadSimulationFile(plant);
  return metersOf(plant, truthOf(plant, simulation, options.seed ?? simulation.file.seed));
}

/** How often a channel is read; null for one that no device reads. */
export function everyOf({ read }: Channel): number | null {
  return read === undefined ? null : durationMs(read.every ?? '60s');
}

/**
 * What would have been collected from `fromMs` (inclusive) to `toMs` (exclusive), UTC ms: the samples of one moment at a time, each
 * channel at whole multiples of its period, with the gaps of the simulation file. Every sample has origin `simulated`.
 */
export function* pastRecords(plant: Plant, fromMs: number, toMs: number, options: { seed?: number } = {}): Iterable<JournalRecord[]> {
  yield* recordsOf(simulatedMeters(plant, options), fromMs, toMs);
}

/** The same from meters that are put together already. */
export function* recordsOf(meters: SimulatedMeters, fromMs: number, toMs: number): Iterable<JournalRecord[]> {
  const gapAt = gapsOf(meters.truth);
  const read = meters.channels.flatMap((channel) => {
    const everyMs = everyOf(channel);
    return everyMs === null ? [] : [{ channel, everyMs }];
  });
  if (read.length === 0) return;
  const stepMs = read.map(({ everyMs }) => everyMs).reduce(commonDivisor);
  for (let timeMs = Math.ceil(fromMs / stepMs) * stepMs; timeMs < toMs; timeMs += stepMs) {
    const due = read.filter(({ everyMs }) => timeMs % everyMs === 0);
    if (due.length === 0) continue;
    yield due.map(({ channel }) => ({ kind: 'sample', sample: sampleAt(meters, channel, timeMs, gapAt(channel.id, timeMs)) }));
  }
}

function sampleAt(meters: SimulatedMeters, channel: Channel, timeMs: number, gap: Sample['reason'] | null): Sample {
  const common = { channel: channel.id, timeMs, origin: 'simulated' } as const;
  if (gap !== null) return { ...common, value: null, quality: 'missing', reason: gap, raw: null };
  const reading = meters.readingAt(channel.id, timeMs);
  const { read } = channel;
  if (read && 'type' in read) {
    return { ...common, value: asRead(read, reading), quality: 'good', reason: 'none', raw: hexOf(encodeRegisters(read, reading)) };
  }
  if (read && 'topic' in read) {
    const { payload, value } = payloadOf(read, reading, timeMs);
    return { ...common, value, quality: 'good', reason: 'none', raw: payload };
  }
  return { ...common, value: reading, quality: 'good', reason: 'none', raw: null };
}

function commonDivisor(a: number, b: number): number {
  return b === 0 ? a : commonDivisor(b, a % b);
}
