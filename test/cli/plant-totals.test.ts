import { expect, it } from 'vitest';
import { type GroupsSince, totalChangesFrom, totalChangesText } from '../../cli/plant-totals.ts';
import type { JournalGroup, JournalRecord } from '../../collector/journal/record.ts';
import { plantOf } from '../../config/plant/load.ts';
import type { Plant } from '../../config/plant/plant.ts';
import { plantSchema } from '../../config/plant/schema.ts';
import { memoryReader } from '../balance/memory-reader.ts';

const NOW = Date.UTC(2026, 2, 31);
const HOUR_MS = 3_600_000;

const READ = { device: 'bus', unit: 1, table: 'holding', address: { pdu: 0 }, type: 'uint32', every: '30min' };

function plant(more: object = {}): Plant {
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
        read: READ,
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

/** What the journal holds of EM1: registers of two words each half hour, which the plant file decodes as it says. */
const journal =
  (registers: (at: number) => string | null = () => null): GroupsSince =>
  async () =>
    (async function* (): AsyncGenerator<JournalGroup> {
      const records = rising.map(([timeMs, value], at): JournalRecord => {
        const raw = registers(at);
        return { kind: 'sample', sample: { channel: 'EM1', timeMs, value, quality: 'good', reason: 'none', origin: 'device', raw } };
      });
      yield { seq: 1, sha256: '', records };
    })();

it('shows what a change would do to the last 30 days’ totals, and nothing of what stays', async () => {
  const result = (await totalChangesFrom(reader, journal(), plant(), plant({ ratios: [{ from: '2025-01-01', ct: '600/5' }] }), NOW))!;
  expect(result.changes).toHaveLength(1);
  const [change] = result.changes;
  expect(change!.channel).toBe('EM1');
  // 720 steps in 30 days through 400/5 and 600/5.
  expect(change!.before!.total).toBeCloseTo(720 * 80, 3);
  expect(change!.after!.total).toBeCloseTo(720 * 120, 3);
  expect(change!.changePercent).toBeCloseTo(50, 6);
  expect(totalChangesText(result)).toMatch(/EM1 +57600\.00 kWh +→ +86400\.00 kWh +\+50\.0 %/);
});

/** Registers of a value as hex, low word first. */
const words = (value: number): string => {
  const hex = Math.round(value).toString(16).padStart(8, '0');
  return `${hex.slice(4)} ${hex.slice(0, 4)}`;
};

it('decodes the registers of the journal once more where type, order or scale would change, with those of the same addresses', async () => {
  // Ten steps an hour, the low word first: the first file took the words for one number the other way round.
  const groups = journal((at) => words(5 * at + 65_530));
  const changed = async (more: object) => (await totalChangesFrom(reader, groups, plant(), plant({ read: { ...READ, ...more } }), NOW))!;
  const result = await changed({ order: 'CDAB' });
  expect(result).toMatchObject({ decodedAgain: ['EM1'], decodedOtherwise: [], changes: [{ channel: 'EM1' }] });
  expect(result.changes[0]!.before!.total).toBeCloseTo(720 * 80, 3);
  expect(result.changes[0]!.after!.total).toBeCloseTo(7200 * 80, 3);
  expect(totalChangesText(result)).toMatch(/EM1 .*\+900 %\n.*decode-again corrects what is stored: EM1/);
  // By a tenth of that the registers say what was stored.
  expect(await changed({ order: 'CDAB', scale: 0.1 })).toMatchObject({ decodedAgain: ['EM1'], changes: [] });
});

it('takes what lies within the registers that were kept, and says where they are others', async () => {
  const groups = journal((at) => words(at + 65_530));
  const low = (await totalChangesFrom(reader, groups, plant(), plant({ read: { ...READ, type: 'uint16', address: { pdu: 1 } } }), NOW))!;
  expect(low.decodedAgain).toEqual(['EM1']);
  const beyond = (await totalChangesFrom(reader, groups, plant(), plant({ read: { ...READ, address: { pdu: 1 } } }), NOW))!;
  expect(beyond).toMatchObject({ decodedAgain: [], decodedOtherwise: ['EM1'], changes: [] });
  // A central store's plant has its journal elsewhere.
  expect(await totalChangesFrom(reader, null, plant(), plant({ read: { ...READ, order: 'CDAB' } }), NOW)).toMatchObject({
    ...{ decodedAgain: [], decodedOtherwise: ['EM1'], changes: [] },
  });
});

it('says which stored readings stay as they were decoded, and when nothing changes', async () => {
  const other = plant({ read: { ...READ, every: '15min' } });
  const result = (await totalChangesFrom(reader, journal(), plant(), other, NOW))!;
  expect(result).toMatchObject({ changes: [], decodedOtherwise: ['EM1'] });
  expect(await totalChangesFrom(memoryReader({}), journal(), plant(), other, NOW)).toBeNull();
  expect(totalChangesText(null)).toContain('no readings');
});
