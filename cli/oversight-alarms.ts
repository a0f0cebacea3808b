import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parse } from 'yaml';
import { type Condition, conditionsOf } from '../balance/oversight/alarms.ts';
import type { Oversight } from '../balance/oversight/oversee.ts';
import { alarmFileSchema } from '../config/plant/alarms.ts';
import { Fault } from '../config/words/fault.ts';
import { openTargets } from '../dashboards/alarms/open.ts';
import { type Delivery, Outbox } from '../dashboards/alarms/outbox.ts';

/** The targets of an alarm file, with what is raised and what waits for them. */
export interface Alarms {
  /** Tells what is new of the plants since the look before. Rejects where the state cannot be kept: nothing is sent then. */
  look(seen: readonly Oversight[], atMs: number): Promise<Delivery>;
  /** The same of what holds of a plant's collector, which is kept apart from what its monitors say. */
  tell(conditions: readonly Condition[], plant: string, simulated: boolean, atMs: number): Promise<Delivery>;
  close(): Promise<void>;
}

/**
 * Opens the targets of an alarm file.
 *
 * @param state where it is kept what is raised and what waits; default: beside the alarm file (`alarms.state.json`).
 * @throws Fault where the file is none of alarms, or a target would send a secret in the clear.
 */
export async function openAlarms(path: string, state = join(dirname(path), 'alarms.state.json')): Promise<Alarms> {
  const text = await readFile(path, 'utf8').catch((cause) => {
    throw new Fault({ code: 'alarms.file', place: path, zh: '读不到报警文件', en: 'the alarm file cannot be read', cause });
  });
  const parsed = alarmFileSchema.safeParse(parse(text));
  if (!parsed.success) {
    const where = parsed.error.issues.map(({ path: at, message }) => `${at.join('.')}: ${message}`).join('; ');
    throw new Fault({ code: 'alarms.file', place: path, zh: `报警文件不合格式：${where}`, en: `not an alarm file: ${where}` });
  }
  const targets = openTargets(parsed.data.targets, dirname(path));
  const outbox = new Outbox(state, targets);
  const ofCollector = new Outbox(state.replace(/(\.json)?$/, '.collector.json'), targets);
  return {
    tell: (conditions, plant, simulated, atMs) => ofCollector.look(conditions, new Set([plant]), atMs, () => simulated),
    look(seen, atMs) {
      const simulated = new Map(seen.map((oversight) => [oversight.plant, oversight.simulated]));
      const conditions = seen.flatMap(conditionsOf);
      return outbox.look(conditions, new Set(simulated.keys()), atMs, (plant) => simulated.get(plant) ?? false);
    },
    async close() {
      await Promise.all(targets.map((target) => target.close()));
    },
  };
}

/** Sends what is new of the plants to the targets of an alarm file, once. @throws Fault as `openAlarms`. */
export async function sendAlarms(seen: readonly Oversight[], path: string, atMs: number): Promise<Delivery> {
  const alarms = await openAlarms(path);
  try {
    return await alarms.look(seen, atMs);
  } finally {
    await alarms.close();
  }
}
