import type { Journal } from '../collector/journal/journal.ts';
import { dropOld, type Keep } from '../collector/journal/retention.ts';
import type { Recorder } from '../collector/recorder/recorder.ts';
import type { Store } from '../collector/stores/store.ts';
import type { Plant } from '../config/plant/plant.ts';
import { durationMs } from '../config/plant/time.ts';
import { say } from './output.ts';

const HOUR_MS = 3_600_000;
const UNITS: Readonly<Record<string, number>> = { MB: 1e6, GB: 1e9, TB: 1e12 };

/** What a plant file or the file of a central process says of how long the journal is kept; null where it is kept for ever. */
export function keepOf({ journal }: { readonly journal?: Plant['file']['journal'] }): Keep | null {
  const { keep, maxSize } = journal ?? {};
  if (keep === undefined && maxSize === undefined) return null;
  return {
    ageMs: keep === undefined ? null : durationMs(keep),
    bytes: maxSize === undefined ? null : Number(maxSize.slice(0, -2)) * UNITS[maxSize.slice(-2)]!,
  };
}

/**
 * Drops at once and then every hour what is not to be kept, as it is set then, and every store has confirmed. A store that holds files back
 * beyond their time is named, once each time that it begins. Ends when the function is called.
 */
export function keepJournalSmall(
  keepNow: () => Keep | null,
  journal: Journal,
  stores: readonly Store[],
  recorder: Pick<Recorder, 'event'>,
): () => Promise<void> {
  let held = '';
  const look = async (): Promise<void> => {
    const keep = keepNow();
    if (keep === null || stores.length === 0) return;
    const cursors = await Promise.all(stores.map((store) => store.cursor()));
    const confirmed = Math.min(...cursors);
    let holding = '';
    const dropped = await dropOld(journal, keep, confirmed, Date.now(), () => {
      holding = stores.flatMap((store, index) => (cursors[index] === confirmed ? [called(store)] : [])).join(', ');
    });
    if (holding !== '' && holding !== held) {
      say(
        `日志中应删去的文件仍须保留：存储 ${holding} 只确认到第 ${confirmed} 组。该存储若已停用，请从配置中删去。`,
        `Files of the journal that should go are kept: store ${holding} has confirmed no more than group ${confirmed}. Take it out of the configuration if it is in use no more.`,
      );
      const detail = `${holding} has confirmed no more than group ${confirmed}`;
      await recorder.event({ timeMs: Date.now(), source: 'journal', event: 'retention-waits', detail });
    }
    held = holding;
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

const called = ({ engine, place }: Store): string => (place === undefined ? engine : `${engine} ${place}`);
