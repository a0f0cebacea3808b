import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { computeBalances } from '../../../balance/media/compute.ts';
import type { BalanceReport } from '../../../balance/media/result.ts';
import { windowOf } from '../../../balance/window/window.ts';
import { metersOf } from '../../../collector/simulate/meters.ts';
import { loadSimulationFile } from '../../../collector/simulate/schema.ts';
import { type Truth, truthOf } from '../../../collector/simulate/truth.ts';
import { loadPlant, plantOf } from '../../../config/plant/load.ts';
import type { Plant } from '../../../config/plant/plant.ts';
import type { PlantFile } from '../../../config/plant/schema.ts';
import { memoryReader } from '../../balance/memory-reader.ts';

const HOUR_MS = 3_600_000;
const SEEDS = 200;
const FROM = Date.parse('2026-11-02T00:00:00Z');
const TO = FROM + 72 * HOUR_MS;
let plant: Plant;

/** The example with every meter read each hour: enough for totals, and 200 plants in seconds. */
function hourly(file: PlantFile): PlantFile {
  const copy = structuredClone(file);
  for (const meter of copy.meters) {
    for (const channel of [meter, ...Object.values(meter.channels)]) {
      if (channel.read) channel.read.every = '1h';
      delete channel.maxGap;
    }
  }
  return copy;
}

beforeAll(async () => {
  const loaded = await loadPlant(join(import.meta.dirname, '../../../config/examples/yunnan-phosphate'));
  plant = plantOf(hourly(loaded.file), loaded.path);
});

test('it is a plant of the size and kind that it says it is', () => {
  expect(plant.meters.size).toBeGreaterThanOrEqual(60);
  for (const level of [1, 2, 3]) expect(plant.file.points.filter((point) => point.level === level).length).toBeGreaterThanOrEqual(10);
  expect(new Set(plant.file.balances.map(({ kind }) => kind))).toEqual(new Set(['material', 'water', 'energy', 'pollutant']));
  expect(plant.simulated).toBe(true);
  expect(plant.file.points.some(({ exempt }) => exempt !== undefined)).toBe(true);
  expect(plant.file.streams.filter(({ role }) => role === 'recycle').length).toBeGreaterThanOrEqual(4);
});

describe(`over ${SEEDS} plants with truths and calibration errors drawn anew`, () => {
  const runs: { truth: Truth; report: BalanceReport }[] = [];

  beforeAll(async () => {
    const simulation = loadSimulationFile(plant);
    for (let seed = 1; seed <= SEEDS; seed++) {
      const truth = truthOf(plant, simulation, seed);
      const meters = metersOf(plant, truth);
      const readings: Record<string, [number, number][]> = {};
      for (const { id } of meters.channels) {
        readings[id] = Array.from({ length: 75 }, (_, hour) => {
          const timeMs = FROM + (hour - 1) * HOUR_MS;
          return [timeMs, meters.readingAt(id, timeMs)];
        });
      }
      runs.push({ truth, report: await computeBalances(plant, memoryReader(readings), windowOf(FROM, TO), null) });
    }
  }, 300_000);

  test('true totals lie within the stated U (k = 2) in 93 to 97 % of cases', () => {
    let [inside, all] = [0, 0];
    for (const { truth, report } of runs) {
      for (const { id: balance, boundary, streams } of report.balances) {
        if (boundary !== 'YNP') continue;
        for (const { id, total, u } of streams) {
          if (total === null || u === null || u === 0 || id === 'clear-main') continue;
          const real = truth.trueTotal(id, FROM, TO) * truth.contentOf(id, balance);
          all++;
          if (Math.abs(Math.abs(total) - Math.abs(real)) <= 2 * u) inside++;
        }
      }
    }
    expect(all).toBeGreaterThan(SEEDS * 50);
    expect(inside / all).toBeGreaterThan(0.93);
    expect(inside / all).toBeLessThan(0.97);
  });

  test('the biased meter is what the numbers point to', () => {
    const first = runs.map(({ report }) =>
      report.balances.find(({ id, boundary }) => id === 'water' && boundary === 'YNP')?.suspects[0]?.ids.join(),
    );
    const tally = new Map<string | undefined, number>();
    for (const ids of first) tally.set(ids, (tally.get(ids) ?? 0) + 1);
    expect(first.filter((ids) => ids === 'clear-main').length).toBeGreaterThan(0.95 * SEEDS);
  });

  test('the unmetered stream is found: the network gives reuse within 3 u of the truth', () => {
    let near = 0;
    for (const { truth, report } of runs) {
      const water = report.balances.find(({ id, boundary }) => id === 'water' && boundary === 'YNP');
      const reuse = water?.streams.find(({ id }) => id === 'reuse');
      const real = truth.trueTotal('reuse', FROM, TO);
      if (reuse?.reconciled != null && Math.abs(reuse.reconciled - real) <= 3 * (reuse.reconciledU ?? 0)) near++;
    }
    expect(near).toBeGreaterThan(0.95 * SEEDS);
  });
});
