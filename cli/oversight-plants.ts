import { readdir, readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parse } from 'yaml';
import { dutiesOf } from '../balance/audit/duties.ts';
import { profileOf, profileSchema } from '../balance/audit/profile.ts';
import type { DueDuty, FleetEntry } from '../balance/oversight/fleet.ts';
import { type Oversight, oversee } from '../balance/oversight/oversee.ts';
import { lastComplete, type Window, windowOf } from '../balance/window/window.ts';
import type { StoreReader } from '../collector/stores/store.ts';
import { loadPlant } from '../config/plant/load.ts';
import { holdingSpan } from '../config/plant/permit.ts';
import type { Plant } from '../config/plant/plant.ts';
import { instantMs } from '../config/plant/time.ts';
import { loadCalendar } from '../config/rules/calendar.ts';
import { loadRules } from '../config/rules/load.ts';
import type { Rule } from '../config/rules/rule.ts';
import { Fault } from '../config/words/fault.ts';
import { openCaughtUpReader } from './caught-up.ts';

/** A plant as a bureau sees it. */
export interface Overseen extends FleetEntry {
  readonly plant: Plant;
  /** Codes of each outfall that a limit holds for in the window. */
  readonly held: ReadonlyMap<string, ReadonlySet<string>>;
}

/** Plant files named, and those in the folders of a folder (one a plant, `plant.yaml`). */
export async function plantFiles(paths: readonly string[], fleet: string | undefined): Promise<string[]> {
  if (fleet === undefined) return [...paths];
  const entries = await readdir(fleet, { withFileTypes: true }).catch((cause) => {
    throw new Fault({ code: 'oversight.fleet', place: fleet, zh: '读不到此文件夹', en: 'the folder cannot be read', cause });
  });
  const found: string[] = [];
  for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(fleet, entry.name);
    if (entry.isDirectory() && (await stat(join(path, 'plant.yaml')).catch(() => null)) !== null) found.push(path);
    else if (entry.isFile() && entry.name.endsWith('.plant.yaml')) found.push(path);
  }
  if (found.length + paths.length > 0) return [...paths, ...found];
  throw new Fault({
    code: 'oversight.fleet',
    place: fleet,
    zh: '文件夹中没有企业文件：应为 <企业>/plant.yaml 或 *.plant.yaml',
    en: 'there is no plant file in the folder: PLANT/plant.yaml or *.plant.yaml',
  });
}

/** What stands of each plant, one after the other: no more than one store is open at a time. */
export async function overseeAll(paths: readonly string[], options: { readonly from?: string; readonly to?: string }): Promise<Overseen[]> {
  const [rules, calendar] = [await loadRules(), await loadCalendar()];
  const seen: Overseen[] = [];
  for (const path of paths) {
    const plant = await loadPlant(path);
    const reader = await openCaughtUpReader(plant);
    try {
      const window = await windowFor(plant, reader, options);
      const oversight = await oversee(plant, reader, window);
      const duties = await duePlantDuties(plant, rules, window.toMs, calendar);
      seen.push({ plant, oversight, region: plant.file.plant.register?.region ?? null, duties, held: heldCodes(plant, window) });
    } finally {
      await reader.close();
    }
  }
  return seen;
}

/** Duties with a day, by the profile beside the plant file; none where there is no profile. */
async function duePlantDuties(
  plant: Plant,
  rules: readonly Rule[],
  atMs: number,
  calendar: Parameters<typeof dutiesOf>[3],
): Promise<DueDuty[]> {
  const text = await readFile(join(dirname(plant.path), 'profile.yaml'), 'utf8').catch(() => null);
  if (text === null) return [];
  const profile = profileOf(plant.file.plant.jurisdiction, profileSchema.parse(parse(text)));
  return dutiesOf(rules, profile, atMs, calendar).flatMap(({ rule, content, due }): DueDuty[] =>
    due === null
      ? []
      : [
          {
            duty: content.duty,
            rule: rule.id,
            due: due.day,
            days: Math.floor((instantMs(due.day, plant.offsetMinutes) - atMs) / 86_400_000),
          },
        ],
  );
}

function heldCodes(plant: Plant, window: Window): ReadonlyMap<string, ReadonlySet<string>> {
  return new Map(
    plant.file.outfalls.map(({ id, limits = [] }) => [
      id,
      new Set(
        limits
          .filter((limit) => {
            const same = (a: typeof limit, b: typeof limit): boolean => a.code === b.code && a.basis === b.basis;
            const { fromMs, toMs } = holdingSpan(limit, limits, same, plant.offsetMinutes);
            return fromMs < window.toMs && toMs > window.fromMs;
          })
          .map(({ code }) => code),
      ),
    ]),
  );
}

/** Both ends where given, else the last complete 72 h of readings; full hours, since means are judged by the hour. */
async function windowFor(
  plant: Plant,
  reader: StoreReader,
  { from, to }: { readonly from?: string; readonly to?: string },
): Promise<Window> {
  const at = (text: string): number => Math.floor(instantMs(text, plant.offsetMinutes) / 3_600_000) * 3_600_000;
  if (from !== undefined && to !== undefined) return windowOf(at(from), at(to));
  if (from !== undefined || to !== undefined) {
    throw new Fault({ code: 'oversight.window', zh: '请同时给出 --from 和 --to', en: 'give both --from and --to, or neither' });
  }
  const newest = [...(await reader.latest([...plant.channels.keys()])).values()].map(({ timeMs }) => timeMs);
  if (newest.length === 0) {
    throw new Fault({ code: 'oversight.no-readings', place: plant.path, zh: '没有任何读数', en: 'there are no readings', exitStatus: 1 });
  }
  return lastComplete(
    Math.min(
      Date.now(),
      newest.reduce((a, b) => Math.max(a, b)),
    ),
    plant.file.plant.productionDay,
    plant.offsetMinutes,
  );
}

/** Whether something of a plant wants an officer's look. */
export function callsForALook({ outfalls }: Oversight): boolean {
  return outfalls.some(
    ({ monitors, signs, contradictions }) =>
      signs.length > 0 ||
      contradictions.some(({ significant }) => significant) ||
      monitors.some(({ pass, over, caps }) => pass === false || over.length > 0 || caps.some((cap) => cap.over)),
  );
}
