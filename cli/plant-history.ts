import { createHash } from 'node:crypto';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readPlantText } from '../config/plant/load.ts';
import type { Plant } from '../config/plant/plant.ts';

/**
 * Keeps the plant file as it stands now under `plant-history/` of the plant's data folder, named by time and hash, unless its newest
 * version there is the same: an evidence pack shows what was changed since, and when.
 */
export async function keepPlantVersion(plant: Plant, nowMs: number): Promise<void> {
  const { text } = await readPlantText(plant.path);
  const folder = join(plant.dataDir, 'plant-history');
  await mkdir(folder, { recursive: true });
  const hash = createHash('sha256').update(text).digest('hex').slice(0, 16);
  const newest = (await readdir(folder)).sort().at(-1);
  if (newest?.endsWith(`-${hash}.yaml`)) return;
  const time = new Date(nowMs).toISOString().slice(0, 19).replaceAll(/[-:]/g, '');
  await writeFile(join(folder, `${time}Z-${hash}.yaml`), text, { mode: 0o600 });
}
