import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HOUR_MS, hourPartials } from '../../../collector/sample/hour.ts';
import { HourPartials } from '../../../collector/sample/hour-partials.ts';
import type { ChannelSpec } from '../../../collector/sample/partial.ts';
import { spanTotal } from '../../../collector/sample/span.ts';
import { plainTotal } from './plain-total.ts';

const T0 = Date.UTC(2026, 2, 1);
const MINUTE = 60_000;
const HOURS = 9;

/** A reading: how long after the one before, how far it rose, and what went wrong, if anything. */
const readings = fc.array(
  fc.record({
    afterMinutes: fc.oneof({ weight: 8, arbitrary: fc.integer({ min: 1, max: 15 }) }, fc.integer({ min: 16, max: 200 })),
    rise: fc.integer({ min: 0, max: 40 }),
    fault: fc.option(fc.constantFrom('missing' as const, 'suspect' as const, 'reset' as const, 'absurd' as const), { freq: 4 }),
  }),
  { minLength: 1, maxLength: 60 },
);
const specs = fc.record({
  kind: fc.constantFrom<ChannelSpec['kind']>('counter', 'rate', 'concentration', 'level', 'batch', 'state'),
  modulus: fc.constantFrom(null, 1000),
  ceilingPerHour: fc.constantFrom(null, 600),
  maxGapMs: fc.constantFrom(5 * MINUTE, 90 * MINUTE),
  replacedAt: fc.option(fc.integer({ min: 0, max: HOURS * 60 })),
});

/** Spans begin and end with hours more often than chance would have it. */
const wholeHours = fc.integer({ min: 0, max: HOURS }).map((hours) => 60 * hours);

/** The hours of a channel that behaves like this. */
function hoursOf(spec: ChannelSpec, shown: readonly { afterMinutes: number; rise: number; fault: string | null }[]) {
  let [timeMs, total] = [T0, 990];
  const rows = shown.map(({ afterMinutes, rise, fault }, place) => {
    timeMs += afterMinutes * MINUTE;
    total = fault === 'reset' ? 0 : total + rise;
    const value = fault === 'missing' ? Number.NaN : fault === 'absurd' ? 4e9 : spec.modulus === null ? total : total % spec.modulus;
    return { timeMs, value, quality: fault === 'missing' ? 2 : fault === 'suspect' ? 1 : 0, reason: fault === null ? 0 : 1 + (place % 3) };
  });
  return hourPartials(spec, {
    timeMs: Float64Array.from(rows, (row) => row.timeMs),
    value: Float64Array.from(rows, (row) => row.value),
    quality: Uint8Array.from(rows, (row) => row.quality),
    reason: Uint8Array.from(rows, (row) => row.reason),
    origin: Uint8Array.from(rows, (_, place) => place % 3),
  });
}

describe('totals of a span', () => {
  it('from columns are those from objects, hour by hour', () => {
    fc.assert(
      fc.property(
        readings,
        specs,
        fc.tuple(
          fc.oneof(fc.integer({ min: -60, max: HOURS * 60 }), wholeHours),
          fc.oneof(fc.integer({ min: 0, max: HOURS * 60 }), wholeHours),
        ),
        (shown, { replacedAt, ...known }, [from, length]) => {
          const atMs = T0 + (replacedAt ?? 0) * MINUTE;
          const spec = { channel: 'M', ...known, replacements: replacedAt === null ? [] : [{ atMs, lastOfOld: 2000, firstOfNew: 3 }] };
          const hours = hoursOf(spec, shown);
          const columns = HourPartials.of('M', hours);
          expect([...columns]).toEqual(hours);
          const [fromMs, toMs] = [T0 + from * MINUTE, T0 + (from + length) * MINUTE];
          const [plain, found] = [plainTotal(spec, hours, fromMs, toMs), spanTotal(spec, columns, fromMs, toMs)];
          const exact = ({ amount, coveredMs, outageMs, ...rest }: typeof found) => rest;
          expect(exact(found)).toEqual(exact(plain));
          for (const name of ['amount', 'coveredMs', 'outageMs'] as const) {
            expect(Number.isNaN(found[name])).toBe(Number.isNaN(plain[name]));
            expect(Math.abs(found[name] - plain[name]) > 1e-9 * (1 + Math.abs(plain[name]))).toBe(false);
          }
        },
      ),
      { numRuns: 1000 },
    );
  });
});

describe('hour partials as a table', () => {
  it('give their rows, from the end too, and a part of them, as an array of them does', () => {
    fc.assert(
      fc.property(
        readings,
        specs,
        fc.integer({ min: -80, max: 80 }),
        fc.integer({ min: -80, max: 80 }),
        (shown, { replacedAt: _, ...known }, a, b) => {
          const spec = { channel: 'M', ...known, replacements: [] };
          const hours = hoursOf(spec, shown);
          const table = HourPartials.of('M', hours);
          expect(table.at(a)).toEqual(hours.at(a));
          const [fromMs, toMs] = [T0 + a * 10 * MINUTE, T0 + b * 10 * MINUTE];
          const inside = hours.filter(({ hourMs }) => hourMs + HOUR_MS > fromMs && hourMs < toMs);
          expect([...table.within(fromMs, toMs)]).toEqual(inside);
        },
      ),
    );
  });
});
