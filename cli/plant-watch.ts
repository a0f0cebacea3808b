import { createHash } from 'node:crypto';
import { unwatchFile, watchFile } from 'node:fs';
import { differencesOf } from '../config/plant/diff.ts';
import { plantOfCompact, readPlantText } from '../config/plant/load.ts';
import type { Plant } from '../config/plant/plant.ts';
import { Faults } from '../config/words/fault.ts';
import { checkToRead } from './check-apart.ts';
import type { Collecting } from './collecting.ts';
import { printFaults, say } from './output.ts';

/** How often the file is looked at; by polling, which works on every disk and for every editor. */
const LOOK_MS = 2_000;

/**
 * Applies the plant file whenever it is saved while the plant is being read, by difference. A file with a fault, or one that no line can
 * keep up with, changes nothing and is reported; what was applied is journalled.
 *
 * @param applied is told of each version that is in force from then on.
 * @returns what ends the watching.
 */
export function watchPlant(collecting: Collecting, applied: (plant: Plant) => void = () => {}): () => void {
  const { path } = collecting.plant;
  let known: string | null = null;
  const look = async (): Promise<void> => {
    const read = await readPlantText(path).catch(() => null);
    if (read === null) return;
    const sha256 = sha256Of(read.text);
    if (sha256 === known) return;
    known = sha256;
    await apply(collecting, read.text, path, applied);
  };
  let looking: Promise<unknown> = readPlantText(path).then(
    (read) => {
      known = sha256Of(read.text);
    },
    () => undefined,
  );
  const changed = (): void => {
    looking = looking
      .then(look)
      .catch((error: unknown) => say(`工厂文件未能应用：${String(error)}`, `The plant file was not applied: ${String(error)}`));
  };
  watchFile(path, { interval: LOOK_MS }, changed);
  return () => unwatchFile(path, changed);
}

/** @returns whether the text is in force now. */
export async function apply(collecting: Collecting, text: string, path: string, applied: (plant: Plant) => void): Promise<boolean> {
  const { recorder } = collecting;
  const sha256 = sha256Of(text);
  const event = (name: string, detail: string) => recorder.event({ timeMs: Date.now(), source: 'plant-file', event: name, detail });
  const { file, faults } = await checkToRead(text, path, { budgets: true });
  if (file === null || faults.length > 0) {
    printFaults(new Faults(faults));
    say('工厂文件有误，未应用；仍按原来的采集。', 'The plant file has faults and is not applied; reading goes on as before.');
    await event('plant-refused', `sha256 ${sha256}: ${faults.map(({ code, place }) => `${code} ${place}`).join('; ')}`);
    return false;
  }
  const differences = differencesOf(collecting.plant.file, file);
  if (differences.length === 0) return true;
  const next = plantOfCompact(file, path);
  const change = await collecting.reload(next);
  applied(next);
  const parts = Object.entries(change).flatMap(([what, ids]) => (ids.length > 0 && what !== 'kept' ? [`${what} ${ids.join(', ')}`] : []));
  const touched = [...new Set(differences.map(({ section, id }) => `${section} ${id}`))];
  await event('plant-changed', `sha256 ${sha256}; ${touched.join(', ')}; sources: ${parts.join('; ') || 'all kept'}`);
  say(
    `工厂文件已应用：${differences.length} 处改动；数据源保持 ${change.kept.length}，改读 ${change.reread.length}，重启 ${change.restarted.length}，新增 ${change.started.length}，停止 ${change.stopped.length}。`,
    `The plant file is applied: ${differences.length} changes; sources kept ${change.kept.length}, reread ${change.reread.length}, restarted ${change.restarted.length}, started ${change.started.length}, stopped ${change.stopped.length}.`,
  );
  if (differences.some(({ section }) => section === 'stores')) {
    say('存储的改动在下次启动时生效。', 'What changed of the stores takes effect at the next start.');
    await event('stores-wait', 'the stores of the plant file are opened at the next start');
  }
  return true;
}

const sha256Of = (text: string): string => createHash('sha256').update(text).digest('hex');
