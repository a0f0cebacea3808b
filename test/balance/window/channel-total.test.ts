import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { channelMean } from '../../../balance/window/channel-mean.ts';
import { type ChannelTotal, channelTotal } from '../../../balance/window/channel-total.ts';
import { standardUncertainty } from '../../../balance/window/quantity.ts';
import { readWindow } from '../../../balance/window/readings.ts';
import { specOf } from '../../../balance/window/spec.ts';
import type { Window } from '../../../balance/window/window.ts';
import { memoryReader, type Reading } from '../memory-reader.ts';
import { meter, plant } from '../plants.ts';

const T0 = Date.parse('2026-03-01T00:00:00+08:00');
const MIN = 60_000;
const HOUR = 3_600_000;
const day: Window = { fromMs: T0, toMs: T0 + 24 * HOUR };

/** One reading every `stepMs` from an hour before the window to an hour after it; `at` is hours since its start. */
function every(stepMs: number, at: (hours: number) => number | null, window = day): Reading[] {
  const readings: Reading[] = [];
  for (let ms = window.fromMs - HOUR; ms <= window.toMs + HOUR; ms += stepMs) readings.push([ms, at((ms - window.fromMs) / HOUR)]);
  return readings;
}

async function readingsOf(fields: Record<string, unknown>, readings: readonly Reading[], window: Window) {
  const { channels } = plant({ meters: [meter('M', fields)] });
  const channel = channels.get('M')!;
  return (await readWindow(memoryReader({ M: readings }), [{ channel, spec: specOf(channel, 480) }], window)).get('M')!;
}

async function totalOf(fields: Record<string, unknown>, readings: readonly Reading[], window = day): Promise<ChannelTotal> {
  return channelTotal(await readingsOf(fields, readings, window), window, 480);
}

describe('totals of counters', () => {
  it('is the rise, with class and resolution in its budget', async () => {
    const total = await totalOf(
      { resolution: 0.1 },
      every(MIN, (h) => 1000 + 50 * h),
    );
    expect(total.amount!.value).toBeCloseTo(1200, 6);
    expect(total).toMatchObject({ unit: 'm3', coverageOfTime: 1, coverageOfQuantity: 1 });
    // 1 % of 1200 ÷ √3 and twice 0.1 ÷ √12
    expect(standardUncertainty(total.amount!)).toBeCloseTo(Math.hypot(6.928203230275509, 0.04082482904638631), 9);
  });

  it('interpolates between the readings that bracket the ends', async () => {
    const total = await totalOf(
      {},
      every(40 * MIN, (h) => 100 + 60 * h + 20 * Math.sin(h), { fromMs: T0 + 10 * MIN, toMs: T0 + 24 * HOUR + 10 * MIN }),
    );
    expect(Math.abs(total.amount!.value - (1440 + 20 * Math.sin(24 - 1 / 6) - 20 * Math.sin(-1 / 6)))).toBeLessThan(1);
    const ends = [...total.amount!.parts].filter(([source]) => source.startsWith('interpolation')).map(([, part]) => Math.abs(part));
    expect(ends).toHaveLength(2);
    for (const part of ends) expect(part).toBeGreaterThan(0);
  });

  it('goes on through a roll-over and says so', async () => {
    const total = await totalOf(
      { modulus: 10_000, ceiling: 500 },
      every(MIN, (h) => (9_000 + 100 * h) % 10_000),
    );
    expect(total.amount!.value).toBeCloseTo(2400, 6);
    expect(total.notes.join()).toMatch(/roll-over 2026-03-01T10:00:00\+08:00/);
  });

  it('an outage keeps the amount, not the coverage of time', async () => {
    const total = await totalOf(
      {},
      every(MIN, (h) => (h > 6 && h < 12 ? null : 100 * h + 500)),
    );
    expect(total.amount!.value).toBeCloseTo(2400, 6);
    expect(total.coverageOfQuantity).toBeCloseTo(1, 9);
    expect(total.coverageOfTime).toBeCloseTo(0.75, 2);
  });

  it('fills in what no reading brackets, says so, and is less certain of it', async () => {
    const whole = await totalOf(
      {},
      every(MIN, (h) => 500 + 100 * h + 20 * Math.sin(h)),
    );
    const late = await totalOf(
      {},
      every(MIN, (h) => 500 + 100 * h + 20 * Math.sin(h)).filter(([ms]) => ms >= T0 + 6 * HOUR),
    );
    expect(late.coverageOfTime).toBeCloseTo(0.75, 9);
    expect(late.coverageOfQuantity).toBeCloseTo(0.75, 9);
    expect(Math.abs(late.amount!.value / whole.amount!.value - 1)).toBeLessThan(0.02);
    expect(late.notes.join()).toMatch(/missing 6\.00 h/);
    expect([...late.amount!.parts.keys()].join()).toMatch(/missing M/);
    expect(standardUncertainty(late.amount!)).toBeGreaterThan(2 * standardUncertainty(whole.amount!));
  });

  it('applies each ratio to its own days', async () => {
    const ratios = [
      { from: '2026-01-01', ct: '400/5', pt: '10000/100' },
      { from: '2026-03-01T18:00:00+08:00', ct: '600/5', pt: '10000/100' },
    ];
    const total = await totalOf(
      { unit: 'kWh', ratios },
      every(MIN, (h) => 5 + h / 100),
    );
    expect(total.amount!.value).toBeCloseTo(0.18 * 8_000 + 0.06 * 12_000, 6);
    // one calibration error for both spans
    expect(standardUncertainty(total.amount!)).toBeCloseTo((0.01 * 2160) / Math.sqrt(3), 6);
  });

  it('is null, never 0, where nothing was read', async () => {
    expect(await totalOf({}, [])).toMatchObject({ amount: null, coverageOfTime: 0, coverageOfQuantity: 0 });
    expect(
      (
        await totalOf(
          {},
          every(MIN, () => null),
        )
      ).amount,
    ).toBeNull();
  });
});

describe('totals of rates', () => {
  const rate = { kind: 'rate', unit: 'L/s' };

  it('integrates over time in the unit of the amount', async () => {
    const total = await totalOf(
      rate,
      every(MIN, () => 2),
    );
    expect(total.amount!.value).toBeCloseTo(172_800, 6);
    expect(total.unit).toBe('L');
  });

  it('does not bridge a gap beyond maxGap, and fills it with the mean', async () => {
    const total = await totalOf(
      rate,
      every(MIN, (h) => (h > 6 && h < 9 ? null : 2 + Math.sin(h))),
    );
    expect(total.coverageOfTime).toBeCloseTo(21 / 24, 3);
    expect(total.coverageOfQuantity).toBeCloseTo(21 / 24, 3);
    const missing = [...total.amount!.parts].find(([source]) => source.startsWith('missing'))![1];
    expect(missing).toBeGreaterThan(0.5 * 3 * 3600);
  });

  it('bridges a gap within maxGap', async () => {
    const readings = every(MIN, (h) => 1 + h).filter(([ms]) => (ms - T0) % (5 * MIN) === 0);
    const total = await totalOf(rate, readings);
    expect(total.coverageOfTime).toBe(1);
    expect(total.amount!.value).toBeCloseTo((24 + 288) * 3600, 3);
  });

  it('noise shrinks with the number of readings, calibration does not', async () => {
    const noisy = (h: number) => 10 + ((Math.abs(Math.sin(Math.round(h * 60) * 12.9898) * 43_758.5453) % 1) - 0.5);
    const part = (total: ChannelTotal, name: string) => [...total.amount!.parts].find(([source]) => source.startsWith(name))![1];
    const one = await totalOf(rate, every(MIN, noisy));
    const three: Window = { fromMs: T0, toMs: T0 + 72 * HOUR };
    const long = await totalOf(rate, every(MIN, noisy, three), three);
    expect(part(long, 'noise') / part(one, 'noise')).toBeGreaterThan(1.3);
    expect(part(long, 'noise') / part(one, 'noise')).toBeLessThan(2.3);
    expect(part(long, 'calibration') / part(one, 'calibration')).toBeCloseTo(3, 2);
  });
});

describe('other kinds', () => {
  it('adds tickets of the window only', async () => {
    const tickets: Reading[] = [
      [T0 - 1, 7],
      [T0, 30],
      [T0 + HOUR, 32.5],
      [T0 + 24 * HOUR, 9],
    ];
    const total = await totalOf({ kind: 'batch', unit: 't', resolution: 0.02, accuracy: { class: 'III', absolute: 0.02 } }, tickets);
    expect(total.amount!.value).toBe(62.5);
    // the same 0.02 t on both tickets, and an own 0.02 ÷ √12 on each
    expect(standardUncertainty(total.amount!)).toBeCloseTo(Math.hypot((2 * 0.02) / Math.sqrt(3), (0.02 / Math.sqrt(12)) * Math.SQRT2), 12);
  });

  it('a concentration has a mean and no total', async () => {
    const fields = { kind: 'concentration', unit: 'mg/L' };
    const readings = await readingsOf(
      fields,
      every(MIN, (h) => 10 + h),
      day,
    );
    expect(channelMean(readings, day, 480)!.value).toBeCloseTo(22, 9);
    expect(() => channelTotal(readings, day, 480)).toThrow(/adds up to nothing/);
  });
});

it('scaling the unit scales total and uncertainty alike', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.double({ min: 0.1, max: 20, noNaN: true }), { minLength: 27, maxLength: 27 }),
      fc.constantFrom('kg/h', 'g/s', 't/d'),
      async (rates, unit) => {
        const perUnit = { 'kg/h': 1000, 'g/s': 1e6 / 3600, 't/d': 24 }[unit]!;
        const amount = { 'kg/h': 1000, 'g/s': 1e6, 't/d': 1 }[unit]!;
        const readings = every(MIN, (h) => rates[Math.floor(h) + 1] ?? 1);
        const base = await totalOf({ kind: 'rate', unit: 't/h' }, readings);
        const other = await totalOf(
          { kind: 'rate', unit },
          readings.map(([ms, value]) => [ms, value! * perUnit]),
        );
        expect(other.amount!.value / amount / base.amount!.value).toBeCloseTo(1, 9);
        expect(standardUncertainty(other.amount!) / amount / standardUncertainty(base.amount!)).toBeCloseTo(1, 9);
      },
    ),
    { numRuns: 15 },
  );
});
