import { expect, it } from 'vitest';
import { totalChangesFrom, totalChangesText } from '../../cli/plant-totals.ts';
import { plantOf } from '../../config/plant/load.ts';
import type { Plant } from '../../config/plant/plant.ts';
import { plantSchema } from '../../config/plant/schema.ts';
import { memoryReader } from '../balance/memory-reader.ts';

const NOW = Date.UTC(2026, 2, 31);
const HOUR_MS = 3_600_000;

function plant(more: object = {}, every = '60s'): Plant {
  const file = plantSchema.parse({
    liangheng: 1,
    plant: { id: 'p', name: '厂', jurisdiction: 'none' },
    units: [{ id: 'P', name: '全厂', level: 'plant' }],
    devices: [{ id: 'bus', protocol: 'modbus-tcp', host: '127.0.0.1' }],
    meters: [
      {
        id: 'EM1',
        name: '总电表',
        kind: 'counter',
        unit: 'kWh',
        maxGap: '2h',
        read: { device: 'bus', unit: 1, table: 'holding', address: { pdu: 0 }, type: 'uint32', every },
        ratios: [{ from: '2025-01-01', ct: '400/5' }],
        ...more,
      },
      { id: 'EM2', name: '分电表', kind: 'counter', unit: 'kWh' },
    ],
  });
  return plantOf(file, '/plant.yaml');
}

/** A counter that rises by one an hour, read every half hour. */
const rising = Array.from({ length: 31 * 48 }, (_, at) => [NOW - 30.5 * 24 * HOUR_MS + at * (HOUR_MS / 2), at / 2] as const);
const reader = memoryReader({ EM1: rising, EM2: rising });

it('shows what a change would do to the last 30 days’ totals, and nothing of what stays', async () => {
  const result = (await totalChangesFrom(reader, plant(), plant({ ratios: [{ from: '2025-01-01', ct: '600/5' }] }), NOW))!;
  expect(result.changes).toHaveLength(1);
  const [change] = result.changes;
  expect(change!.channel).toBe('EM1');
  // 720 steps in 30 days through 400/5 and 600/5.
  expect(change!.before!.total).toBeCloseTo(720 * 80, 3);
  expect(change!.after!.total).toBeCloseTo(720 * 120, 3);
  expect(change!.changePercent).toBeCloseTo(50, 6);
  expect(totalChangesText(result)).toMatch(/EM1 +57600\.00 kWh +→ +86400\.00 kWh +\+50\.0 %/);
});

it('says which stored readings stay as they were decoded, and when nothing changes', async () => {
  const other = plant({}, '30s');
  const result = (await totalChangesFrom(reader, plant(), other, NOW))!;
  expect(result).toMatchObject({ changes: [], decodedOtherwise: ['EM1'] });
  expect(await totalChangesFrom(memoryReader({}), plant(), other, NOW)).toBeNull();
  expect(totalChangesText(null)).toContain('no readings');
});
