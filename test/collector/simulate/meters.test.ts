import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { metersOf, type SimulatedMeters } from '../../../collector/simulate/meters.ts';
import { recordsOf } from '../../../collector/simulate/past.ts';
import { loadSimulationFile } from '../../../collector/simulate/schema.ts';
import { truthOf } from '../../../collector/simulate/truth.ts';
import { loadPlant } from '../../../config/plant/load.ts';
import type { Plant } from '../../../config/plant/plant.ts';

const HOUR_MS = 3_600_000;
let plant: Plant;
let meters: SimulatedMeters;

beforeAll(async () => {
  plant = await loadPlant(join(import.meta.dirname, '../../../config/examples/yunnan-phosphate'));
  meters = metersOf(plant, truthOf(plant, loadSimulationFile(plant), 7));
});

const START = Date.parse('2026-11-01T00:00:00+08:00');

/** Rise of a counter, followed every 10 minutes through its roll-overs. */
function rise(id: string, fromMs: number, toMs: number): number {
  const modulus = plant.channels.get(id)?.modulus ?? 0;
  let total = 0;
  for (let timeMs = fromMs; timeMs < toMs; timeMs += HOUR_MS / 6) {
    const step = meters.readingAt(id, timeMs + HOUR_MS / 6) - meters.readingAt(id, timeMs);
    total += step < -modulus / 2 ? step + modulus : step;
  }
  return total;
}

test.each([
  ['FT-5003', 'clear-main', 1],
  ['FT-2010', 'cw-sap-supply', 1],
  ['WT-6006', 'sludge', 1000],
  ['HM-2008', 'sap-cw-heat', 1],
])('the counter %s rises by truth × (1 + its error)', (meter, stream, perUnit) => {
  const [from, to] = [START, START + 200 * HOUR_MS];
  const { relative } = meters.errorOf(meter);
  const truth = meters.truth.trueTotal(stream, from, to) * perUnit * (1 + relative);
  expect(Math.abs(rise(meter, from, to) - truth)).toBeLessThanOrEqual(2.5 * (plant.meters.get(meter)!.resolution ?? 0));
});

test('a counter rolls over at its modulus and never shows it', () => {
  const readings = Array.from({ length: 600 }, (_, hour) => meters.readingAt('FT-5003', START + hour * HOUR_MS));
  expect(Math.max(...readings)).toBeLessThan(100_000);
  expect(readings.filter((reading, index) => index > 0 && reading < readings[index - 1]!).length).toBeGreaterThanOrEqual(2);
});

test('a register of an electricity meter holds the secondary value: CT 600/5, PT 10000/100', () => {
  const [from, to] = [START, START + 72 * HOUR_MS];
  const primary = meters.truth.trueTotal('grid', from, to) * (1 + meters.errorOf('EM-0001').relative);
  expect(rise('EM-0001', from, to)).toBeCloseTo(primary / ((600 / 5) * (10_000 / 100)), 2);
});

test('calibration errors over seeds have mean 0 and standard deviation MPE ÷ √3; the bias comes on top', () => {
  const simulation = loadSimulationFile(plant);
  const errors = (meter: string) =>
    Array.from({ length: 300 }, (_, seed) => metersOf(plant, truthOf(plant, simulation, seed)).errorOf(meter).relative);
  const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
  const spread = (values: readonly number[]) => Math.sqrt(mean(values.map((value) => (value - mean(values)) ** 2)));
  const sigma = 0.005 / Math.sqrt(3);
  for (const [meter, bias] of [
    ['FT-5002', 0],
    ['FT-5003', 0.022],
  ] as const) {
    const drawn = errors(meter);
    expect(Math.abs(mean(drawn) - bias)).toBeLessThan((4 * sigma) / Math.sqrt(300));
    expect(spread(drawn) / sigma).toBeGreaterThan(0.85);
    expect(spread(drawn) / sigma).toBeLessThan(1.15);
  }
});

test('a rate scatters around truth × (1 + error), within its range, and reads the same at the same time', () => {
  const [id, stream] = ['FT-2001', 'sap-air'];
  const { relative } = meters.errorOf(id);
  const ratios = Array.from({ length: 2000 }, (_, minute) => {
    const timeMs = START + minute * 60_000;
    expect(meters.readingAt(id, timeMs)).toBe(meters.readingAt(id, timeMs));
    return meters.readingAt(id, timeMs) / meters.truth.trueRate(stream, timeMs) / (1 + relative) - 1;
  });
  const mean = ratios.reduce((a, b) => a + b, 0) / ratios.length;
  expect(Math.abs(mean)).toBeLessThan((4 * 0.005) / Math.sqrt(2000));
  expect(Math.max(...ratios)).toBeGreaterThan(0.01);
});

test('the past: every channel at whole multiples of its period, marked simulated, missing with a reason in gaps and nowhere else', () => {
  const wrong: unknown[] = [];
  const byChannel = new Map<string, { count: number; missing: Set<string> }>();
  for (const records of recordsOf(meters, START, START + 96 * HOUR_MS)) {
    const times = new Set<number>();
    for (const record of records) {
      if (record.kind !== 'sample') throw new Error(record.kind);
      const { channel, timeMs, value, quality, reason, origin, raw } = record.sample;
      times.add(timeMs);
      const isMissing = quality === 'missing';
      if (origin !== 'simulated' || (value === null) !== isMissing || (raw === null) !== isMissing) wrong.push(record.sample);
      const seen = byChannel.get(channel) ?? { count: 0, missing: new Set() };
      byChannel.set(channel, { count: seen.count + 1, missing: quality === 'missing' ? seen.missing.add(reason) : seen.missing });
    }
    if (times.size !== 1) wrong.push(records);
  }
  expect(wrong).toEqual([]);
  expect(byChannel.get('FT-5001')).toEqual({ count: 96 * 60, missing: new Set() });
  expect(byChannel.get('WT-1003')?.count).toBe(96 * 12);
  expect(byChannel.get('FT-4001')?.missing).toEqual(new Set(['communication']));
  expect(byChannel.get('FT-5008')?.missing).toEqual(new Set(['maintenance']));
  expect(byChannel.get('AT-6003')?.missing).toEqual(new Set(['calibration']));
  expect([...byChannel.values()].filter(({ missing }) => missing.size > 0).length).toBeLessThan(12);
  const read = [...plant.channels.values()].filter((channel) => channel.read !== undefined).map(({ id }) => id);
  expect(new Set(byChannel.keys())).toEqual(new Set(read));
});
