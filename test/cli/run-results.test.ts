import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { journalDir } from '../../cli/collecting.ts';
import { BALANCE_VERDICTS } from '../../cli/results.ts';
import { openJournal } from '../../collector/journal/journal.ts';
import { openJournalReader } from '../../collector/journal/reader.ts';
import { connectReader, socketPath } from '../../collector/stores/duckdb/socket.ts';
import { openDuckdbStore } from '../../collector/stores/duckdb/store.ts';
import { databasePath } from '../../collector/stores/open.ts';
import type { Results } from '../../collector/stores/results.ts';
import { samplesOf } from '../../collector/stores/rows.ts';
import { loadPlant } from '../../config/plant/load.ts';
import { freePort } from '../free-port.ts';
import { lossyReadings } from './lossy-readings.ts';
import { twoMeters } from './two-meters.ts';

const DAY_MS = 86_400_000;
/** Six days ago at the plant's midnight: the last complete window lies behind it whatever the time. */
const T0 = Math.floor(Date.now() / DAY_MS) * DAY_MS - 8 * 3_600_000 - 6 * DAY_MS;

let dir = '';
let child: ChildProcess | null = null;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'liangheng-run-results-'));
  vi.stubEnv('LIANGHENG_DATA', join(dir, 'data'));
});
afterEach(async () => {
  child?.kill('SIGKILL');
  vi.unstubAllEnvs();
  await rm(dir, { recursive: true, force: true });
});

/** The plant, of whose water the half of what must be measured is, and a device that does not answer: the journal goes on growing. */
const plantText = (port: number) =>
  twoMeters().replace(
    'streams:\n',
    `  - { id: X, name: 瞬时, kind: rate, unit: m3/h, read: { device: D, unit: 1, table: holding, address: { pdu: 0 }, type: uint16, every: 1s } }
devices: [{ id: D, protocol: modbus-tcp, host: 127.0.0.1, port: ${port}, timeout: 500ms }]
points:
  - { id: P-IN, name: 进水, kind: water, level: 1, unit: P, meters: [{ meter: IN }] }
  - { id: P-OUT, name: 出水, kind: water, level: 1, unit: P }
streams:
`,
  );

/** Once `found` has something to say; the test's own limit ends it. */
async function until<T>(found: () => Promise<T | null>): Promise<T> {
  for (;;) {
    const value = await found();
    if (value !== null) return value;
    await setTimeout(100);
  }
}

it('a running server keeps balances and coverage in its DuckDB file, also one that is deleted under it, with every reading', async () => {
  const file = join(dir, 'plant.yaml');
  await writeFile(file, plantText(await freePort()));
  const plant = await loadPlant(file);
  const journal = await openJournal(journalDir(plant), { plant: plant.id });
  await journal.append(lossyReadings(T0));
  await journal.close();

  child = spawn(process.execPath, ['--import', 'tsx', 'cli/main.ts', 'run', file, '--port', '0'], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr!.on('data', (bytes: Buffer) => (said += bytes.toString()));
  const ended = new Promise((resolve) => child!.once('exit', resolve));
  void ended.then((code) => (said += `\nended with ${String(code)}`));
  const alive = (): void => {
    if (child!.exitCode !== null) throw new Error(said);
  };

  const owner = await until(async () => {
    alive();
    return connectReader(await socketPath(plant.dataDir));
  });
  const found = async (results: Results) => {
    const [balance, streams, coverage] = [
      await results.read('balance', 0, 4e12),
      await results.read('stream', 0, 4e12),
      await results.read('coverage', 0, 4e12),
    ];
    return balance.length > 0 && coverage.length > 0 ? { balance, streams, coverage } : null;
  };
  const kept = await until(() => {
    alive();
    return found(owner.results);
  });
  await owner.close();
  expect(kept.balance).toHaveLength(1);
  expect(kept.balance[0]).toMatchObject({ tags: { balance: 'water', boundary: 'P', hours: '72' } });
  expect(kept.balance[0]!.fields.closurePercent).toBeCloseTo(10, 6);
  expect(BALANCE_VERDICTS[kept.balance[0]!.fields.verdict!]).toBeDefined();
  expect(kept.streams.map(({ tags, fields }) => [tags.stream, Math.round(fields.total!)]).sort()).toEqual([
    ['in', 7200],
    ['out', 6480],
  ]);
  expect(kept.coverage.find(({ tags }) => tags.kind === 'water' && tags.level === '1')!.fields).toMatchObject({
    required: 2,
    fitted: 1,
    ratio: 50,
  });

  await rm(databasePath(plant));
  await until(async () => {
    alive();
    return said.includes('[store.file-gone]') ? true : null;
  });
  child.kill('SIGTERM');
  await ended;
  expect(said).toContain(`${databasePath(plant)}: 数据库文件在使用中被删除`);
  expect(said).toContain(`${databasePath(plant)}: the database file was deleted while in use`);
  expect((await readdir(plant.dataDir)).filter((name) => name.startsWith('samples.'))).toEqual(['samples.duckdb']);
  const store = await openDuckdbStore(databasePath(plant), { threads: 1, memory: '128MB', readOnly: true });
  expect(await found(store.results!)).toEqual(kept);
  const written = new Set<string>();
  for await (const group of (await openJournalReader(journalDir(plant))).groups(0)) {
    for (const { channel, timeMs } of samplesOf([group])) written.add(`${channel} ${timeMs}`);
  }
  const counts = await store.reader.counts();
  expect([...counts.values()].reduce((sum, n) => sum + n, 0)).toBe(written.size);
  expect(counts.get('X')).toBeGreaterThan(0);
  await store.close();
}, 180_000);
