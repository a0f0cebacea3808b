import type { OutOfService } from '../../config/plant/service.ts';
import { instantMs } from '../../config/plant/time.ts';
import type { Window } from './window.ts';

/** How much of a window a stream is out of service. */
export interface Service {
  /** 1: the whole window in service, 0: none of it. */
  readonly share: number;
  /** Why not, of each time that meets the window. */
  readonly reasons: readonly string[];
}

/** The share of a window in which a stream is in service; times that overlap count once. */
export function serviceIn(times: readonly OutOfService[] | undefined, window: Window, offsetMinutes: number): Service {
  const met = (times ?? [])
    .map(({ from, to, reason }) => ({
      fromMs: Math.max(window.fromMs, instantMs(from, offsetMinutes)),
      toMs: Math.min(window.toMs, to === undefined ? window.toMs : instantMs(to, offsetMinutes)),
      reason,
    }))
    .filter(({ fromMs, toMs }) => toMs > fromMs)
    .sort((a, b) => a.fromMs - b.fromMs);
  let [untilMs, outMs] = [window.fromMs, 0];
  for (const { fromMs, toMs } of met) {
    outMs += Math.max(0, toMs - Math.max(fromMs, untilMs));
    untilMs = Math.max(untilMs, toMs);
  }
  return { share: 1 - outMs / (window.toMs - window.fromMs), reasons: met.map(({ reason }) => reason) };
}
