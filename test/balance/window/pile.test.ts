import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { computeBalances } from '../../../balance/media/compute.ts';
import { pileChange } from '../../../balance/window/pile.ts';
import { covariance, standardUncertainty } from '../../../balance/window/quantity.ts';
import { type Pile, pileSchema } from '../../../config/plant/pile.ts';
import { memoryReader } from '../memory-reader.ts';
import { plant } from '../plants.ts';

const HOUR = 3_600_000;
const START = Date.UTC(2026, 2, 1);
const window = { fromMs: START, toMs: START + 72 * HOUR };
const at = (hours: number) => new Date(START + hours * HOUR).toISOString();
const survey = (hours: number, volumeM3: number, more: object = {}) => ({
  at: at(hours), volumeM3, uM3: 20, density: 'd1', method: 'drone', by: '测绘队', ...more,
}); // biome-ignore format: one line a part
const pile = (surveys: readonly object[], more: object = {}): Pile =>
  pileSchema.parse({
    basis: 'as-received',
    methods: [{ id: 'drone', name: '无人机航测', uPercent: 2, source: '比对报告' }],
    densities: [
      { id: 'd1', value: 1.6, u: 0.08, unit: 't/m3', date: '2026-02-20', source: '量方称重' },
      { id: 'd2', value: 1600, u: 80, unit: 'kg/m3', date: '2026-03-04', source: '量方称重' },
    ],
    surveys,
    ...more,
  });
const changeOf = (made: Pile, name = 'P1') => pileChange(made, name, 't', window, 0);
const u = (made: Pile) => standardUncertainty(changeOf(made).change!);

describe('a pile by its surveys', () => {
  test('volume × density, and what both surveys share weighs on the difference alone: worked by hand', () => {
    const { change, notes } = changeOf(pile([survey(0, 5000), survey(72, 4600)]));
    expect(change!.value).toBeCloseTo(-640, 9);
    // own volumes 20 m3 at each end; the method 2 % and the density 0.08 t/m3 on the 400 m3 that left
    expect(standardUncertainty(change!)).toBeCloseTo(Math.hypot(32, 32, 0.02 * 640, 0.08 * 400), 9);
    expect(notes).toEqual([expect.stringContaining('5000 m3 by 测绘队, drone'), expect.stringContaining('4600 m3')]);
  });

  test('another determination of the density at the end shares nothing with the first', () => {
    const apart = changeOf(pile([survey(0, 5000), survey(72, 4600, { density: 'd2' })])).change!;
    expect(apart.value).toBeCloseTo(-640, 9);
    expect(standardUncertainty(apart)).toBeCloseTo(Math.hypot(32, 32, 0.02 * 640, 0.08 * 5000, 0.08 * 4600), 9);
  });

  test('dry: without the moisture of each survey, which each sample knows for itself', () => {
    const moisture = (percent: number) => ({ moisture: { percent, u: 0.5, sample: '四分法' } });
    const dry = changeOf(pile([survey(0, 5000, moisture(8)), survey(72, 4600, moisture(12))], { basis: 'dry' })).change!;
    const [start, end] = [5000 * 1.6, 4600 * 1.6];
    expect(dry.value).toBeCloseTo(end * 0.88 - start * 0.92, 9);
    const shared = [0.02 * dry.value, 0.08 * (4600 * 0.88 - 5000 * 0.92)];
    expect(standardUncertainty(dry)).toBeCloseTo(
      Math.hypot(20 * 1.6 * 0.92, 20 * 1.6 * 0.88, 0.005 * start, 0.005 * end, ...shared), 9); // biome-ignore format: one sum
  });

  test('between surveys the way is linear and its uncertainty says so; both ends of a window may lie between the same two', () => {
    const wide = changeOf(pile([survey(-72, 5600), survey(144, 4400)])).change!;
    expect(wide.value).toBeCloseTo(-640, 6); // a third of the way
    expect(standardUncertainty(wide)).toBeGreaterThan(Math.hypot(32 / 3, 32 / 3, 0.02 * 640, 0.08 * 400));
    const between = [...wide.parts].filter(([source]) => source.startsWith('interpolation'));
    expect(between.map(([, part]) => Math.abs(part))).toEqual([
      expect.closeTo(1920 * Math.sqrt(2 / 27), 6),
      expect.closeTo(1920 * Math.sqrt(2 / 27), 6),
    ]);
  });

  test('an end beyond the last survey takes it within the stated time, with what the pile may have moved since', () => {
    const surveys = [survey(0, 5000), survey(60, 4600)];
    const { change } = changeOf(pile(surveys));
    expect(change!.value).toBeCloseTo(-640, 9);
    expect(change!.parts.get(`interpolation P1@${window.toMs}`)).toBeCloseTo((640 / 60) * 12 / Math.sqrt(3), 9); // biome-ignore format: as read
    expect(changeOf(pile(surveys, { within: '11h' }))).toMatchObject({ change: null, notes: [expect.stringContaining('no survey of P1')] });
    expect(changeOf(pile([survey(0, 5000)], { within: '100h' }))).toMatchObject({ change: null });
    expect(changeOf(pile([])).change).toBeNull();
  });

  test('nothing that a list of surveys says becomes NaN; the uncertainty never falls below that of the two volumes alone', () => {
    const many = fc.uniqueArray(fc.record({ hours: fc.integer({ min: -200, max: 300 }), volume: fc.nat(9000) }), {
      selector: ({ hours }) => hours,
      maxLength: 6,
    });
    fc.assert(
      fc.property(many, (list) => {
        const { change, notes } = changeOf(pile(list.map(({ hours, volume }) => survey(hours, volume))));
        if (change === null) expect(notes.length).toBeGreaterThan(0);
        else {
          expect(Number.isFinite(change.value)).toBe(true);
          expect(standardUncertainty(change)).toBeGreaterThan(0);
        }
      }),
      { numRuns: 60 },
    );
    expect(u(pile([survey(0, 5000), survey(72, 5000)]))).toBeCloseTo(Math.hypot(32, 32), 9);
  });

  test('two piles surveyed by one method go wrong together', () => {
    const [one, two] = [
      changeOf(pile([survey(0, 5000), survey(72, 4600)]), 'P1'),
      changeOf(pile([survey(0, 900), survey(72, 1400)]), 'P2'),
    ];
    expect(covariance(one.change!, two.change!)).toBeCloseTo(0.02 * -640 * 0.02 * 800, 9);
  });
});

test('a balance counts the pile with its budget, its surveyors and no meter', async () => {
  const made = plant({
    media: [{ id: 'rock', name: '矿', unit: 't', content: { rock: 1 } }],
    balances: [{ id: 'rock', kind: 'material', unit: 't' }],
    streams: [
      { id: 'in', name: '进', from: 'ENV', to: 'P', medium: 'rock', amount: { by: 'analysis', value: 1000, unit: 't', u: 5, sample: '磅单' } },
      { id: 'out', name: '出', from: 'P', to: 'ENV', medium: 'rock', amount: { by: 'analysis', value: 1600, unit: 't', u: 8, sample: '磅单' } },
    ],
    stocks: [{ id: 'P1', name: '堆场', unit: 'P', medium: 'rock', pile: pile([survey(0, 5000), survey(72, 4600)]) }],
  }); // biome-ignore format: a table
  const [balance] = (await computeBalances(made, memoryReader({}), window, null)).balances;
  expect(balance).toMatchObject({ stockChange: expect.closeTo(-640, 9), imbalance: expect.closeTo(40, 9) });
  expect(balance!.u).toBeCloseTo(Math.hypot(5, 8, 32, 32, 12.8, 32), 9);
  const [stock] = balance!.stocks!;
  expect(stock).toMatchObject({ basis: 'analysed', reconciled: expect.any(Number) });
  expect(stock!.budget!.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['survey method drone', 'bulk density P1 d1', `survey P1 ${at(0)}`]),
  );
  expect(Math.hypot(...stock!.budget!.map((part) => part.u))).toBeCloseTo(stock!.u!, 9);
});
