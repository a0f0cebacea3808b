import { readFileSync } from 'node:fs';
import { computeBalances } from '../../balance/media/compute.ts';
import type { BalanceReport, BalanceResult } from '../../balance/media/result.ts';
import { metersOf } from '../../collector/simulate/meters.ts';
import type { PlacedSimulation } from '../../collector/simulate/schema.ts';
import { type Truth, truthOf } from '../../collector/simulate/truth.ts';
import { parsePlant, plantOf } from '../../config/plant/load.ts';
import type { Plant } from '../../config/plant/plant.ts';
import { memoryReader, type Reading } from './memory-reader.ts';

export const HOUR = 3_600_000;
const FROM = Date.parse('2026-03-10T08:00:00+08:00');
/** The 72 h that the tests of the example plant are about. */
export const window = { fromMs: FROM, toMs: FROM + 72 * HOUR };

/** The example plant's balances over `window` with errors drawn from one seed, and what was true. */
export interface Run {
  readonly report: BalanceReport;
  readonly truth: Truth;
}

export function example(): Plant {
  const path = 'config/examples/yunnan-phosphate/plant.yaml';
  return parsePlant(readFileSync(path, 'utf8'), path);
}

/** The example plant read once an hour, which its channels then bridge: sixty times fewer readings than the real one. */
export function hourly(plant: Plant): Plant {
  const meters = plant.file.meters.map((meter) => ({
    ...meter,
    maxGap: '90min',
    channels: Object.fromEntries(Object.entries(meter.channels).map(([name, channel]) => [name, { ...channel, maxGap: '90min' }])),
  }));
  return plantOf({ ...plant.file, meters }, plant.path);
}

/**
 * One window of an hourly read plant with calibration errors, noise and factors drawn anew from `seed`. What is true follows from `real`,
 * so that a plant metered otherwise still has the same truth.
 */
export async function runOf(plant: Plant, simulation: PlacedSimulation, seed: number, real = plant): Promise<Run> {
  const truth = truthOf(real, simulation, seed);
  const meters = metersOf(plant, truth);
  const readings: Record<string, Reading[]> = Object.fromEntries(meters.channels.map(({ id }) => [id, []]));
  for (let ms = FROM - 2 * HOUR; ms <= window.toMs + 2 * HOUR; ms += HOUR) {
    for (const { id } of meters.channels) readings[id]!.push([ms, meters.readingAt(id, ms)]);
  }
  return { report: await computeBalances(plant, memoryReader(readings), window, null), truth };
}

export const wholePlant = (report: BalanceReport, id: string): BalanceResult => report.balances.find((b) => b.id === id)!;
