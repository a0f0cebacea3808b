import { describe, expect, it } from 'vitest';
import { liveFrom } from '../../../cli/live.ts';
import { coverageOf } from '../../../collector/coverage/coverage.ts';
import { QUALITY_CODE, type Quality, type Sample } from '../../../collector/sample/sample.ts';
import type { StoreReader } from '../../../collector/stores/store.ts';
import { loadRules } from '../../../config/rules/load.ts';
import { plantWith } from './plant.ts';

const AT = Date.parse('2026-06-15T12:00:00+08:00');
const at = (time: string) => Date.parse(`2026-06-${time}+08:00`);

/** A store that holds these samples, as [channel, time, quality]. */
function storeOf(held: readonly (readonly [string, number, Quality])[]): StoreReader {
  const unused = () => Promise.reject(new Error('not asked for'));
  return {
    latest: () =>
      Promise.resolve(
        new Map(
          held.map(([channel, timeMs, quality]): [string, Sample] => [
            channel,
            { channel, timeMs, quality, value: quality === 'missing' ? null : 1, reason: 'none', origin: 'device', raw: null },
          ]),
        ),
      ),
    samples: (channel, fromMs, toMs) => {
      const mine = held.filter(([each, timeMs]) => each === channel && timeMs >= fromMs && timeMs < toMs);
      return Promise.resolve({
        channel,
        timeMs: Float64Array.from(mine, ([, timeMs]) => timeMs),
        value: Float64Array.from(mine, () => 1),
        quality: Uint8Array.from(mine, ([, , quality]) => QUALITY_CODE[quality]),
        reason: Uint8Array.from(mine, () => 0),
        origin: Uint8Array.from(mine, () => 0),
      });
    },
    partials: () => Promise.resolve(new Map()),
    counts: unused,
  };
}

describe('delivering', () => {
  const plant = plantWith('yunnan', [{ kind: 'coal', level: 1, points: 6, fitted: 5 }]);
  const meter = (i: number) => `M-coal-1-0-${i}`;

  it('needs a good sample between the plant’s midnight and now', async () => {
    const reader = storeOf([
      [meter(0), at('15T08:00:00'), 'good'],
      [meter(1), at('15T00:00:00'), 'good'],
      [meter(2), at('14T23:59:59'), 'good'],
      [meter(3), at('15T08:00:00'), 'suspect'],
      [meter(4), at('15T08:00:00'), 'good'],
      [meter(4), at('15T13:00:00'), 'missing'],
    ]);
    const report = coverageOf(plant, await loadRules(), AT, await liveFrom(reader, plant, AT));
    expect(report.cells.find(({ kind, level }) => kind === 'coal' && level === 1)).toMatchObject({ required: 6, fitted: 5, delivering: 3 });
  });

  it('is unknown, not 0, where the store holds nothing', async () => {
    const report = coverageOf(plant, await loadRules(), AT, await liveFrom(storeOf([]), plant, AT));
    expect(report.cells[0]?.delivering).toBeNull();
  });
});
