import { describe, expect, it } from 'vitest';
import { compositeMean } from '../../../balance/media/composites.ts';
import { computeBalances } from '../../../balance/media/compute.ts';
import { standardUncertainty } from '../../../balance/window/quantity.ts';
import { compositesSchema } from '../../../config/plant/composites.ts';
import { memoryReader } from '../memory-reader.ts';
import { plant } from '../plants.ts';

const T0 = Date.parse('2026-03-01T00:00:00+08:00');
const window = { fromMs: T0, toMs: T0 + 72 * 3_600_000 };
const one = (from: number, to: number, value: number, u: number) => ({
  from: `2026-03-0${from}`,
  to: `2026-03-0${to}`,
  value,
  u,
  sample: `混合样 ${from}`,
});
const meanOf = (...composites: object[]) => {
  const notes: string[] = [];
  const parsed = compositesSchema.parse({ composites, unit: 'kg/t' });
  return { mean: compositeMean(parsed, 'rock F', window, 480, (text) => notes.push(text)), notes };
};

describe('composite samples', () => {
  it('weigh by the time that they are valid for, each with an error of its own, worked by hand', () => {
    const { mean, notes } = meanOf(one(1, 2, 30, 0.6), one(2, 9, 36, 0.9));
    expect(mean!.value).toBeCloseTo((30 + 2 * 36) / 3, 12);
    expect(standardUncertainty(mean!)).toBeCloseTo(Math.hypot(0.6, 2 * 0.9) / 3, 12);
    expect(notes).toEqual([]);
  });

  it('time without one widens the uncertainty and is told', () => {
    const { mean, notes } = meanOf(one(1, 2, 30, 0), one(2, 3, 36, 0));
    expect(mean!.value).toBeCloseTo(33, 12);
    expect(standardUncertainty(mean!)).toBeCloseTo(Math.sqrt(18) / 3, 12);
    expect(notes.join()).toContain('valid for 0.3333 of');
    expect(standardUncertainty(meanOf(one(1, 2, 30, 0)).mean!)).toBeCloseTo(((30 / Math.sqrt(3)) * 2) / 3, 12);
  });

  it('none in the window is unknown, not the last one', () => {
    const { mean, notes } = meanOf(one(4, 5, 30, 0));
    expect(mean).toBeNull();
    expect(notes.join()).toContain('no composite of rock F is valid');
  });
});

it('a content by composites enters its balance in its unit', async () => {
  const made = plant({
    media: [{ id: 'rock', name: '矿', unit: 't', content: { F: { composites: [one(1, 4, 3, 0.06)], unit: '%' } } }],
    balances: [{ id: 'F', kind: 'pollutant', unit: 'kg', factor: 'F' }],
    streams: [
      { id: 'in', name: '进', from: 'ENV', to: 'P', medium: 'rock', amount: { by: 'analysis', value: 100, unit: 't', u: 1, sample: 's' } },
    ],
  });
  const [stream] = (await computeBalances(made, memoryReader({}), window, null)).balances[0]!.streams;
  expect(stream!.total).toBeCloseTo(3000, 9);
  expect(stream!.u).toBeCloseTo(Math.hypot(100 * 0.6, 30), 9);
});
