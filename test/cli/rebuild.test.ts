import { mkdtemp, readdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { rebuildLocal } from '../../cli/rebuild.ts';
import { openJournal } from '../../collector/journal/journal.ts';
import { openReader, openStores } from '../../collector/stores/open.ts';
import type { Plant } from '../../config/plant/plant.ts';
import { sample } from '../collector/stores/contract.ts';

const T0 = Date.UTC(2026, 2, 1);

it('sets a damaged local file aside and fills a new one from the journal, not while somebody owns it', async () => {
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  const dataDir = await mkdtemp(join(tmpdir(), 'liangheng-rebuild-'));
  const file = { stores: [{ engine: 'duckdb', threads: 1, memory: '256MB' }] };
  const plant = { id: 'p1', path: join(dataDir, 'plant.yaml'), dataDir, file, channels: new Map() } as unknown as Plant;
  await expect(rebuildLocal(plant)).rejects.toMatchObject({ code: 'rebuild.no-journal' });
  const journal = await openJournal(join(dataDir, 'journal'), { plant: 'p1' });
  for (let i = 0; i < 30; i += 1) await journal.append([{ kind: 'sample', sample: sample('F1', T0 + i * 60_000, i) }]);
  await journal.close();
  await writeFile(join(dataDir, 'samples.duckdb'), 'this was a database once'.repeat(1000));
  await expect(openStores(plant, { owner: true })).rejects.toMatchObject({ code: 'store.damaged' });
  await rebuildLocal(plant);
  const reader = await openReader(plant);
  expect([...(await reader.samples('F1', 0, 4e12)).value]).toEqual(Array.from({ length: 30 }, (_, i) => i));
  await reader.close();
  expect((await readdir(dataDir)).filter((name) => name.endsWith('.aside'))).toHaveLength(1);
  const stores = await openStores(plant, { owner: true });
  await expect(rebuildLocal(plant)).rejects.toMatchObject({ code: 'store.owned' });
  for (const store of stores) await store.close();
  vi.restoreAllMocks();
});
