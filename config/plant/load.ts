import { readFile, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Fault, Faults } from '../words/fault.ts';
import { ChannelsOfMeters } from './channels.ts';
import { checkPlant } from './check.ts';
import { compacted } from './compact.ts';
import type { Plant } from './plant.ts';
import type { Meter, PlantFile } from './schema.ts';
import { offsetMinutesOf } from './time.ts';

/**
 * Load and check a plant file, or the `plant.yaml` of a folder.
 *
 * @throws Faults with everything that is wrong, each with `file:line:column`.
 */
export async function loadPlant(path: string): Promise<Plant> {
  const { text, path: file } = await readPlantText(path);
  return parsePlant(text, file);
}

/** The text of a plant file or of the `plant.yaml` in a folder, and the file's path. Throws Faults where there is none. */
export async function readPlantText(path: string): Promise<{ text: string; path: string }> {
  try {
    const file = (await stat(path)).isDirectory() ? join(path, 'plant.yaml') : path;
    return { text: await readFile(file, 'utf8'), path: file };
  } catch (cause) {
    const fault = {
      code: 'plant.not-found',
      place: path,
      zh: '读不到企业文件；请给出 plant.yaml 或它所在的文件夹',
      en: 'cannot read the plant file; name a plant.yaml or its folder',
    };
    throw new Faults([new Fault({ ...fault, cause })]);
  }
}

/**
 * Check the text of a plant file. `path` stands in the places of faults and becomes the plant's path.
 *
 * @throws Faults with everything that is wrong.
 */
export function parsePlant(text: string, path: string): Plant {
  const { file, faults } = checkPlant(text, path, Date.now());
  if (file === null || faults.length > 0) throw new Faults(faults);
  return plantOf(file, path);
}

/** Look-ups over a checked file. */
export function plantOf(checked: PlantFile, path: string): Plant {
  return plantOfCompact(compacted(checked), path);
}

/** The same over a file whose meters are compact, or packed and looked up as such. */
export function plantOfCompact(file: PlantFile, path: string, meters: ReadonlyMap<string, Meter> = byId(file.meters)): Plant {
  return {
    file,
    path: resolve(path),
    id: file.plant.id,
    offsetMinutes: offsetMinutesOf(file.plant.offset),
    simulated: file.plant.simulated,
    units: byId(file.units),
    media: byId(file.media),
    meters,
    channels: new ChannelsOfMeters(meters),
    points: byId(file.points),
    streams: byId(file.streams),
    stocks: byId(file.stocks),
    balances: byId(file.balances),
    devices: byId(file.devices),
    dataDir: resolve(process.env.LIANGHENG_DATA ?? 'data', file.plant.id),
  };
}

function byId<T extends { readonly id: string }>(items: readonly T[]): ReadonlyMap<string, T> {
  return new Map(items.map((item) => [item.id, item]));
}
