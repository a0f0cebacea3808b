import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { stringify } from 'yaml';
import type { IntakeAccounts } from '../../balance/report/intake-account.ts';
import { startCollecting } from '../../cli/collecting.ts';
import { openJournalReader } from '../../collector/journal/reader.ts';
import { HOUR_MS, hourOf } from '../../collector/sample/hour.ts';
import { INTAKE_BROKEN } from '../../collector/sample/intake-statement.ts';
import { loadPlant } from '../../config/plant/load.ts';
import { serve } from '../collector/sources/modbus/server.ts';
import { called } from './called.ts';

let dir = '';
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'liangheng-counted-'));
  vi.stubEnv('LIANGHENG_DATA', join(dir, 'data'));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(dir, { recursive: true, force: true });
});

const meter = (id: string, pdu: number) => ({
  id,
  name: id,
  kind: 'rate',
  unit: 'm3/h',
  read: { device: 'gw', unit: 1, table: 'holding', address: { pdu }, type: 'uint16', every: '200ms' },
});

it('coverage tells what a collector polled and journalled, and of one that was killed that it does not know', async () => {
  const { port, close } = await serve({ getHoldingRegister: (address) => address });
  const device = (id: string, at: number) => ({ id, protocol: 'modbus-tcp', host: '127.0.0.1', port: at, timeout: '500ms' });
  const text = stringify({
    liangheng: 1,
    plant: { id: 'counted', name: '试验厂', jurisdiction: 'yunnan' },
    units: [{ id: 'P', name: '厂', level: 'plant' }],
    media: [{ id: 'water', name: '水', unit: 'm3', content: { water: 1 } }],
    devices: [device('gw', port)],
    meters: [meter('A', 11), meter('B', 22)],
    streams: [{ id: 'in', name: '进水', from: 'ENV', to: 'P', medium: 'water', amount: { by: 'meter', meter: 'A' } }],
    balances: [{ id: 'water', kind: 'water', unit: 'm3' }],
    stores: [{ engine: 'duckdb', threads: 1, memory: '128MB' }],
  });
  await writeFile(join(dir, 'plant.yaml'), text);
  const words = join(dir, 'data', 'counted', 'intake.json');
  const collect = async (): Promise<void> => {
    const collecting = await startCollecting(await loadPlant(dir));
    const [source] = collecting.sources;
    await expect.poll(() => collecting.statuses()[0]!.intake?.journalled ?? 0, { timeout: 60_000 }).toBeGreaterThan(5);
    expect(collecting.statuses()[0]!.id).toBe(source!.id);
    await copyFile(words, join(dir, 'as-it-was.json'));
    await collecting.stop();
  };
  const held = async () => {
    const records = [];
    for await (const group of (await openJournalReader(join(dir, 'data', 'counted', 'journal'))).groups(0)) records.push(...group.records);
    return records;
  };
  // What the start notes as missed was not polled.
  const polledOf = (records: Awaited<ReturnType<typeof held>>): number =>
    records.filter((record) => record.kind === 'sample' && record.sample.reason !== 'collector-stopped').length;

  await collect();
  const journalled = polledOf(await held());
  /** The end of an hour that is not over when the test ends. */
  const at = new Date(hourOf(Date.now()) + 2 * HOUR_MS).toISOString();
  const { out } = await called('coverage', dir, '--at', at);
  expect(out).toContain('采集守恒 conservation of what was polled');
  expect(out).toMatch(new RegExp(`gw +${journalled} +${journalled} +0 +0 +0 +[12]\\n`));

  // As a run that is killed leaves it.
  await copyFile(join(dir, 'as-it-was.json'), words);
  await collect();
  await close();
  const records = await held();
  expect(records.filter((record) => record.kind === 'event' && record.event === INTAKE_BROKEN)).toHaveLength(1);
  const { intake } = JSON.parse((await called('coverage', dir, '--at', at, '--json')).out) as { intake: IntakeAccounts };
  expect(intake.total).toMatchObject({ polled: polledOf(records), journalled: polledOf(records), difference: 0 });
  expect(intake.uncountedMinutes).toBeGreaterThanOrEqual(1);
}, 180_000);
