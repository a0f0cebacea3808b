import { readFile } from 'node:fs/promises';
import { checkPlant } from '../config/plant/check.ts';
import { type Difference, differencesOf } from '../config/plant/diff.ts';
import type { Plant } from '../config/plant/plant.ts';
import { keptVersions } from './plant-history.ts';

/** A plant file as it stood from a time on, and what it changed in the one before. */
export interface PlantVersion {
  readonly path: string;
  /** ISO 8601, UTC: when the collector first read it. */
  readonly from: string;
  /** Null for the first, and where it or the one before is no plant file by the present schema. */
  readonly differences: readonly Difference[] | null;
}

/** The plant files that were in force while the plant was collected, the oldest first. */
export async function plantVersions(plant: Plant, jurisdictions: readonly string[]): Promise<PlantVersion[]> {
  const kept = await keptVersions(plant);
  const files = await Promise.all(
    kept.map(async ({ path, fromMs }) => checkPlant(await readFile(path, 'utf8'), path, fromMs, jurisdictions).file),
  );
  return kept.map(({ path, fromMs }, index) => {
    const [before, after] = [files[index - 1], files[index]];
    return { path, from: new Date(fromMs).toISOString(), differences: before && after ? differencesOf(before, after) : null };
  });
}

/** One line a version, the newest last; how one goes back. */
export function versionsText(versions: readonly PlantVersion[]): string {
  if (versions.length === 0) return '还没有采集过，没有保存的版本\nnothing was collected yet: no version is kept\n';
  const lines = versions.map(({ path, from, differences }) => {
    const changes = differences === null ? '—' : `${differences.length} 处改动 changes`;
    return `${from}  ${changes}  ${path}`;
  });
  return `${lines.join('\n')}
看改动：check PLANT --diff 版本；要退回，把该版本复制到企业文件上，采集不中断。
To see what one changes: check PLANT --diff VERSION; to go back, copy it over the plant file: collecting goes on.
`;
}
