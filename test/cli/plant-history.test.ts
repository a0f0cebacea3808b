import { copyFile, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { startCollecting } from '../../cli/collecting.ts';
import { plantVersions, versionsText } from '../../cli/plant-versions.ts';
import { loadPlant } from '../../config/plant/load.ts';

let dir = '';
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'liangheng-history-'));
  process.env.LIANGHENG_DATA = join(dir, 'data');
});
afterEach(async () => {
  delete process.env.LIANGHENG_DATA;
  await rm(dir, { recursive: true, force: true });
});

it('keeps every version of the plant file that was in force while collecting, without anyone asking for a report', async () => {
  const path = join(dir, 'plant.yaml');
  const version = async (name: string): Promise<string> => {
    const text = stringify({
      liangheng: 1,
      plant: { id: 'history', name, jurisdiction: 'none' },
      units: [{ id: 'P', name: '全厂', level: 'plant' }],
      stores: [{ engine: 'duckdb', threads: 1, memory: '128MB' }],
    });
    await writeFile(path, text);
    return text;
  };
  const kept = async (): Promise<string[]> => {
    const folder = join(process.env.LIANGHENG_DATA!, 'history', 'plant-history');
    return Promise.all((await readdir(folder)).map((name) => readFile(join(folder, name), 'utf8')));
  };
  const first = await version('甲');
  const collecting = await startCollecting(await loadPlant(path));
  try {
    expect(await kept()).toEqual([first]);
    const second = await version('乙');
    await collecting.reload(await loadPlant(path));
    expect(new Set(await kept())).toEqual(new Set([first, second]));
  } finally {
    await collecting.stop();
  }
  await (await startCollecting(await loadPlant(path))).stop();
  expect(await kept()).toHaveLength(2);

  const plant = await loadPlant(path);
  const versions = await plantVersions(plant, ['none']);
  expect(versions.map(({ differences }) => differences?.flatMap(({ fields }) => fields))).toEqual([
    undefined,
    [{ path: 'name', before: '甲', after: '乙' }],
  ]);
  expect(Math.abs(Date.parse(versions[1]!.from) - Date.now())).toBeLessThan(3_600_000);
  await copyFile(versions[0]!.path, path);
  expect((await loadPlant(path)).file.plant.name).toBe('甲');
});

it('says that no version is kept where nothing was collected', async () => {
  const path = join(dir, 'plant.yaml');
  await writeFile(path, 'liangheng: 1\nplant: { id: new, name: 新, jurisdiction: none }\nunits: [{ id: P, name: 厂, level: plant }]\n');
  expect(versionsText(await plantVersions(await loadPlant(path), ['none']))).toMatch(/no version is kept/);
});
