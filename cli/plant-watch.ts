import { stat } from 'node:fs/promises';
import { differencesOf } from '../config/plant/diff.ts';
import { plantOfCompact, readPlantText } from '../config/plant/load.ts';
import type { Plant } from '../config/plant/plant.ts';
import { type Fault, Faults } from '../config/words/fault.ts';
import { checkToRead, hashOfLoaded, sha256Of } from './check-apart.ts';
import type { Collecting } from './collecting.ts';
import { printFaults, say } from './output.ts';
import { hasTerminal } from './terminal.ts';

/** How often the file is looked at; by polling, which works on every disk and for every editor. */
const LOOK_MS = 2_000;

/** What of a plant that is being read is told of another version. */
export interface Applied extends Pick<Collecting, 'plant' | 'reload'> {
  readonly recorder: Pick<Collecting['recorder'], 'event'>;
}

/**
 * Applies the plant file whenever it is saved while the plant is being read, by difference; also at once on SIGHUP, unless that means that
 * the terminal is gone. A file with a fault, or one that no line can keep up with, changes nothing and is reported; what was applied is
 * journalled.
 *
 * @param applied is told of each version that is in force from then on.
 * @returns what ends the watching.
 */
export function watchPlant(collecting: Applied, applied: (plant: Plant) => void = () => {}, lookMs = LOOK_MS): () => void {
  const { path } = collecting.plant;
  let known = hashOfLoaded(collecting.plant);
  const look = async (asked: boolean): Promise<void> => {
    const read = await readPlantText(path).catch((error: unknown) => {
      if (asked) printFaults(error);
      return null;
    });
    if (read === null) return;
    const sha256 = sha256Of(read.text);
    known ??= sha256;
    if (sha256 === known && !asked) return;
    known = sha256;
    const before = collecting.plant;
    const inForce = await apply(collecting, read.text, path, applied);
    if (asked && inForce && collecting.plant === before) say('企业文件没有变化。', 'The plant file has not changed.');
  };
  let looking: Promise<unknown> = Promise.resolve();
  const next = (asked: boolean): void => {
    looking = looking
      .then(() => look(asked))
      .catch((error: unknown) => say(`企业文件未能应用：${String(error)}`, `The plant file was not applied: ${String(error)}`));
  };
  let seen: string | null = null;
  const poll = (): void => {
    stat(path).then(
      ({ mtimeMs, size, ino }) => {
        const now = `${mtimeMs} ${size} ${ino}`;
        if (now !== seen) next(false);
        seen = now;
      },
      () => undefined,
    );
  };
  poll();
  const polling = setInterval(poll, lookMs);
  const hungUp = (): void => next(true);
  if (!hasTerminal()) process.on('SIGHUP', hungUp);
  return () => {
    clearInterval(polling);
    process.off('SIGHUP', hungUp);
  };
}

/** @returns whether the text is in force now. */
export async function apply(collecting: Applied, text: string, path: string, applied: (plant: Plant) => void): Promise<boolean> {
  const { recorder } = collecting;
  const sha256 = sha256Of(text);
  const event = (name: string, detail: string) => recorder.event({ timeMs: Date.now(), source: 'plant-file', event: name, detail });
  const { file, faults, meters } = await checkToRead(text, path, { budgets: true });
  const refuse = async (why: readonly Fault[]): Promise<false> => {
    printFaults(new Faults(why));
    say('企业文件有误，未应用；仍按原来的采集。', 'The plant file has faults and is not applied; reading goes on as before.');
    await event('plant-refused', `sha256 ${sha256}: ${why.map(({ code, place }) => `${code} ${place}`).join('; ')}`);
    return false;
  };
  if (file === null || faults.length > 0) return refuse(faults);
  const differences = differencesOf(collecting.plant.file, file);
  if (differences.length === 0) return true;
  const next = plantOfCompact(file, path, meters);
  const change = await collecting.reload(next).catch((error: unknown) => {
    if (error instanceof Faults) return error;
    throw error;
  });
  // A secret or a certificate that is not on this machine, for one.
  if (change instanceof Faults) return refuse(change.faults);
  applied(next);
  const parts = Object.entries(change).flatMap(([what, ids]) => (ids.length > 0 && what !== 'kept' ? [`${what} ${ids.join(', ')}`] : []));
  const touched = [...new Set(differences.map(({ section, id }) => `${section} ${id}`))];
  await event('plant-changed', `sha256 ${sha256}; ${touched.join(', ')}; sources: ${parts.join('; ') || 'all kept'}`);
  say(
    `企业文件已应用：${differences.length} 处改动；数据源保持 ${change.kept.length}，改读 ${change.reread.length}，重启 ${change.restarted.length}，新增 ${change.started.length}，停止 ${change.stopped.length}。`,
    `The plant file is applied: ${differences.length} changes; sources kept ${change.kept.length}, reread ${change.reread.length}, restarted ${change.restarted.length}, started ${change.started.length}, stopped ${change.stopped.length}.`,
  );
  if (differences.some(({ section }) => section === 'stores')) {
    say('存储的改动在下次启动时生效。', 'What changed of the stores takes effect at the next start.');
    await event('stores-wait', 'the stores of the plant file are opened at the next start');
  }
  return true;
}
