import { join } from 'node:path';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { loadSimulationFile } from '../../../collector/simulate/schema.ts';
import { type Truth, truthOf } from '../../../collector/simulate/truth.ts';
import { loadPlant } from '../../../config/plant/load.ts';
import type { Plant } from '../../../config/plant/plant.ts';

const example = join(import.meta.dirname, '../../../config/examples/yunnan-phosphate');
const WINDOW_MS = 400 * 24 * 3_600_000;
let plant: Plant;
let truths: Truth[];

beforeAll(async () => {
  plant = await loadPlant(example);
  const simulation = loadSimulationFile(plant);
  truths = [1, 2, 3, 4].map((seed) => truthOf(plant, simulation, seed));
});

/** What enters minus what leaves minus the stock change of a unit per hour, and the sum of their sizes to hold it against. */
function residual(truth: Truth, unit: string, balance: string, timeMs: number): { residual: number; size: number } {
  let [sum, size] = [0, 0];
  const add = (sign: number, id: string) => {
    const amount = truth.contentOf(id, balance) * truth.trueRate(id, timeMs);
    sum += sign * amount;
    size += Math.abs(amount);
  };
  for (const { id, from, to } of plant.streams.values()) {
    if (from === unit) add(-1, id);
    if (to === unit) add(1, id);
  }
  for (const stock of plant.stocks.values()) if (stock.unit === unit) add(-1, stock.id);
  return { residual: sum, size };
}

const aMoment = fc.record({ truth: fc.nat({ max: 3 }), ms: fc.nat({ max: WINDOW_MS }) });

describe('the example plant', () => {
  test('conserves material, water, energy and fluorine at every unit at every moment', () => {
    const units = new Set([...plant.streams.values()].flatMap(({ from, to }) => [from, to]).filter((unit) => unit !== 'ENV'));
    fc.assert(
      fc.property(aMoment, ({ truth: index, ms }) => {
        const truth = truths[index]!;
        for (const unit of units) {
          for (const balance of plant.balances.keys()) {
            const { residual: open, size } = residual(truth, unit, balance, truth.sinceMs + ms);
            expect(Math.abs(open), `${unit} ${balance}`).toBeLessThanOrEqual(1e-9 * size);
          }
        }
      }),
      { numRuns: 40 },
    );
  });

  test('no stream runs backwards, whatever the seed', () => {
    const simulation = loadSimulationFile(plant);
    for (let seed = 1000; seed < 1200; seed++) {
      const truth = truthOf(plant, simulation, seed);
      for (let day = 0; day < 15; day++) {
        const timeMs = truth.sinceMs + (300 + day * 0.37) * 24 * 3_600_000;
        for (const id of plant.streams.keys()) expect(truth.trueRate(id, timeMs), `${id}, seed ${seed}`).toBeGreaterThan(0);
      }
    }
  });

  test('no stock leaves the range of its meter', () => {
    for (const truth of truths) {
      for (const { id, meter } of plant.stocks.values()) {
        const [low, high] = plant.channels.get(meter!)!.range!;
        for (let hour = 0; hour < 2000; hour += 5) {
          const reading = truth.gaugeOf(id).readingAt(truth.trueStock(id, truth.sinceMs + hour * 3_600_000));
          expect(reading, id).toBeGreaterThan(low);
          expect(reading, id).toBeLessThan(high);
        }
      }
    }
  });
});

test('a total is the integral of the rate (Simpson), and totals of adjoining spans add up', () => {
  fc.assert(
    fc.property(aMoment, fc.nat({ max: 6 * 3_600_000 }), fc.nat({ max: 96 }), ({ truth: index, ms }, spanMs, which) => {
      const truth = truths[index]!;
      const ids = [...plant.streams.keys(), ...plant.stocks.keys()];
      const id = ids[which % ids.length]!;
      const from = truth.sinceMs + ms;
      const [middle, to] = [from + spanMs / 2, from + spanMs];
      let simpson = 0;
      const steps = 64;
      for (let k = 0; k <= steps; k++) {
        const weight = k === 0 || k === steps ? 1 : k % 2 === 1 ? 4 : 2;
        simpson += (weight * truth.trueRate(id, from + (spanMs * k) / steps) * spanMs) / steps / 3 / 3_600_000;
      }
      const total = truth.trueTotal(id, from, to);
      const scale = Math.abs(truth.trueRate(id, from)) * 6 + 1;
      expect(Math.abs(total - simpson)).toBeLessThan(1e-5 * scale);
      expect(Math.abs(total - truth.trueTotal(id, from, middle) - truth.trueTotal(id, middle, to))).toBeLessThan(1e-7 * scale);
    }),
  );
});

test('the same seed tells the same truth, another seed another', () => {
  const again = truthOf(plant, loadSimulationFile(plant), 1);
  const at = truths[0]!.sinceMs + 1e9;
  expect(again.trueRate('slurry', at)).toBe(truths[0]!.trueRate('slurry', at));
  expect(truths[1]!.trueRate('slurry', at)).not.toBe(truths[0]!.trueRate('slurry', at));
});

test('assumed values are off by a draw from their u: mean 0, spread 1 over 400 seeds', () => {
  const simulation = loadSimulationFile(plant);
  const draws = Array.from({ length: 400 }, (_, seed) => {
    const truth = truthOf(plant, simulation, seed);
    return [(truth.trueRate('leak', truth.sinceMs) - 3) / 0.5, (truth.contentOf('coal-in', 'energy') - 21) / 0.15];
  });
  for (const column of [0, 1] as const) {
    const values = draws.map((draw) => draw[column]!);
    const mean = values.reduce((a, b) => a + b, 0) / values.length;
    const spread = Math.sqrt(values.reduce((a, b) => a + (b - mean) ** 2, 0) / (values.length - 1));
    expect(Math.abs(mean)).toBeLessThan(4 / Math.sqrt(400));
    expect(spread).toBeGreaterThan(0.85);
    expect(spread).toBeLessThan(1.15);
  }
});
