import { describe, expect, it } from 'vitest';
import { computeBalances } from '../../../balance/media/compute.ts';
import { memoryReader, type Reading } from '../memory-reader.ts';
import { meter, plant } from '../plants.ts';

const T0 = Date.parse('2026-03-01T00:00:00+08:00');
const HOUR = 3_600_000;
const window = { fromMs: T0, toMs: T0 + 72 * HOUR };
/** Scatter of a fixed pattern around 0 within ± 1. */
const wobble = (hour: number) => [0.3, -0.7, 0.9, -0.2, 0.5, -1, 0.1, 0.8, -0.6, -0.1][hour % 10]!;

/** A reading every 10 min of a rate that is constant within the hour; null: nothing read. */
function rate(at: (hour: number) => number | null): Reading[] {
  const readings: Reading[] = [];
  for (let minute = -60; minute <= 73 * 60; minute += 10) {
    const value = at(Math.floor(minute / 60));
    if (value !== null) readings.push([T0 + minute * 60_000, value]);
  }
  return readings;
}
const record = {
  id: 'full',
  name: '满负荷',
  stream: 'feed',
  low: 90,
  high: 110,
  unit: 't/h',
  origin: '设计能力',
  signed: { by: '李工', at: '2026-02-01' },
};
const parts = {
  media: [{ id: 'ore', name: '矿', unit: 't' }],
  meters: [
    // kg/s: 27.78 kg/s are 100 t/h
    meter('FT', { kind: 'rate', unit: 'kg/s', maxGap: '15min' }),
    meter('CT', { kind: 'counter', unit: 't', maxGap: '15min' }),
  ],
  streams: [
    { id: 'feed', name: '给矿', from: 'ENV', to: 'P', medium: 'ore', amount: { by: 'meter', meter: 'FT' } },
    { id: 'other', name: '尾矿', from: 'P', to: 'ENV', medium: 'ore', amount: { by: 'meter', meter: 'CT' } },
  ],
  production: [record],
};
const production = async (at: (hour: number) => number | null, changed: object = {}) => {
  const feed = rate((hour) => {
    const load = at(hour);
    return load === null ? null : load / 3.6;
  });
  return (await computeBalances(plant({ ...parts, ...changed }), memoryReader({ FT: feed }), window, null)).production;
};
const first = async (...given: Parameters<typeof production>) => (await production(...given))!.records[0]!;

describe('normal production', () => {
  it('every hour within the band, signed and with its origin', async () => {
    const result = await first((hour) => 100 + wobble(hour));
    expect(result).toMatchObject({ hours: 72, knownHours: 72, hoursWithin: 72, normal: true, origin: '设计能力', changes: [] });
    expect(result.signed).toEqual({ by: '李工', at: '2026-02-01' });
    expect(result.mean).toBeCloseTo(100, 0);
    expect(result.most).toBeLessThan(102);
    expect(result.steady).toMatchObject({ steady: true, critical: 6 });
  });

  it('a shift at half load is shown as a change, and as a step', async () => {
    const result = await first((hour) => (hour >= 30 && hour < 38 ? 50 : 100) + wobble(hour));
    expect(result).toMatchObject({ hoursWithin: 64, normal: false, steady: { steady: false } });
    const below = result.changes.find(({ kind }) => kind === 'below')!;
    expect([below.from, below.to]).toEqual(['2026-03-02T06:00:00+08:00', '2026-03-02T14:00:00+08:00']);
    expect(below.mean).toBeCloseTo(50, -1);
    expect(result.changes.some(({ kind }) => kind === 'unsteady')).toBe(true);
    expect((await production((hour) => (hour >= 30 ? 50 : 100) + wobble(hour)))!.unsteady.map(({ stream }) => stream)).toEqual(['feed']);
  });

  it('above the band is no normal production either, and the ratio of the meter counts', async () => {
    const result = await first((hour) => (hour === 5 ? 130 : 100) + wobble(hour) / 2);
    expect(result).toMatchObject({ hoursWithin: 71, normal: false });
    expect(result.changes[0]).toMatchObject({ kind: 'above', from: '2026-03-01T05:00:00+08:00', to: '2026-03-01T06:00:00+08:00' });
    const meters = [{ ...parts.meters[0], ratios: [{ from: '2026-01-01', factor: 2 }] }, parts.meters[1]];
    expect((await first((hour) => 50 + wobble(hour) / 2, { meters })).mean).toBeCloseTo(100, 0);
  });

  it('hours that nobody read leave it undecided, never normal', async () => {
    const result = await first((hour) => (hour === 20 || hour === 21 ? null : 100 + wobble(hour)));
    expect(result.normal).toBeNull();
    expect(result.changes[0]).toMatchObject({ kind: 'unknown', mean: null });
    expect(await first(() => null)).toMatchObject({ knownHours: 0, mean: null, normal: null, steady: null });
  });

  it('holds between its own dates', async () => {
    const result = await first((hour) => (hour < 24 ? 10 : 100) + wobble(hour), { production: [{ ...record, from: '2026-03-02' }] });
    expect(result).toMatchObject({ hours: 48, knownHours: 48, hoursWithin: 48, normal: true });
    expect(await first((hour) => 100 + wobble(hour), { production: [{ ...record, from: '2026-04-02' }] })).toMatchObject({
      hours: 0,
      normal: null,
    });
  });

  it('is not in the report where nothing is recorded', async () => {
    expect(await production((hour) => 100 + wobble(hour), { production: undefined })).toBeUndefined();
    expect((await production((hour) => 100 + wobble(hour)))!.tested).toBe(1);
  });
});
