import type { Recorder } from '../collector/recorder/recorder.ts';
import type { FollowProgress } from '../collector/stores/follow.ts';
import { Fault } from '../config/words/fault.ts';
import { printFaults, say } from './output.ts';

/** What a store says of itself, once each time that it changes. */
export interface StoreNews {
  progress(progress: Pick<FollowProgress, 'error'>): void;
  /** What it had stored is gone. */
  lost(fault: Fault): Promise<void>;
}

/** After one of these the store goes on by itself. */
const LOST = new Set(['store.file-gone', 'store.file-replaced', 'store.emptied']);

/**
 * Says and journals of one store that it takes nothing and why, that it takes readings again, and that what it had stored was gone.
 * Readings wait in the journal meanwhile.
 */
export function newsOfStore(engine: string, recorder: Pick<Recorder, 'event'>): StoreNews {
  let away = false;
  const record = (event: string, detail: string): Promise<void> =>
    recorder.event({ timeMs: Date.now(), source: `store ${engine}`, event, detail }).catch(() => undefined);
  const lost = (fault: Fault): Promise<void> => {
    printFaults(fault);
    return record(fault.code, `${fault.place}: ${fault.en}`);
  };
  return {
    lost,
    progress({ error }) {
      if (error instanceof Fault && LOST.has(error.code)) return void lost(error);
      if (error !== null && !away) {
        away = true;
        const [zh, en] = error instanceof Fault ? [error.zh, error.en] : [String(error), String(error)];
        say(`存储 ${engine} 暂不接受读数，读数留在日志中：${zh}`, `Store ${engine} takes no readings, they wait in the journal: ${en}`);
        void record('store-away', en);
      } else if (error === null && away) {
        away = false;
        say(`存储 ${engine} 已恢复。`, `Store ${engine} takes readings again.`);
        void record('store-back', '');
      }
    },
  };
}
