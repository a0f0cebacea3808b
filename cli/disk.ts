import type { Journal } from '../collector/journal/journal.ts';
import { type SpaceOptions, watchSpace } from '../collector/journal/space.ts';
import type { Recorder } from '../collector/recorder/recorder.ts';
import { say } from './output.ts';

/** The disk that a journal lies on. */
export interface Disk {
  /** 0 to 1. */
  readonly usedShare: number;
  /** Since when it has been too full, ms; null while it has room. */
  readonly fullSinceMs: number | null;
}

/** Watches the disk of a journal: what was seen last, and once each time that it changes, says and journals that it is almost full or no more. */
export function watchDisk(
  journal: Pick<Journal, 'dir'>,
  recorder: Pick<Recorder, 'event'>,
  options: Omit<SpaceOptions, 'onLook'> = {},
): { now(): Disk | null; stop(): Promise<void> } {
  let share: number | null = null;
  let fullSinceMs: number | null = null;
  let said = false;
  const stop = watchSpace(
    journal.dir,
    async ({ full, usedShare }) => {
      const percent = Math.round(100 * usedShare);
      // On a disk that takes nothing more the record fails and is tried again; people are told at once, and once.
      if (full !== said && full) {
        fullSinceMs = Date.now();
        say(`磁盘已用 ${percent}%，写满后读数将无法保存。`, `The disk is ${percent} % full; once it is full no reading can be kept.`);
      } else if (full !== said) {
        fullSinceMs = null;
        say(`磁盘又有空间（已用 ${percent}%）。`, `The disk has room again (${percent} % used).`);
      }
      said = full;
      const event = full ? 'disk-almost-full' : 'disk-has-room';
      await recorder.event({ timeMs: Date.now(), source: 'journal', event, detail: `${percent} % used` });
    },
    {
      ...options,
      onLook(usedShare) {
        share = usedShare;
      },
    },
  );
  return { now: () => (share === null ? null : { usedShare: share, fullSinceMs }), stop };
}
