import type { Channel, Plant } from '../../config/plant/plant.ts';
import { durationMs } from '../../config/plant/time.ts';
import type { JournalRecord } from '../journal/record.ts';
import type { Sample } from '../sample/sample.ts';
import { asRead, hexOf, wireOf } from './encode.ts';
import { gapsOf } from './gaps.ts';
import { metersOf, type SimulatedMeters } from './meters.ts';
import { payloadOf } from './payload.ts';
import { loadSimulationFile, withLeaks } from './schema.ts';
import { truthOf } from './truth.ts';

/** Meters of the plant whose simulation file lies beside it. `seed` replaces the file's; `leaks` are switched on. */
export function simulatedMeters(plant: Plant, options: { seed?: number; leaks?: readonly string[] } = {}): SimulatedMeters {
  const simulation = withLeaks(loadSimulationFile(plant), options.leaks ?? []);
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

function sampleAt(meters: SimulatedMeters, { id, read }: Channel, timeMs: number, gap: Sample['reason'] | null): Sample {
  if (gap !== null) return { channel: id, timeMs, value: null, quality: 'missing', reason: gap, origin: 'simulated', raw: null };
  const reading = meters.readingAt(id, timeMs);
  let [value, raw]: [number, string | null] = [reading, null];
  if (read && 'type' in read) {
    [value, raw] = [asRead(read, reading), hexOf(wireOf(read, reading))];
  } else if (read && 'topic' in read) {
    const sent = payloadOf(read, reading, timeMs);
    [value, raw] = [sent.value, sent.payload];
  }
  return { channel: id, timeMs, value, quality: 'good', reason: 'none', origin: 'simulated', raw };
}

function commonDivisor(a: number, b: number): number {
  return b === 0 ? a : commonDivisor(b, a % b);
}
