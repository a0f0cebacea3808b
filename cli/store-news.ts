import { listSegments } from '../collector/journal/segment.ts';
import type { Recorder } from '../collector/recorder/recorder.ts';
import type { FollowProgress } from '../collector/stores/follow.ts';
import type { Store } from '../collector/stores/store.ts';
import { Fault } from '../config/words/fault.ts';
import { printFaults, say } from './output.ts';

/** Why a store takes no readings, and since when. */
export interface StoreAway {
  readonly sinceMs: number;
  /** It has taken nothing since the program was started. */
  readonly sinceStart: boolean;
  readonly zh: string;
  readonly en: string;
}

/** What a store says of itself, once each time that it changes. */
export interface StoreNews {
  /** Null while it takes readings. */
  away(): StoreAway | null;
  /** Whether it has taken or refused anything since the start. */
  known(): boolean;
  progress(progress: Pick<FollowProgress, 'error'>): void;
  /** What it had stored is gone. */
  lost(fault: Fault): Promise<void>;
}

/** After one of these the store goes on by itself. */
const LOST = new Set(['store.file-gone', 'store.file-replaced', 'store.emptied']);

/**
 * Says and journals of one store that it takes nothing and why, that it takes readings again, and that what it had stored was gone.
 * Readings wait in the journal meanwhile.
 *
 * @param onLost called after it was told that what had been stored is gone.
 */
export function newsOfStore(
  { engine, place }: Pick<Store, 'engine' | 'place'>,
  recorder: Pick<Recorder, 'event'>,
  onLost: () => Promise<void> = () => Promise.resolve(),
): StoreNews {
  let away: StoreAway | null = null;
  let [known, taken] = [false, false];
  const called = place === undefined ? engine : `${engine} ${place}`;
  const record = (event: string, detail: string): Promise<void> =>
    recorder.event({ timeMs: Date.now(), source: `store ${engine}`, event, detail }).catch(() => undefined);
  const lost = (fault: Fault): Promise<void> => {
    printFaults(fault);
    return record(fault.code, `${fault.place}: ${fault.en}`)
      .then(onLost)
      .catch(() => undefined);
  };
  return {
    lost,
    away: () => away,
    known: () => known,
    progress({ error }) {
      known = true;
      if (error === null) taken = true;
      if (error instanceof Fault && LOST.has(error.code)) return void lost(error);
      if (error !== null && away === null) {
        const [zh, en] = error instanceof Fault ? [error.zh, error.en] : [String(error), String(error)];
        away = { sinceMs: Date.now(), sinceStart: !taken, zh, en };
        say(`存储 ${called} 暂不接受读数，读数留在日志中：${zh}`, `Store ${called} takes no readings, they wait in the journal: ${en}`);
        void record('store-away', en);
      } else if (error === null && away !== null) {
        away = null;
        say(`存储 ${called} 已恢复。`, `Store ${called} takes readings again.`);
        void record('store-back', '');
      }
    },
  };
}

/**
 * Says and journals of a store that lacks what the journal no longer has (one that was added, or whose file or database is another, after
 * retention dropped the start) from where on it will be filled. Nobody can bring the rest back into it.
 */
export async function sayShort(store: Store, journalDir: string, recorder: Pick<Recorder, 'event'>): Promise<void> {
  const firstSeq = (await listSegments(journalDir))[0]?.firstSeq ?? 1;
  const cursor = await store.cursor();
  if (cursor >= firstSeq - 1) return;
  const called = store.place === undefined ? store.engine : `${store.engine} ${store.place}`;
  say(
    `存储 ${called} 只到第 ${cursor} 组，而日志按设定自第 ${firstSeq} 组开始：其间的读数不会再进入该存储。`,
    `Store ${called} holds no more than group ${cursor}, and the journal begins at group ${firstSeq} as set: what lies between will not be stored there.`,
  );
  const detail = `holds through ${cursor}, the journal begins at ${firstSeq}`;
  await recorder.event({ timeMs: Date.now(), source: `store ${store.engine}`, event: 'store-short', detail });
}

/** Says at the end how much a store does not hold yet: that waits in the journal. */
export async function sayWaiting(store: Store, headSeq: number): Promise<void> {
  const cursor = await store.cursor().catch(() => 0);
  if (cursor >= headSeq) return;
  const called = store.place === undefined ? store.engine : `${store.engine} ${store.place}`;
  say(
    `存储 ${called} 尚缺日志第 ${cursor + 1}–${headSeq} 组，下次启动后补写。`,
    `Store ${called} lacks groups ${cursor + 1}–${headSeq} of the journal; they are stored after the next start.`,
  );
}
