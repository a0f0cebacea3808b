import type { Series } from '../../../balance/oversight/signs/series.ts';
import { normalOf, uniformOf } from '../../../collector/simulate/chance.ts';
import { simulatedMeters } from '../../../collector/simulate/past.ts';
import { loadPlant } from '../../../config/plant/load.ts';

/**
 * Monitors of the example plant's wastewater outfall as honest instruments would read them, and what someone who falsifies does to them.
 * Ten-minute data. The load is the true discharge of the simulated plant; each concentration follows it a little, wanders by itself over
 * hours and days, scatters from reading to reading, is resolved to two decimals, and is calibrated once a day.
 */
export const EVERY_MS = 600_000;
export const PER_DAY = 144;
const HOUR_MS = 3_600_000;

export interface Course {
  readonly startMs: number;
  /** NH₃-N and TN, mg/L. */
  readonly part: Float64Array;
  readonly whole: Float64Array;
  /** Discharge, m3/h, by the start of its hour. */
  readonly load: ReadonlyMap<number, number>;
}

const START_MS = Date.parse('2026-04-01T00:00:00+08:00');
let truth: ((timeMs: number, seed: number) => number) | null = null;

/** The discharge of the example plant, m3/h. */
async function discharge(): Promise<(timeMs: number, seed: number) => number> {
  if (truth !== null) return truth;
  const plant = await loadPlant(new URL('../../../config/examples/yunnan-phosphate/plant.yaml', import.meta.url).pathname);
  const bySeed = new Map<number, ReturnType<typeof simulatedMeters>>();
  truth = (timeMs, seed) => {
    const meters = bySeed.get(seed) ?? simulatedMeters(plant, { seed: 20261 + seed });
    bySeed.set(seed, meters);
    return meters.truth.trueRate('discharge', timeMs);
  };
  return truth;
}

/** Honest readings of so many days. */
export async function honest(seed: number, days: number): Promise<Course> {
  const flow = await discharge();
  const load = new Map<number, number>();
  for (let hour = 0; hour < days * 24; hour++) load.set(START_MS + hour * HOUR_MS, flow(START_MS + (hour + 0.5) * HOUR_MS, seed));
  const mean = [...load.values()].reduce((sum, value) => sum + value, 0) / load.size;
  const course = (name: string, level: number): Float64Array => {
    const value = new Float64Array(days * PER_DAY);
    let [slow, quick] = [0, 0];
    for (let index = 0; index < value.length; index++) {
      slow = 0.999 * slow + Math.sqrt(1 - 0.999 ** 2) * normalOf(seed, name, 'slow', index);
      quick = 0.96 * quick + Math.sqrt(1 - 0.96 ** 2) * normalOf(seed, name, 'quick', index);
      const timeMs = START_MS + index * EVERY_MS;
      const share = (load.get(Math.floor(timeMs / HOUR_MS) * HOUR_MS) ?? mean) / mean - 1;
      const day = 0.04 * Math.sin((2 * Math.PI * (index + 20)) / PER_DAY);
      const noise = 0.025 * normalOf(seed, name, 'noise', index);
      value[index] = Math.round(level * (1 + 0.3 * share + 0.1 * slow + 0.07 * quick + day + noise) * 100) / 100;
      // Calibrated at two in the morning, for forty minutes.
      if (index % PER_DAY >= 12 && index % PER_DAY < 16) value[index] = Number.NaN;
    }
    return value;
  };
  return { startMs: START_MS, part: course('w21003', 4), whole: course('w21001', 12), load };
}

export type Falsify = (value: Float64Array, from: number, size: number, seed: number) => Float64Array;

const changed = (value: Float64Array, from: number, by: (own: number, index: number) => number): Float64Array =>
  value.map((own, index) => (index < from ? own : by(own, index)));
const rounded = (value: number): number => Math.round(value * 100) / 100;

/** What is done to the readings from an index on. `size` is the strength, in terms of each. */
export const FALSIFICATIONS: Readonly<Record<string, Falsify>> = {
  /** Holds a value; size: noise put on it, as a share of it. */
  frozen: (value, from, size, seed) => {
    const held = value.subarray(0, from).findLast((own) => !Number.isNaN(own))!;
    return changed(value, from, (_, index) => rounded(held * (1 + size * normalOf(seed, 'held', index))));
  },
  /** Cuts off above a quantile of the days before; size: the quantile. */
  clipped: (value, from, size) => {
    const sorted = value
      .slice(from, from + PER_DAY)
      .filter((own) => !Number.isNaN(own))
      .sort();
    const top = sorted[Math.floor(size * sorted.length)]!;
    return changed(value, from, (own) => Math.min(own, top));
  },
  /** Plays an earlier day again; size: how many days back. */
  copied: (value, from, size, seed) =>
    changed(value, from, (own, index) => rounded((value[index - size * PER_DAY] ?? own) * (1 + 0.002 * normalOf(seed, 'copy', index)))),
  /** Values that cannot be: a part above its whole, or negative ones now and then; size: by how much. */
  impossible: (value, from, size) => changed(value, from, (own) => rounded(own * size)),
  /** Wanders off; size: share of the level a day. */
  drift: (value, from, size) => changed(value, from, (own, index) => rounded(own * (1 + (size * (index - from)) / PER_DAY))),
  /** A step down that nothing in the plant explains; size: share of the level. */
  step: (value, from, size) => changed(value, from, (own) => rounded(own * (1 - size))),
  /** Presses what comes near a hidden ceiling below it; size: quantile of the level at which it begins. */
  hiddenLimit: (value, from, size) => {
    const sorted = value
      .slice(0, from)
      .filter((own) => !Number.isNaN(own))
      .sort();
    const begin = sorted[Math.floor(size * sorted.length)]!;
    const room = 0.05 * begin;
    return changed(value, from, (own) => (own <= begin ? own : rounded(begin + room * (1 - Math.exp(-(own - begin) / room)))));
  },
};

export const seriesOfCourse = (code: string, value: Float64Array): Series => ({ code, everyMs: EVERY_MS, startMs: START_MS, value });

/** Where a falsification begins: some time of a day after the known ones. */
export const beginning = (seed: number, knownDays: number): number =>
  (knownDays + 1) * PER_DAY + Math.floor(uniformOf(seed, 'begin') * PER_DAY);
