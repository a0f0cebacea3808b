import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { STEADY, steadyStatistic } from '../../../balance/window/steady.ts';

/** Normal deviates of a fixed seed (mulberry32, Box–Muller). */
function deviates(seed: number): () => number {
  let state = seed;
  const uniform = () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
  return () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
}
const largest = (values: readonly number[]) => Math.max(...steadyStatistic(values).filter((value) => !Number.isNaN(value)));
const hours = (at: (hour: number) => number) => Array.from({ length: 72 }, (_, hour) => at(hour));

describe('the R statistic of Cao and Rhinehart', () => {
  // by hand for 0, 2, 0: successive squares 4 and 4, so δ₀² = 4 and ν₀² = 4/1.8
  it('follows its three filters', () => {
    const about = [(0.9 * 4) / 1.8];
    about.push(0.1 * 4 + 0.9 * about[0]!);
    about.push(0.1 * 0.4 ** 2 + 0.9 * about[1]!);
    const differences = [0.9 * 4, 0.1 * 4 + 0.9 * 0.9 * 4];
    differences.push(0.1 * 4 + 0.9 * differences[1]!);
    const statistic = steadyStatistic([0, 2, 0]);
    for (const [index, value] of statistic.entries()) expect(value).toBeCloseTo((1.8 * about[index]!) / differences[index]!, 12);
  });

  it('of values that only scatter it is about 1, and exceeds the critical one in about a twentieth of the windows', () => {
    const normal = deviates(20260301);
    const long = [...steadyStatistic(Array.from({ length: 100_000 }, normal))].sort((a, b) => a - b);
    expect(long[50_000]).toBeCloseTo(1, 1);
    // the 95 % point of these weights, 1.44 by own simulation of 2·10⁶
    expect(long[95_000]).toBeGreaterThan(1.4);
    expect(long[95_000]).toBeLessThan(1.48);
    let alarms = 0;
    for (let i = 0; i < 2000; i += 1) if (largest(hours(normal)) > STEADY.critical) alarms += 1;
    // 5.5 % ± 3 standard errors of 2,000 windows
    expect(alarms / 2000).toBeGreaterThan(0.035);
    expect(alarms / 2000).toBeLessThan(0.075);
  });

  it('sees a step of eight standard deviations nearly always', () => {
    const normal = deviates(7);
    let seen = 0;
    for (let i = 0; i < 200; i += 1) if (largest(hours((hour) => (hour < 40 ? 0 : 8) + normal())) > STEADY.critical) seen += 1;
    expect(seen).toBeGreaterThan(180);
  });

  it('does not change with units or offset, and a constant is steady', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 3, maxLength: 40 }),
        fc.integer({ min: 1, max: 1000 }),
        fc.integer({ min: -1000, max: 1000 }),
        (values, scale, offset) => {
          const [one, other] = [steadyStatistic(values), steadyStatistic(values.map((value) => value * scale + offset))];
          for (const [index, value] of one.entries()) expect(other[index]).toBeCloseTo(value, 6);
        },
      ),
      { numRuns: 50 },
    );
    expect(steadyStatistic([5, 5, 5])).toEqual([1, 1, 1]);
  });

  it('leaves out what is unknown', () => {
    const statistic = steadyStatistic([1, Number.NaN, 2, 1]);
    expect(statistic[1]).toBeNaN();
    expect(statistic.filter((value) => !Number.isNaN(value))).toEqual([...steadyStatistic([1, 2, 1])]);
    expect(steadyStatistic([])).toEqual([]);
  });
});
