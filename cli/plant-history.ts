import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Plant } from '../config/plant/plant.ts';

/**
 * Keeps the plant file as it stands now under `plant-history/` of the plant's data folder, named by time and hash, unless its newest
 * version there is the same: an evidence pack shows what was changed since, and when.
 */
export async function keepPlantVersion(plant: Plant, nowMs: number): Promise<void> {
  const content = await readFile(plant.path);
  const folder = join(plant.dataDir, 'plant-history');
  await mkdir(folder, { recursive: true });
  const hash = createHash('sha256').update(content).digest('hex').slice(0, 16);
  const newest = (await readdir(folder)).sort().at(-1);
  if (newest?.endsWith(`-${hash}.yaml`)) return;
  const time = new Date(nowMs).toISOString().slice(0, 23).replaceAll(/[-:.]/g, '');
  await writeFile(join(folder, `${time}Z-${hash}.yaml`), content, { mode: 0o600 });
}

/** The versions that are kept, the oldest first, each with the time from which it was in force. */
export async function keptVersions(plant: Plant): Promise<{ readonly path: string; readonly fromMs: number }[]> {
  const folder = join(plant.dataDir, 'plant-history');
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  return names.sort().flatMap((name) => {
    const fromMs = Date.parse(
      name.replace(
        NAME,
        (_, year, month, day, hour, minute, second, ms = '000') => `${year}-${month}-${day}T${hour}:${minute}:${second}.${ms}Z`,
      ),
    );
    return Number.isNaN(fromMs) ? [] : [{ path: join(folder, name), fromMs }];
  });
}

const NAME = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(\d{3})?Z-[0-9a-f]{16}\.yaml$/;
