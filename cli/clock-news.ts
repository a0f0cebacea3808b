import type { Recorder } from '../collector/recorder/recorder.ts';
import { type ClockNews, readingText, type SteadyClock } from '../collector/recorder/steady-clock.ts';
import { say } from './output.ts';

/** The wall clock is looked at every second, and both clocks are written down together every hour. */
export function watchClock(clock: SteadyClock, recorder: Recorder): () => void {
  const look = setInterval(() => clock.doubted, 1_000);
  const note = setInterval(() => {
    const detail = readingText(clock.reading());
    recorder.event({ timeMs: clock.nowMs(), source: 'clock', event: 'clock', detail }).catch(() => undefined);
  }, 3_600_000);
  return () => {
    clearInterval(look);
    clearInterval(note);
  };
}

const CLOCK_NEWS: Readonly<Record<ClockNews['event'], readonly [string, string]>> = {
  'clock-corrected': ['系统时钟被校正', 'The clock of this machine was corrected'],
  'clock-doubted': [
    '系统时钟不可信，读数按单调时钟计时并标记',
    'The clock of this machine is in doubt; readings go on by the steady clock and are marked',
  ],
  'clock-returned': ['系统时钟已恢复', 'The clock of this machine is right again'],
  'clock-accepted': ['系统时钟已稳定一小时，予以采信', 'The clock of this machine has stood for an hour and is believed'],
};

/** Says and journals that the wall clock was corrected, is in doubt, or is believed again. */
export async function tellOfClock(recorder: Recorder, { event, step }: ClockNews, timeMs: number): Promise<void> {
  const seconds = (step.stepMs / 1000).toFixed(1);
  const [zh, en] = CLOCK_NEWS[event];
  say(`${zh}（${seconds} s）。`, `${en} (${seconds} s).`);
  const detail = `step ${seconds} s; before: ${readingText(step.before)}; after: ${readingText(step.after)}`;
  await recorder.event({ timeMs, source: 'clock', event, detail });
}
