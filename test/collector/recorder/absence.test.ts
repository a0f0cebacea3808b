import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { absenceRecords } from '../../../collector/recorder/absence.ts';
import type { Channel } from '../../../config/plant/plant.ts';

const channel = (id: string, every: string | undefined): Channel =>
  ({ id, kind: 'rate', unit: 'm3/h', ...(every === undefined ? {} : { read: { every } }) }) as Channel;

describe('what was due while the collector did not run', () => {
  it('is missing once at each due time of each channel, in time order, and nowhere else', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 1e7 }),
        fc.integer({ min: 0, max: 3e6 }),
        fc.uniqueArray(fc.integer({ min: 1, max: 900 }), { minLength: 1, maxLength: 4 }),
        (afterMs, spanMs, intervals) => {
          const beforeMs = afterMs + spanMs;
          const channels = intervals.map((seconds, index) => channel(`C${index}`, `${seconds}s`));
          const records = [...absenceRecords(channels, afterMs, beforeMs)].flat();
          for (const [index, seconds] of intervals.entries()) {
            const times = records.flatMap((record) =>
              record.kind === 'sample' && record.sample.channel === `C${index}` ? [record.sample.timeMs] : [],
            );
            const first = Math.floor(afterMs / (seconds * 1000)) + 1;
            const last = Math.ceil(beforeMs / (seconds * 1000)) - 1;
            expect(times).toEqual(Array.from({ length: Math.max(0, last - first + 1) }, (_, step) => (first + step) * seconds * 1000));
          }
          const all = records.map((record) => (record.kind === 'sample' ? record.sample.timeMs : Number.NaN));
          const shortestMs = Math.min(...intervals) * 1000;
          expect(all.every((timeMs, at) => at === 0 || timeMs > all[at - 1]! - shortestMs)).toBe(true);
          for (const record of records) {
            expect(record.kind === 'sample' && record.sample.value === null && record.sample.reason).toBe('collector-stopped');
          }
        },
      ),
      { numRuns: 200 },
    );
  });

  it('comes in batches that memory holds, however long it did not run', () => {
    const channels = ['1s', '2s', '1h'].map((every, index) => channel(`C${index}`, every));
    let most = 0;
    let count = 0;
    for (const batch of absenceRecords(channels, 0, 30 * 3_600_000 + 1)) {
      most = Math.max(most, batch.length);
      count += batch.length;
    }
    expect(count).toBe(30 * 3600 * 1.5 + 30);
    expect(most).toBeLessThan(5_010);
  });

  it('is as much for a plant of hundreds of thousands of channels', () => {
    const many = Array.from({ length: 150_000 }, (_, index) => channel(`C${index}`, '60s'));
    const [first] = absenceRecords(many, 0, 60_001);
    expect(first).toHaveLength(many.length);
  });

  it('has neither the moment at which it stopped nor that at which it runs again, where these are due times', () => {
    const times = (afterMs: number, beforeMs: number, other = '60s') =>
      [...absenceRecords([channel('A', '20s'), channel('B', other)], afterMs, beforeMs)]
        .flat()
        .map((record) => record.kind === 'sample' && [record.sample.channel, record.sample.timeMs / 1000]);
    expect(times(0, 60_000)).toEqual([
      ['A', 20],
      ['A', 40],
    ]);
    expect(times(5_000, 60_000, '50s')).toEqual([
      ['A', 20],
      ['A', 40],
      ['B', 50],
    ]);
    expect(times(20_000, 60_001)).toEqual([
      ['A', 40],
      ['A', 60],
      ['B', 60],
    ]);
  });

  it('expects nothing of channels without an interval', () => {
    expect([...absenceRecords([channel('M', undefined)], 0, 1e6)]).toEqual([]);
  });
});
