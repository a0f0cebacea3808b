import { describe, expect, it } from 'vitest';
import { channelMean } from '../../../balance/window/channel-mean.ts';
import { channelTotal } from '../../../balance/window/channel-total.ts';
import { furtherTerms } from '../../../balance/window/further-terms.ts';
import { standardUncertainty } from '../../../balance/window/quantity.ts';
import { readWindow } from '../../../balance/window/readings.ts';
import { specOf } from '../../../balance/window/spec.ts';
import { memoryReader, type Reading } from '../memory-reader.ts';
import { meter, plant } from '../plants.ts';

const T0 = Date.parse('2026-07-01T00:00:00+08:00');
const HOUR = 3_600_000;
const window = { fromMs: T0, toMs: T0 + 72 * HOUR };
const VERIFIED = { certificate: 'A', date: '2025-07-02T12:00:00+08:00', due: '2027-07-01' };
const channelOf = (fields: Record<string, unknown>, id = 'M') =>
  plant({ meters: [meter('M', { verification: VERIFIED, ...fields })] }).channels.get(id)!;
const terms = (fields: Record<string, unknown>, value = 1000, n = 1, id = 'M') =>
  Object.fromEntries(furtherTerms(channelOf(fields, id), value, window, 480, n));

describe('terms beyond the accuracy class, each worked by hand', () => {
  // verified 365 days before the middle of the window: 365 ÷ 365.2425 of a year; 0.3 %/a of 1000 m3, rectangular
  it('drift grows with the time since verification, in either direction', () => {
    const uncertainty = [{ term: 'drift', percentPerYear: 0.3, source: 's' }];
    const expected = ((3 / Math.sqrt(3)) * 365) / 365.2425;
    expect(terms({ uncertainty })['drift M']).toBeCloseTo(expected, 9);
    const later = { ...VERIFIED, date: '2027-07-02T12:00:00+08:00', due: '2028-07-01' };
    expect(terms({ uncertainty, verification: later })['drift M']).toBeCloseTo(expected, 9);
    expect(terms({ uncertainty, verification: undefined })['drift M']).toBe(Number.POSITIVE_INFINITY);
    expect(terms({ uncertainty, verification: undefined }, 0)['drift M']).toBe(0);
  });

  it('installation as a limit, a standard or an expanded uncertainty', () => {
    const of = (as: string) => terms({ uncertainty: [{ term: 'installation', percent: 0.6, as, source: 's' }] })['installation M'];
    expect(of('limit')).toBeCloseTo(6 / Math.sqrt(3), 12);
    expect(of('standard')).toBeCloseTo(6, 12);
    expect(of('expanded')).toBeCloseTo(3, 12);
  });

  it('sampling shrinks with the samples, the laboratory does not', () => {
    const uncertainty = [
      { term: 'sampling', percent: 4, as: 'standard', source: 's' },
      { term: 'laboratory', absolute: 0.5, as: 'expanded', source: 's' },
    ];
    const analysis = { kind: 'concentration', unit: 'mg/L', read: undefined, uncertainty };
    expect(terms(analysis, 20, 9)).toEqual({ [`sampling M@${T0}`]: 0.8 / 3, 'laboratory M': 0.25 });
    // sixty values of an analyser are worth twenty: n(1−ρ)/(1+ρ) with ρ = 0.5
    expect(terms({ ...analysis, read: meter('M', {}).read }, 20, 60)[`sampling M@${T0}`]).toBeCloseTo(0.8 / Math.sqrt(20), 12);
    // of a flow neither is anything
    expect(terms({ uncertainty })).toEqual({});
  });

  it('the latest entry in force counts, and one of a channel for that channel alone', () => {
    const uncertainty = [
      { term: 'installation', percent: 3, as: 'standard', from: '2026-06-01', source: 's' },
      { term: 'installation', percent: 1, as: 'standard', source: 's' },
      { term: 'installation', percent: 9, as: 'standard', from: '2026-08-01', source: 's' },
      { term: 'drift', percentPerYear: 1, channel: 'flow', source: 's' },
    ];
    const fields = { uncertainty, channels: { flow: { kind: 'rate', unit: 'm3/h' } } };
    expect(terms(fields)).toEqual({ 'installation M': 30 });
    expect(Object.keys(terms(fields, 1000, 1, 'M.flow'))).toEqual(['installation M', 'drift M']);
  });
});

describe('in the budget of a total and a mean', () => {
  const evenly = (at: (share: number) => number): Reading[] =>
    Array.from({ length: 75 }, (_, h): Reading => [T0 + (h - 1) * HOUR, at((h - 1) / 72)]);
  const readings = async (fields: Record<string, unknown>, at: (share: number) => number) => {
    const channel = channelOf({ maxGap: '2h', ...fields });
    return (await readWindow(memoryReader({ M: evenly(at) }), [{ channel, spec: specOf(channel, 480) }], window)).get('M')!;
  };

  it('a counter: class 1 %, installation 0.5 % as standard', async () => {
    const uncertainty = [{ term: 'installation', percent: 0.5, as: 'standard', source: 's' }];
    const { amount } = channelTotal(await readings({ uncertainty }, (share) => 1000 * share), window, 480);
    expect(amount!.parts.get('installation M')).toBeCloseTo(5, 9);
    expect(standardUncertainty(amount!)).toBeCloseTo(Math.hypot(10 / Math.sqrt(3), 5), 6);
  });

  it('an analysis: the mean of its samples', async () => {
    const uncertainty = [{ term: 'sampling', percent: 6, as: 'standard', source: 's' }];
    const read = await readings({ kind: 'concentration', unit: 'mg/L', read: undefined, uncertainty }, () => 50);
    // hourly samples: 72 in the window
    expect(channelMean(read, window, 480)!.parts.get(`sampling M@${T0}`)).toBeCloseTo(3 / Math.sqrt(72), 9);
  });
});
