import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { computeBalances } from '../../../balance/media/compute.ts';
import { periodsIn, periodWindow } from '../../../balance/window/period.ts';
import { formatInstant } from '../../../config/plant/time.ts';
import { memoryReader } from '../memory-reader.ts';
import { meter, plant } from '../plants.ts';

const HOUR = 3_600_000;
const working = {
  shifts: [
    { id: 'C', name: '夜班', from: '00:00' },
    { id: 'A', name: '早班', from: '08:00' },
    { id: 'B', name: '中班', from: '16:00' },
  ],
  cycles: [
    { id: 'K1', from: '2026-03-01T10:00:00+08:00', to: '2026-03-02T14:00:00+08:00', batches: 3, source: '批记录' },
    { id: 'K2', from: '2026-03-02T16:00:00+08:00', to: '2026-03-04T16:00:00+08:00', source: '批记录' },
  ],
};
const made = plant({
  plant: { id: 'test', name: '试验厂', jurisdiction: 'none', productionDay: '08:00', working },
  media: [{ id: 'M', name: '料', unit: 't', content: { M: 1 } }],
  balances: [{ id: 'M', kind: 'material', unit: 't' }],
  meters: [meter('C', { unit: 't', maxGap: '2h' })],
  streams: [
    { id: 'in', name: '进', from: 'ENV', to: 'P', medium: 'M', amount: { by: 'meter', meter: 'C' } },
    { id: 'out', name: '出', from: 'P', to: 'ENV', medium: 'M', amount: { by: 'unmeasured' } },
  ],
});
const spanOf = (text: string) => {
  const { fromMs, toMs } = periodWindow(made, text);
  return [fromMs, toMs].map((ms) => formatInstant(ms, 480).slice(5, 16));
};

describe('windows as the plant counts', () => {
  test('a production day starts when the plant says', () => {
    expect(spanOf('2026-03-01')).toEqual(['03-01T08:00', '03-02T08:00']);
    expect(spanOf('2026-03-01..2026-03-03')).toEqual(['03-01T08:00', '03-04T08:00']);
  });
  test('a shift belongs to the production day in which it starts: the night one runs into the next date', () => {
    expect(spanOf('2026-03-01/A')).toEqual(['03-01T08:00', '03-01T16:00']);
    expect(spanOf('2026-03-01/C')).toEqual(['03-02T00:00', '03-02T08:00']);
    expect(spanOf('2026-03-01/B..2026-03-02/A')).toEqual(['03-01T16:00', '03-02T16:00']);
  });
  test('one cycle, or several one after another', () => {
    expect(spanOf('K1')).toEqual(['03-01T10:00', '03-02T14:00']);
    expect(spanOf('K1..K2')).toEqual(['03-01T10:00', '03-04T16:00']);
  });
  test.each(['K9', '2026-03-01/Z', '2026-3-1', '', 'K1..K2..K1', '2026-03-01/A/B'])('%s is told with what there is', (text) => {
    expect(() => periodWindow(made, text)).toThrow(
      expect.objectContaining({ code: 'window.period', en: expect.stringContaining('K1, K2') }),
    );
  });
  test('what ends before it starts is no window', () => {
    expect(() => periodWindow(made, 'K2..K1')).toThrow(expect.objectContaining({ code: 'window.empty' }));
  });

  test('shifts fill their day without gap or overlap, whatever their times', () => {
    const clock = fc
      .integer({ min: 0, max: 1439 })
      .map((m) => `${String(Math.floor(m / 60)).padStart(2, '0')}:${String(m % 60).padStart(2, '0')}`);
    fc.assert(
      fc.property(fc.uniqueArray(clock, { minLength: 2, maxLength: 5 }), (starts) => {
        const shifts = starts.map((from, k) => ({ id: `S${k}`, name: `S${k}`, from }));
        const own = plant({ plant: { id: 't', name: '厂', jurisdiction: 'none', productionDay: starts[0], working: { shifts } } });
        const day = periodWindow(own, '2026-03-01');
        const inside = periodsIn(own, day).filter(({ kind }) => kind === 'shift');
        expect(inside.length).toBe(starts.length);
        expect([inside[0]!.fromMs, inside.at(-1)!.toMs]).toEqual([day.fromMs, day.toMs]);
        expect(inside.slice(1).map(({ fromMs }) => fromMs)).toEqual(inside.slice(0, -1).map(({ toMs }) => toMs));
      }),
      { numRuns: 50 },
    );
  });
});

describe('what passed by day, shift and cycle', () => {
  const window = periodWindow(made, '2026-03-01..2026-03-03');
  const start = window.fromMs - 4 * HOUR;
  const counter = Array.from({ length: 24 * 4 }, (_, k) => [start + k * HOUR, 10 * k + (k >= 52 ? 5 * (k - 52) : 0)] as const);

  test('each holds what its own hours do, and the parts are the whole', async () => {
    const { periods, balances } = await computeBalances(made, memoryReader({ C: counter }), window, null);
    const totals = (kind: string) =>
      periods!.filter((one) => one.kind === kind).map(({ id, streams }) => [id, streams[0]!.total!] as const);
    const sum = (kind: string) => totals(kind).reduce((all, [, total]) => all + total, 0);
    expect(totals('day').map(([id]) => id)).toEqual(['2026-03-01', '2026-03-02', '2026-03-03']);
    expect(totals('shift')).toHaveLength(9);
    const whole = balances[0]!.streams[0]!.total!;
    expect(sum('day')).toBeCloseTo(whole, 9);
    expect(sum('shift')).toBeCloseTo(whole, 9);
    expect(totals('shift')[0]).toEqual(['2026-03-01/A', expect.closeTo(80, 9)]);
    expect(totals('shift')[8]).toEqual(['2026-03-03/C', expect.closeTo(120, 9)]);
  });

  test('a cycle that the window cuts is marked, and one in it is whole with its batches', async () => {
    const { periods } = await computeBalances(made, memoryReader({ C: counter }), periodWindow(made, '2026-03-01..2026-03-02'), null);
    expect(periods!.filter(({ kind }) => kind === 'cycle').map(({ id, whole, hours, batches }) => ({ id, whole, hours, batches }))).toEqual(
      [
        { id: 'K1', whole: true, hours: 28, batches: 3 },
        { id: 'K2', whole: false, hours: 16, batches: 1 },
      ],
    );
  });
});
