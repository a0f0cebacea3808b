import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parse } from 'yaml';
import { conditionsOf } from '../balance/oversight/alarms.ts';
import { alarmFileSchema } from '../config/plant/alarms.ts';
import { Fault } from '../config/words/fault.ts';
import { openTargets } from '../dashboards/alarms/open.ts';
import { type Delivery, Outbox } from '../dashboards/alarms/outbox.ts';
import type { Overseen } from './oversight-plants.ts';

/**
 * Sends what is new of the plants to the targets of an alarm file. What is raised and what waits is kept beside it (`alarms.state.json`).
 *
 * @throws Fault where the file is none of alarms.
 */
export async function sendAlarms(seen: readonly Overseen[], path: string, atMs: number): Promise<Delivery> {
  const text = await readFile(path, 'utf8').catch((cause) => {
    throw new Fault({ code: 'alarms.file', place: path, zh: '读不到报警文件', en: 'the alarm file cannot be read', cause });
  });
  const parsed = alarmFileSchema.safeParse(parse(text));
  if (!parsed.success) {
    const where = parsed.error.issues.map(({ path: at, message }) => `${at.join('.')}: ${message}`).join('; ');
    throw new Fault({ code: 'alarms.file', place: path, zh: `报警文件不合格式：${where}`, en: `not an alarm file: ${where}` });
  }
  const targets = openTargets(parsed.data.targets, dirname(path));
  const simulated = new Map(seen.map(({ oversight }) => [oversight.plant, oversight.simulated]));
  try {
    const outbox = new Outbox(join(dirname(path), 'alarms.state.json'), targets);
    const conditions = seen.flatMap(({ oversight }) => conditionsOf(oversight));
    return await outbox.look(conditions, new Set(simulated.keys()), atMs, (plant) => simulated.get(plant) ?? false);
  } finally {
    await Promise.all(targets.map((target) => target.close()));
  }
}
