import type { Journal } from '../collector/journal/journal.ts';
import { dropOld, type Keep } from '../collector/journal/retention.ts';
import type { Store } from '../collector/stores/store.ts';
import type { Plant } from '../config/plant/plant.ts';
import { durationMs } from '../config/plant/time.ts';
import { say } from './output.ts';

const HOUR_MS = 3_600_000;
const UNITS: Readonly<Record<string, number>> = { MB: 1e6, GB: 1e9, TB: 1e12 };

/** What the plant file says of how long the journal is kept; null where it is kept for ever. */
export function keepOf({ file }: Plant): Keep | null {
  const { keep, maxSize } = file.journal ?? {};
  if (keep === undefined && maxSize === undefined) return null;
  return {
    ageMs: keep === undefined ? null : durationMs(keep),
    bytes: maxSize === undefined ? null : Number(maxSize.slice(0, -2)) * UNITS[maxSize.slice(-2)]!,
  };
}

/**
 * Drops at once and then every hour what the plant file, as it is in force then, does not keep and every store has confirmed. Ends when
 * the function is called.
 */
export function keepJournalSmall(plant: () => Plant, journal: Journal, stores: readonly Store[]): () => Promise<void> {
  const look = async (): Promise<void> => {
    const keep = keepOf(plant());
    if (keep === null) return;
    const cursors = await Promise.all(stores.map((store) => store.cursor()));
    if (cursors.length === 0) return;
    const dropped = await dropOld(journal, keep, Math.min(...cursors), Date.now());
    if (dropped === null) return;
    const { segments, records, throughSeq } = dropped;
    say(
      `日志按设定删去最早的 ${segments} 个文件（至第 ${throughSeq} 组，${records} 条记录），各存储均已保存。`,
      `The journal's oldest ${segments} files were dropped as set (through group ${throughSeq}, ${records} records); every store holds them.`,
    );
  };
  let looking = look().catch(() => undefined);
  const timer = setInterval(() => {
    looking = looking.then(look).catch(() => undefined);
  }, HOUR_MS);
  timer.unref();
  return () => {
    clearInterval(timer);
    return looking;
  };
}
