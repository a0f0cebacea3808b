import { describe, expect, test } from 'vitest';
import { changeOf } from '../../../balance/network/change-point.ts';
import { monitorDrift } from '../../../balance/network/drift-monitor.ts';
import { normal, uniform } from './random.ts';
import { twoWays, windowsInARow } from './two-ways.ts';

/** A fifth of the variance is drawn in each window, the rest is the meters' calibration. */
const randomShare = 0.2;

const windows = (count: number, seed: number, error?: (stream: number, window: number) => number) =>
  windowsInARow(normal(uniform(seed)), count, randomShare, error);

describe('drift over successive windows', () => {
  test('a step of one meter is a fault of that instrument, at its window and of its size', () => {
    const report = monitorDrift(
      twoWays,
      windows(12, 1, (k, t) => (k === 1 && t >= 7 ? 5 : 0)),
      { randomShare },
    );
    expect(report.verdict).toBe('instrument');
    expect(report.findings[0]).toMatchObject({ ids: ['2'], kind: 'step', at: 7 });
    expect(Math.abs(report.findings[0]!.size - 5)).toBeLessThan(1.5);
  });

  test('a slow drift is a drift', () => {
    const report = monitorDrift(
      twoWays,
      windows(16, 2, (k, t) => (k === 4 ? 0.5 * t : 0)),
      { randomShare },
    );
    expect(report.findings[0]).toMatchObject({ ids: ['5'], kind: 'drift' });
    expect(Math.abs(report.findings[0]!.size - 7.5)).toBeLessThan(2);
  });

  test('calibration errors, however large, are no drift: windows share them', () => {
    const report = monitorDrift(
      twoWays,
      windows(12, 3, (k) => (k === 2 ? 30 : 0)),
      { randomShare },
    );
    expect(report.verdict).toBe('none');
  });

  test('without any change the alarm is no oftener than stated', () => {
    let alarms = 0;
    const runs = 600;
    for (let run = 0; run < runs; run++)
      if (monitorDrift(twoWays, windows(8, 100 + run), { randomShare, alpha: 0.05 }).verdict !== 'none') alarms++;
    expect(alarms / runs).toBeLessThan(0.05 + 3 * Math.sqrt((0.05 * 0.95) / runs));
  });

  test('shared errors taken for random ones would hide the change that is there', () => {
    const small = windows(12, 5, (k, t) => (k === 1 && t >= 6 ? 2.5 : 0));
    expect(monitorDrift(twoWays, small, { randomShare }).verdict).toBe('instrument');
    expect(monitorDrift(twoWays, small, { randomShare: 1 }).verdict).toBe('none');
  });

  test('fewer than three windows, or no random share, is refused', () => {
    expect(() => monitorDrift(twoWays, windows(2, 1), { randomShare })).toThrow(RangeError);
    expect(() => monitorDrift(twoWays, windows(4, 1), { randomShare: 0 })).toThrow(RangeError);
  });
});

test('a step between two levels has the ratio of its textbook formula', () => {
  // means 0 and 2 over 2 + 2 values: n·b²/(t(n − t)) with b = −2 is 4·4/4 = 4
  expect(changeOf(Float64Array.of(0, 0, 2, 2), 1, 0.5)).toMatchObject({ kind: 'step', at: 2, size: 2, statistic: 4 });
});
