import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import type { BalanceReport } from '../balance/media/result.ts';
import { loadPlant } from '../config/plant/load.ts';
import type { Plant } from '../config/plant/plant.ts';
import { Fault, Faults } from '../config/words/fault.ts';

/** One of `of` processes that divide a fleet among them, from 1. */
export interface Shard {
  readonly index: number;
  readonly of: number;
}

/** @throws Fault fleet.shard */
export function shardOf(text: string): Shard {
  const match = /^([1-9]\d*)\/([1-9]\d*)$/.exec(text);
  const shard = { index: Number(match?.[1]), of: Number(match?.[2]) };
  if (match !== null && shard.index <= shard.of) return shard;
  throw new Fault({
    code: 'fleet.shard',
    place: text,
    zh: '分片应写成 i/n，例如 1/4 至 4/4',
    en: 'a shard reads like i/n, from 1/4 to 4/4',
  });
}

/** The share of a plant file: by a hash of its path below the folder, so that it is the same whoever asks and whatever else lies there. */
export function isOf({ index, of }: Shard, path: string): boolean {
  return createHash('sha256').update(path.split(sep).join('/')).digest().readUInt32BE(0) % of === index - 1;
}

/** Every `plant.yaml` below a folder, sorted. @throws Fault fleet.absent */
export async function plantFiles(dir: string): Promise<string[]> {
  const found = await readdir(dir, { recursive: true, withFileTypes: true }).catch((cause: unknown) => {
    throw new Fault({ code: 'fleet.absent', place: dir, zh: '读不到这个文件夹', en: 'cannot read this folder', cause });
  });
  return found
    .filter((entry) => entry.isFile() && entry.name === 'plant.yaml')
    .map((entry) => relative(dir, join(entry.parentPath, entry.name)))
    .sort();
}

/** What became of one plant: its balances, or why there are none. `open`: its own boundary does not close, or the window is no audit's. */
export type FleetResult =
  | { readonly path: string; readonly plant: string; readonly open: boolean; readonly report: BalanceReport }
  | { readonly path: string; readonly plant: string | null; readonly errors: readonly FleetError[] };
export type FleetError = { readonly code: string; readonly place: string; readonly zh: string; readonly en: string };

/**
 * The balances of a shard's plants, one after another. A plant that cannot be computed holds up no other. Two plants of one id would
 * share a data folder: the second is refused.
 */
export async function balanceFleet(
  dir: string,
  shard: Shard,
  balance: (plant: Plant) => Promise<{ readonly report: BalanceReport; readonly open: boolean }>,
): Promise<FleetResult[]> {
  const results: FleetResult[] = [];
  const pathOf = new Map<string, string>();
  for (const path of (await plantFiles(dir)).filter((one) => isOf(shard, one))) {
    let id: string | null = null;
    try {
      const plant = await loadPlant(join(dir, path));
      id = plant.id;
      const other = pathOf.get(id);
      if (other !== undefined) throw sameId(id, path, other);
      pathOf.set(id, path);
      results.push({ path, plant: id, ...(await balance(plant)) });
    } catch (error) {
      results.push({ path, plant: id, errors: errorsOf(error) });
    }
  }
  return results;
}

const sameId = (id: string, place: string, other: string): Fault =>
  new Fault({ code: 'fleet.same-id', place, zh: `企业 id“${id}”与 ${other} 重复`, en: `the plant id ${id} is that of ${other} too` });

function errorsOf(error: unknown): FleetError[] {
  const faults = error instanceof Faults ? error.faults : error instanceof Fault ? [error] : [];
  if (faults.length > 0) return faults.map(({ code, place, zh, en }) => ({ code, place, zh, en }));
  const text = error instanceof Error ? error.message : String(error);
  return [{ code: 'internal', place: '', zh: text, en: text }];
}
