import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Scaled, sampleOf, timeOf } from '../../../../collector/sources/mqtt/channel.ts';

const ARRIVED = Date.parse('2026-03-01T08:00:00Z');
const channel: Scaled = { channel: 'FT1', scale: 0.5, offset: 3, everyMs: null };
const sample = (value: number, time: string | null) =>
  sampleOf(channel, { value, timeMs: time === null ? null : Date.parse(time) }, ARRIVED, 'device', 'as it came');

describe('a reading of a message', () => {
  it('is scaled, and bears the time that its publisher says', () => {
    expect(sample(10, '2026-02-20T00:00:00Z')).toEqual({
      channel: 'FT1',
      timeMs: Date.parse('2026-02-20T00:00:00Z'),
      value: 8,
      quality: 'good',
      reason: 'none',
      origin: 'device',
      raw: 'as it came',
    });
    expect(sample(10, '2015-01-01T00:00:00Z')).toMatchObject({ timeMs: Date.UTC(2015, 0, 1), quality: 'good' });
    expect(sample(10, null)).toMatchObject({ timeMs: ARRIVED, quality: 'good' });
    expect(sample(10, '2026-03-01T08:00:59Z')).toMatchObject({ timeMs: ARRIVED + 59_000, quality: 'good' });
  });

  it.each(['1970-01-01T00:01:00Z', '2000-01-01T00:00:00Z', '2014-12-31T23:59:59Z', '2026-03-01T08:01:01Z', '2036-02-07T06:28:16Z'])(
    'whose publisher believes that it is %s is one of its arrival, and suspect',
    (time) => {
      expect(sample(10, time)).toMatchObject({ timeMs: ARRIVED, value: 8, quality: 'suspect', reason: 'clock-fault', raw: 'as it came' });
    },
  );

  it('that no instrument can mean is missing, at a time that can be', () => {
    expect(sample(1e38, '1970-01-01T00:00:00Z')).toMatchObject({ timeMs: ARRIVED, value: null, quality: 'missing', reason: 'garbage' });
  });

  it('is never dated where the collector has not been yet, nor before there was one', () => {
    fc.assert(
      fc.property(fc.option(fc.double()), (said) => {
        const { timeMs, doubted } = timeOf(said, ARRIVED);
        expect(timeMs).toBeLessThanOrEqual(ARRIVED + 60_000);
        expect(timeMs).toBeGreaterThanOrEqual(Date.UTC(2015, 0, 1));
        if (!doubted) expect(timeMs).toBe(said ?? ARRIVED);
      }),
    );
  });
});
