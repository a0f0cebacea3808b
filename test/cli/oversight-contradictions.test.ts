import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import type { Contradiction } from '../../balance/oversight/contradiction.ts';
import { overseeAll } from '../../cli/oversight-plants.ts';
import { openJournal } from '../../collector/journal/journal.ts';
import type { JournalRecord } from '../../collector/journal/record.ts';
import { loadPlant } from '../../config/plant/load.ts';

const HOUR = 3_600_000;
const T0 = Date.parse('2026-03-01T00:00:00+08:00');
const DAYS = 8;
const meter = (id: string, kind: string, unit: string, address: number): string =>
  `  - { id: ${id}, name: ${id}, kind: ${kind}, unit: ${unit}, accuracy: { class: "2", percentOfReading: 2 }, read: { device: gw, unit: 1, address: { modicon: ${40001 + address} }, type: float32, order: ABCD, every: 30min } }`;
const PLANT = `
liangheng: 1
plant: { id: works, name: 试验厂, jurisdiction: yunnan }
units: [{ id: P, name: 厂, level: plant }, { id: WWT, name: 污水站, level: workshop, parent: P }]
media:
  - { id: water, name: 水, unit: m3, kind: fresh-water, content: { water: 1 } }
balances: [{ id: water, kind: water, unit: m3 }]
meters:
${meter('FI', 'rate', 'm3/h', 0)}
${meter('FT', 'rate', 'm3/h', 2)}
${meter('EM', 'counter', 'kWh', 4)}
${meter('LOAD', 'rate', 't/h', 6)}
streams:
  - { id: intake, name: 取水, from: ENV, to: WWT, medium: water, amount: { by: meter, meter: FI }, role: raw }
  - { id: discharge, name: 排水, from: WWT, to: ENV, medium: water, amount: { by: meter, meter: FT }, role: waste }
outfalls:
  - { id: DW001, name: 总排口, unit: WWT, kind: water, streams: [discharge], flow: FT, treatment: { electricity: EM, load: LOAD } }
devices: [{ id: gw, protocol: modbus-tcp, host: 127.0.0.1, port: 1502 }]
`;

afterEach(() => vi.unstubAllEnvs());

/** Eight days; on the last one the outfall's meter tells so much of what flows. */
function readings(share: number): JournalRecord[] {
  const records: JournalRecord[] = [];
  let energy = 1_000;
  for (let step = 0; step <= DAYS * 48; step++) {
    const timeMs = T0 + (step * HOUR) / 2;
    // A little more or less every day, and over each of them.
    const runs = 100 * (1 + 0.02 * Math.sin(step / 17) + 0.03 * Math.sin((2 * Math.PI * step) / 48));
    const seen = step > (DAYS - 1) * 48 ? share : 1;
    energy += 0.4 * runs * (1 + 0.005 * Math.cos(step / 29));
    const values = { FI: runs, FT: runs * seen, EM: energy, LOAD: 0.3 * runs * (1 + 0.004 * Math.sin(step / 31)) };
    for (const [channel, value] of Object.entries(values)) {
      records.push({
        kind: 'sample',
        sample: { channel, timeMs, value, quality: 'good', reason: 'none', origin: 'device', raw: null },
      });
    }
  }
  return records;
}

async function contradictions(share: number): Promise<readonly Contradiction[]> {
  const dir = await mkdtemp(join(tmpdir(), 'liangheng-contradictions-'));
  vi.stubEnv('LIANGHENG_DATA', join(dir, 'data'));
  await writeFile(join(dir, 'plant.yaml'), PLANT);
  const plant = await loadPlant(join(dir, 'plant.yaml'));
  const journal = await openJournal(join(plant.dataDir, 'journal'), { plant: plant.id });
  await journal.append(readings(share));
  await journal.close();
  const [seen] = await overseeAll([plant.path], { from: '2026-03-08', to: '2026-03-09' });
  return seen!.oversight.outfalls[0]!.contradictions;
}

it('holds a discharge against the water balance, the electricity of its treatment and the load, each with what would settle it', async () => {
  const found = await contradictions(0.6);
  expect(found.map(({ kind, balance, significant }) => [kind, balance, significant])).toEqual([
    ['water', 'water', true],
    ['treatment', 'EM', true],
    ['treatment', 'LOAD', true],
  ]);
  for (const { monitored, byBalance, wouldSettle } of found) {
    expect(monitored / byBalance).toBeCloseTo(0.6, 1);
    expect(wouldSettle.some((id) => id === 'discharge' || id === 'FT')).toBe(true);
    expect(wouldSettle.length).toBeGreaterThan(1);
  }
});

it('finds an honest discharge to agree with all three', async () => {
  const found = await contradictions(1);
  expect(found.map(({ kind, significant }) => [kind, significant])).toEqual([
    ['water', false],
    ['treatment', false],
    ['treatment', false],
  ]);
});
