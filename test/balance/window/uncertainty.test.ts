import { describe, expect, it } from 'vitest';
import {
  calibrationOfChange,
  calibrationOfMean,
  calibrationOfTotal,
  effectiveCount,
  interpolation,
  resolutionOfReading,
} from '../../../balance/window/uncertainty.ts';
import { meter, plant } from '../plants.ts';

const channel = (fields: Record<string, unknown>) => plant({ meters: [meter('M', fields)] }).channels.get('M')!;

describe('contributions, each worked by hand', () => {
  it.each([
    // class 0.5 of reading over 7200 m3: 36 m3 ÷ √3
    ['of reading', { accuracy: { class: '0.5', percentOfReading: 0.5 } }, 7200, 72, 1, 20.784609690826528],
    // class 1.5 of span 0…200 m3/h at a quarter of it over 72 h (3600 m3): 3 m3/h × 72 h ÷ √3, 3.46 % of the total
    [
      'of span, rate',
      { kind: 'rate', unit: 'm3/h', range: [0, 200], accuracy: { class: '1.5', percentOfSpan: 1.5 } },
      3600,
      72,
      1,
      124.70765814495917,
    ],
    // the same span given in L/s: 0…55.5… L/s is not needed, 0…50 L/s = 180,000 L/h
    [
      'of span, L/s',
      { kind: 'rate', unit: 'L/s', range: [0, 50], accuracy: { class: '1', percentOfSpan: 1 } },
      0,
      1,
      1,
      1039.2304845413264,
    ],
    // a counter's span is its ceiling, 120 m3/h
    ['of span, counter', { ceiling: 120, accuracy: { class: '2', percentOfSpan: 2 } }, 1000, 10, 1, 13.85640646055102],
    ['absolute, rate', { kind: 'rate', unit: 't/h', accuracy: { class: '0.3 t/h', absolute: 0.3 } }, 500, 72, 1, 12.470765814495916],
    ['absolute, counter with ratio', { accuracy: { class: '1', absolute: 1 } }, 500, 72, 80, 46.188021535170066],
  ])('calibration %s', (_, fields, total, hours, ratio, expected) => {
    expect(calibrationOfTotal(channel(fields), total, hours, ratio)).toBeCloseTo(expected, 9);
  });

  it('no accuracy, or a class of span without a span, is unknown and not zero', () => {
    expect(calibrationOfTotal(channel({ accuracy: undefined }), 10, 1, 1)).toBe(Number.POSITIVE_INFINITY);
    expect(calibrationOfTotal(channel({ kind: 'rate', unit: 'm3/h', accuracy: { class: '1', percentOfSpan: 1 } }), 10, 1, 1)).toBe(
      Number.POSITIVE_INFINITY,
    );
    expect(calibrationOfMean(channel({ kind: 'concentration', unit: 'mg/L', accuracy: { class: '1', percentOfSpan: 1 } }), 10)).toBe(
      Number.POSITIVE_INFINITY,
    );
  });

  it('the offset of a gauge cancels in a stock change: class × |change|, not √2 × class × level', () => {
    const gauge = { kind: 'level', unit: 'm', range: [0, 12], accuracy: { class: '0.5', percentOfSpan: 0.5 } };
    expect(calibrationOfChange(channel(gauge), 2)).toBeCloseTo(0.005773502691896258, 12);
    expect(calibrationOfChange(channel({ ...gauge, accuracy: { class: '6 cm', absolute: 0.06 } }), 2)).toBeCloseTo(
      0.005773502691896258,
      12,
    );
    expect(calibrationOfChange(channel({ ...gauge, range: undefined, accuracy: { class: '6 cm', absolute: 0.06 } }), 2)).toBeCloseTo(
      0.04898979485566356,
      12,
    );
  });

  it('resolution is rectangular: 1 ÷ √12', () => {
    expect(resolutionOfReading(channel({ resolution: 1 }))).toBeCloseTo(0.28867513459481287, 12);
    expect(resolutionOfReading(channel({}))).toBe(0);
  });

  it('interpolation knows nothing in the middle and everything on a reading', () => {
    expect(interpolation(12, 0.5)).toBeCloseTo(12 / Math.sqrt(12), 12);
    expect(interpolation(12, 0)).toBe(0);
    expect(interpolation(12, 1)).toBe(0);
  });

  it('sixty minute values are worth twenty', () => {
    expect(effectiveCount(60)).toBe(20);
    expect(effectiveCount(1)).toBe(1);
    expect(effectiveCount(60, 0)).toBe(60);
  });
});
