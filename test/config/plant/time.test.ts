import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { durationMs, formatInstant, instantMs, offsetMinutesOf } from '../../../config/plant/time.ts';
import { Fault } from '../../../config/words/fault.ts';

describe('durations', () => {
  test.each([
    ['200ms', 200],
    ['60s', 60_000],
    ['1.5min', 90_000],
    ['72h', 259_200_000],
    ['3d', 259_200_000],
  ])('%s is %d ms', (text, ms) => expect(durationMs(text)).toBe(ms));

  test.each(['', '60', '60 s', '1h30min', '-1s', '1w'])('“%s” is refused', (text) => expect(() => durationMs(text)).toThrow(Fault));
});

describe('offsets', () => {
  test.each([
    ['+08:00', 480],
    ['-03:30', -210],
    ['+00:00', 0],
  ])('%s is %d minutes', (text, minutes) => expect(offsetMinutesOf(text)).toBe(minutes));

  test.each(['8', '+8:00', '+08:60', '+15:00', 'Z'])('“%s” is refused', (text) => expect(() => offsetMinutesOf(text)).toThrow(Fault));
});

describe('instants', () => {
  test('a date means the plant’s midnight', () => expect(instantMs('2026-03-01', 480)).toBe(Date.UTC(2026, 1, 28, 16)));
  test('an instant says its own offset', () => {
    expect(instantMs('2026-03-01T08:00:00+08:00', -300)).toBe(Date.UTC(2026, 2, 1));
    expect(instantMs('2026-03-01T00:00Z', 480)).toBe(Date.UTC(2026, 2, 1));
    expect(instantMs('2026-03-01 00:00:00.25Z', 480)).toBe(Date.UTC(2026, 2, 1) + 250);
  });

  test.each([
    '2026-02-29',
    '2026-13-01',
    '2026-3-1',
    '2026-03-01T08:00:00',
    '2026-03-01T24:00:00Z',
    '2026-03-01T08:60:00Z',
    'tomorrow',
    '',
  ])('“%s” is refused', (text) => expect(() => instantMs(text, 480)).toThrow(Fault));

  test('what is written is read back, at every offset', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4_000_000_000_000 }), fc.integer({ min: -56, max: 56 }), (ms, quarters) => {
        expect(instantMs(formatInstant(ms, quarters * 15), 480)).toBe(ms);
      }),
    );
  });

  test('writes the offset and no milliseconds where there are none', () => {
    expect(formatInstant(Date.UTC(2026, 2, 1), 480)).toBe('2026-03-01T08:00:00+08:00');
    expect(formatInstant(Date.UTC(2026, 2, 1) + 5, -210)).toBe('2026-02-28T20:30:00.005-03:30');
  });
});
