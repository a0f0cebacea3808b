import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AgreementOptions, agreementOf } from '../../../collector/sample/agreement.ts';
import { HOUR_MS, hourPartials, type Readings } from '../../../collector/sample/hour.ts';
import type { ChannelSpec } from '../../../collector/sample/partial.ts';

const START = Date.UTC(2026, 2, 1);
const OPTIONS: AgreementOptions = { unitPerRateHour: 1, resolution: 0.01, tolerance: 0.02, declared: [] };

const spec = (kind: ChannelSpec['kind']): ChannelSpec => ({
  channel: kind,
  kind,
  modulus: null,
  ceilingPerHour: null,
  maxGapMs: 10 * 60_000,
  replacements: [],
});

function readings(values: readonly number[]): Readings {
  return {
    timeMs: Float64Array.from(values, (_, minute) => START + minute * 60_000),
    value: Float64Array.from(values),
    quality: Uint8Array.from(values, (value) => (Number.isNaN(value) ? 2 : 0)),
    reason: new Uint8Array(values.length),
    origin: new Uint8Array(values.length),
  };
}

/** A meter through `hours` of a flow in m³/h, its totaliser scaled by `factor`. */
function meter(flowAt: (minute: number) => number, hours: number, factor = 1) {
  const minutes = Array.from({ length: hours * 60 + 1 }, (_, minute) => minute);
  let total = 1000;
  const totals = minutes.map((minute) => {
    const before = total;
    total += ((flowAt(minute) + flowAt(minute + 1)) / 2 / 60) * factor;
    return before;
  });
  return {
    counter: hourPartials(spec('counter'), readings(totals)),
    rate: hourPartials(spec('rate'), readings(minutes.map(flowAt))),
  };
}

const wavy = (minute: number): number => 40 + 15 * Math.sin(minute / 37);

describe('a totaliser against the integral of its own rate', () => {
  it('leaves out an hour in which the totaliser was reset, replaced or read wrongly', () => {
    const { counter, rate } = meter(wavy, 6);
    const [first, second, ...others] = counter;
    const at = { timeMs: second!.hourMs + 60_000, before: 5, after: 0 };
    for (const event of ['reset', 'replacement', 'glitch'] as const) {
      const noted = [first!, { ...second!, rise: 7 * second!.rise, events: [{ ...at, event }] }, ...others];
      const result = agreementOf(noted, rate, OPTIONS);
      expect(result.verdict).toBe('agrees');
      expect(result.hours.map(({ hourMs }) => hourMs)).not.toContain(second!.hourMs);
    }
  });

  it('agrees with it where both are scaled alike, hour by hour, whatever flows', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 5, max: 100, noNaN: true }), { minLength: 8, maxLength: 8 }), (levels) => {
        const { counter, rate } = meter((minute) => levels[Math.floor(minute / 60) % 8]!, 8);
        const result = agreementOf(counter, rate, OPTIONS);
        expect(result.verdict).toBe('agrees');
        expect(result.hours.length).toBeGreaterThanOrEqual(7);
        for (const { rise, integral } of result.hours) expect(Math.abs(rise / integral - 1)).toBeLessThan(0.02);
      }),
    );
  });

  it.each([
    [10, [], 'decimal-point'],
    [0.001, [], 'decimal-point'],
    [80, [80], 'declared-ratio'],
    [1 / 80, [80], 'declared-ratio'],
    ...[60, 3600, 24, 1440].flatMap((unit) => [[unit, [], 'time-unit'] as const, [1 / unit, [], 'time-unit'] as const]),
    [80, [1], 'constant-factor'],
    [1.03, [1], 'constant-factor'],
    [1.37, [], 'constant-factor'],
  ] as const)('shows a totaliser that is off by %d, and what it looks like', (factor, declared, likely) => {
    const { counter, rate } = meter(wavy, 24, factor);
    const result = agreementOf(counter, rate, { ...OPTIONS, resolution: 1e-6, declared });
    expect(result).toMatchObject({ verdict: 'disagrees', likely });
    expect(result.ratio! / factor).toBeCloseTo(1, 2);
  });

  it('says which way: the ratio is what the totaliser counted of what the rate says', () => {
    const { counter, rate } = meter(wavy, 24, 2);
    expect(agreementOf(counter, rate, OPTIONS).ratio).toBeCloseTo(2, 3);
  });

  it('shows one that stands still while the other goes on, either of them', () => {
    const { counter, rate } = meter(wavy, 6);
    const still = meter(() => 0, 6);
    expect(agreementOf(still.counter, rate, OPTIONS)).toMatchObject({ ratio: 0, verdict: 'disagrees', likely: 'stands-still' });
    expect(agreementOf(counter, still.rate, OPTIONS)).toMatchObject({ ratio: null, verdict: 'disagrees', likely: 'stands-still' });
    const backwards = meter((minute) => -wavy(minute), 6);
    expect(agreementOf(counter, backwards.rate, OPTIONS)).toMatchObject({ ratio: null, verdict: 'disagrees', likely: 'stands-still' });
    expect(agreementOf(still.counter, still.rate, OPTIONS)).toMatchObject({ ratio: null, verdict: 'too-little', likely: null });
  });

  it('tells a compensation that follows the flow from a constant', () => {
    const { counter } = meter((minute) => wavy(minute) * (0.7 + wavy(minute) / 100), 24);
    const { rate } = meter(wavy, 24);
    expect(agreementOf(counter, rate, OPTIONS)).toMatchObject({ verdict: 'disagrees', likely: 'no-constant' });
  });

  it('takes other units, and says nothing where too little flowed or was read', () => {
    const kilograms = meter((minute) => wavy(minute) / 3.6, 6);
    expect(agreementOf(meter(wavy, 6).counter, kilograms.rate, { ...OPTIONS, unitPerRateHour: 3.6 }).verdict).toBe('agrees');
    const still = meter(() => 0.0001, 24);
    expect(agreementOf(still.counter, still.rate, OPTIONS).verdict).toBe('too-little');
    const { counter, rate } = meter(wavy, 2);
    expect(agreementOf(counter, rate, OPTIONS).verdict).toBe('too-little');
  });
});

describe('the spread', () => {
  /** Hours of 100 by the rate, and as much by the totaliser as is said. */
  const spread = (...rises: readonly number[]) => {
    const hours = hourPartials(spec('rate'), readings(Array.from({ length: rises.length * 60 }, () => 100)));
    const counter = hours.map((hour, at) => ({ ...hour, rise: (rises[at]! * hour.coveredMs) / HOUR_MS }));
    return agreementOf(counter, hours, OPTIONS).spread;
  };

  it('is the median of how far the hours stand from the ratio of all', () => {
    expect(spread(100, 100, 100)).toBeCloseTo(0, 9);
    // The ratio of all is 1.2: the hours are off by a sixth, none and a sixth.
    expect(spread(100, 120, 140)).toBeCloseTo(1 / 6, 9);
    expect(spread(90, 100, 100, 110)).toBeCloseTo(0.05, 9);
    expect(spread(80, 100, 100, 110, 110)).toBeCloseTo(0.1, 9);
  });

  it('is of hours in which both flowed, and unknown for fewer than three of them', () => {
    expect(spread(100, 100)).toBeNull();
    expect(spread(150, 0, 150)).toBeNull();
    expect(spread(120, 0, 120, 160)).toBeCloseTo(0.2, 9);
  });
});

it('looks only at hours that both cover', () => {
  const { counter, rate } = meter(wavy, 6);
  const holed = rate.map((partial, at) => (at === 2 ? { ...partial, coveredMs: HOUR_MS / 2 } : partial));
  expect(agreementOf(counter, holed, OPTIONS).hours.map(({ hourMs }) => hourMs)).not.toContain(START + 2 * HOUR_MS);
});
