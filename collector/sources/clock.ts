/** What sources know of time. Tests hand in one that runs faster. */
export interface Clock {
  /** UTC, milliseconds since 1970. */
  nowMs(): number;
  /** Milliseconds since some moment, by a clock that nobody sets; see `passedMs`. */
  monotonicMs?(): number;
  /** Calls back once, at least `delayMs` from now; the answer cancels it. */
  after(delayMs: number, callback: () => void): () => void;
  /** Uniform in [0, 1), for jitter. */
  random(): number;
}

/** Node's timers hold 31 bits; a longer wait would fire at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

export const systemClock: Clock = {
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  after(delayMs, callback) {
    const timer = setTimeout(callback, Math.min(Math.max(delayMs, 0), LONGEST_TIMER_MS));
    return () => clearTimeout(timer);
  },
  random: () => Math.random(),
};

/** What a stretch of time is measured by, in ms: a wall clock that is set meanwhile makes it no longer and no shorter. */
export const passedMs = (clock: Clock): number => clock.monotonicMs?.() ?? clock.nowMs();

/** Settles after `delayMs`, or as soon as the signal aborts. */
export function sleep(clock: Clock, delayMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) {
      resolve();
      return;
    }
    const wake = () => {
      cancel();
      signal.removeEventListener('abort', wake);
      resolve();
    };
    const cancel = clock.after(delayMs, wake);
    signal.addEventListener('abort', wake);
  });
}
