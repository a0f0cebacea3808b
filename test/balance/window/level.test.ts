import { describe, expect, it } from 'vitest';
import { levelAt, levelChange } from '../../../balance/window/level.ts';
import { standardUncertainty } from '../../../balance/window/quantity.ts';
import { columnsOf, type Reading } from '../memory-reader.ts';
import { meter, plant } from '../plants.ts';

const HOUR = 3_600_000;
const gauge = plant({
  meters: [meter('L', { kind: 'level', unit: 'm3', range: [0, 1000], resolution: 1, accuracy: { class: '0.5', percentOfSpan: 0.5 } })],
}).channels.get('L')!;
const near = (readings: readonly Reading[]) => columnsOf('L', readings);

describe('levels', () => {
  it('is interpolated between the readings around the instant', () => {
    expect(
      levelAt(
        near([
          [0, 10],
          [10, 20],
        ]),
        4,
        60,
      ),
    ).toMatchObject({ value: 14 });
    expect(
      levelAt(
        near([
          [0, 10],
          [4, 12],
          [10, 20],
        ]),
        4,
        60,
      ),
    ).toMatchObject({ value: 12, between: 0 });
  });

  it('takes one side only within maxGap, and missing samples are no levels', () => {
    expect(
      levelAt(
        near([
          [0, 10],
          [50, null],
        ]),
        40,
        60,
      ),
    ).toMatchObject({ value: 10 });
    expect(
      levelAt(
        near([
          [0, 10],
          [50, null],
        ]),
        90,
        60,
      ),
    ).toBeNull();
    expect(levelAt(near([]), 0, 60)).toBeNull();
  });

  it('knows the noise of a reading apart from a steady rise', () => {
    const rising = Array.from({ length: 60 }, (_, i): Reading => [i, 5 + i * 0.01]);
    expect(levelAt(near(rising), 30, 60)!.noise).toBeLessThan(1e-12);
    const noisy = Array.from({ length: 60 }, (_, i): Reading => [i, 5 + i * 0.01 + (i % 2 === 0 ? 0.3 : -0.3)]);
    expect(levelAt(near(noisy), 30, 60)!.noise).toBeCloseTo(0.6 / Math.sqrt(1.5), 6);
  });
});

describe('stock change on one gauge', () => {
  it('has the class of the change, and the resolution twice', () => {
    const window = { fromMs: 0, toMs: 72 * HOUR };
    const change = levelChange(gauge, window, near([[0, 900]]), near([[72 * HOUR, 860]]), 60_000, 480)!;
    expect(change.value).toBe(-40);
    // by hand: 0.5 % × 40 ÷ √3 = 0.115470, √2 × 1 ÷ √12 = 0.408248; a gauge read twice independently would claim 0.5 % × 1000 ÷ √3 × √2 = 4.08
    expect(standardUncertainty(change)).toBeCloseTo(0.4242640687119285, 12);
  });

  it('is unknown where an end is', () => {
    expect(levelChange(gauge, { fromMs: 0, toMs: HOUR }, near([]), near([[HOUR, 5]]), 60_000, 480)).toBeNull();
  });
});
