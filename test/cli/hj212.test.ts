import { mkdtemp, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { openJournal } from '../../collector/journal/journal.ts';
import type { JournalRecord } from '../../collector/journal/record.ts';
import { systemClock } from '../../collector/sources/clock.ts';
import { loadPlant } from '../../config/plant/load.ts';
import { Gather } from '../collector/sources/gather.ts';
import { platform, reads, settingsOf } from '../collector/sources/hj212/station.ts';
import { called, refused } from './called.ts';

const MINUTE = 60_000;
const TEN = 600_000;
const plantText = (more: string): string => `
liangheng: 1
plant: { id: outfall-plant, name: 试验厂, jurisdiction: yunnan }
units: [{ id: P, name: 厂, level: plant }]
${more}
`;
const MONITORS = `
meters:
  - { id: COD, name: 化学需氧量, kind: concentration, unit: g/m3, range: [0, 500] }
  - { id: HG, name: 汞, kind: concentration, unit: mg/L }
outfalls: [{ id: main, name: 总排口, unit: P, kind: water, monitored: { w01018: COD, w20111: HG } }]
`;

afterEach(() => {
  vi.unstubAllEnvs();
});

async function folder(more: string): Promise<{ dir: string; file: string }> {
  const dir = await mkdtemp(join(tmpdir(), 'liangheng-hj212-'));
  vi.stubEnv('LIANGHENG_DATA', join(dir, 'data'));
  await writeFile(join(dir, 'plant.yaml'), plantText(more));
  await writeFile(join(dir, 'password'), '123456\n');
  return { dir, file: join(dir, 'plant.yaml') };
}

const run = (...args: readonly string[]) => called('hj212', ...args);

describe('hj212 send', () => {
  it('reports means of the readings, in the unit of each code, to a platform', async () => {
    const { dir, file } = await folder(MONITORS);
    const plant = await loadPlant(file);
    const lastMs = Math.floor(Date.now() / TEN) * TEN;
    const journal = await openJournal(join(plant.dataDir, 'journal'), { plant: plant.id });
    const records: JournalRecord[] = [];
    for (let timeMs = lastMs - 3 * TEN; timeMs < lastMs; timeMs += 2 * MINUTE) {
      const at = { timeMs, quality: 'good', reason: 'none', origin: 'device', raw: null } as const;
      const minute = (timeMs % TEN) / MINUTE;
      records.push({ kind: 'sample', sample: { ...at, channel: 'COD', value: 40 + minute } });
      records.push({ kind: 'sample', sample: { ...at, channel: 'HG', value: 0.001 } });
    }
    await journal.append(records);
    await journal.close();
    const sink = new Gather();
    const channels = reads([
      ['w01018', 'Avg', 'minute'],
      ['w01018', 'Max', 'minute'],
      ['w20111', 'Avg', 'minute'],
    ]).map((channel) => ({ ...channel, channel: `${channel.code}-${channel.value}` }));
    const bureau = platform(systemClock, [settingsOf({ channels, systems: ['32'] })]);
    await bureau.start(sink);
    try {
      const from = new Date(lastMs - 3 * TEN).toISOString();
      const { out } = await run(
        'send',
        file,
        '--to',
        `127.0.0.1:${bureau.port}`,
        '--mn',
        '010000A8900016F000169DC0',
        '--password-file',
        join(dir, 'password'),
        '--from',
        from,
        '--once',
      );
      expect(JSON.parse(out)).toMatchObject({ state: 'stopped', repeated: 0, refused: 0, waiting: 0 });
    } finally {
      await bureau.stop();
    }
    const got = (channel: string): [number, number | null][] =>
      sink
        .of(channel)
        .map(({ timeMs, value }): [number, number | null] => [timeMs, value])
        .sort(([a], [b]) => a - b);
    const periods = [3, 2, 1].map((back) => lastMs - back * TEN);
    expect(got('w01018-Avg')).toEqual(periods.map((timeMs) => [timeMs, 44]));
    expect(got('w01018-Max')).toEqual(periods.map((timeMs) => [timeMs, 48]));
    expect(got('w20111-Avg')).toEqual(periods.map((timeMs) => [timeMs, 1]));
    expect(sink.events.find(({ event }) => event === 'hj212-3020')?.detail).toContain('非认证数采仪');
  });

  it('sends no simulated data to another machine', async () => {
    const { dir, file } = await folder(MONITORS);
    await writeFile(file, plantText(MONITORS).replace('jurisdiction: yunnan', 'jurisdiction: yunnan, simulated: true'));
    const sent = await run('send', file, '--to', '192.0.2.1:9000', '--mn', '1', '--password-file', join(dir, 'password'));
    expect(sent).toMatchObject(refused('hj212.simulated'));
  });
});

describe('hj212 serve', () => {
  const station = (port: number): string => `
meters:
  - { id: COD, name: 化学需氧量, kind: concentration, unit: mg/L, read: { device: bureau, station: "010000A8900016F000169DC0", code: w01018, period: minute } }
devices: [{ id: bureau, protocol: hj212, listen: { port: ${port} }, stations: [{ mn: "010000A8900016F000169DC0", password: { env: HJ212_PW } }] }]
`;

  it('needs a station, a password and a free port', async () => {
    const { file } = await folder(MONITORS);
    expect(await run('serve', file)).toMatchObject(refused('hj212.no-station'));
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    const address = taken.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const served = await folder(station(port));
    expect(await run('serve', served.file)).toMatchObject(refused('secret.environment'));
    vi.stubEnv('HJ212_PW', '123456');
    expect(await run('serve', served.file)).toMatchObject(refused('hj212.listen'));
    taken.close();
  });
});
