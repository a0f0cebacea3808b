import { mkdtemp, readdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { journalDir } from '../../cli/collecting.ts';
import { openJournal } from '../../collector/journal/journal.ts';
import { openReader, openStores } from '../../collector/stores/open.ts';
import { loadPlant } from '../../config/plant/load.ts';
import { sample } from '../collector/stores/contract.ts';
import { called, refused } from './called.ts';
import { twoMeters } from './two-meters.ts';

const T0 = Date.UTC(2026, 2, 1);

afterEach(() => {
  vi.unstubAllEnvs();
});

it('sets a damaged local file aside and fills a new one from the journal, not while somebody owns it', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'liangheng-rebuild-'));
  vi.stubEnv('LIANGHENG_DATA', join(dir, 'data'));
  await writeFile(join(dir, 'plant.yaml'), `${twoMeters('p1')}stores: [{ engine: duckdb, threads: 1, memory: 256MB }]\n`);
  const plant = await loadPlant(dir);
  const rebuild = () => called('stores', dir, '--rebuild', '--from', '2026-03-01', '--to', '2026-03-02', '--json');
  expect(await rebuild()).toMatchObject(refused('rebuild.no-journal'));
  const journal = await openJournal(journalDir(plant), { plant: plant.id });
  for (let i = 0; i < 30; i += 1) await journal.append([{ kind: 'sample', sample: sample('IN', T0 + i * 60_000, i) }]);
  await journal.close();
  await writeFile(join(plant.dataDir, 'samples.duckdb'), 'this was a database once'.repeat(1000));
  // What collecting meets, which says to rebuild the file.
  await expect(openStores(plant, { owner: true })).rejects.toMatchObject({ code: 'store.damaged' });
  const { status, out, err } = await rebuild();
  expect(status, err).toBe(0);
  expect(JSON.parse(out)).toMatchObject([{ engine: 'duckdb', samples: 30, differences: [] }]);
  const reader = await openReader(plant);
  expect([...(await reader.samples('IN', 0, 4e12)).value]).toEqual(Array.from({ length: 30 }, (_, i) => i));
  await reader.close();
  expect((await readdir(plant.dataDir)).filter((name) => name.endsWith('.aside'))).toHaveLength(1);
  const stores = await openStores(plant, { owner: true });
  expect(await rebuild()).toMatchObject(refused('store.owned'));
  for (const store of stores) await store.close();
});
