import { durationMs } from '../../config/plant/time.ts';
import type { Reason } from '../sample/reason.ts';
import type { Truth } from './truth.ts';

/** Why a channel of the simulated past has no reading at a time; null where it has one. */
export function gapsOf(truth: Truth): (channel: string, timeMs: number) => Reason | null {
  const byChannel = new Map<string, { reason: Reason; firstMs: number; everyMs: number; lastsMs: number }[]>();
  for (const { channels, reason, every, after, lasts } of truth.simulation.file.gaps) {
    const gap = { reason, firstMs: truth.sinceMs + durationMs(after), everyMs: durationMs(every), lastsMs: durationMs(lasts) };
    for (const channel of channels) byChannel.set(channel, [...(byChannel.get(channel) ?? []), gap]);
  }
  return (channel, timeMs) => {
    for (const { reason, firstMs, everyMs, lastsMs } of byChannel.get(channel) ?? []) {
      const since = timeMs - firstMs;
      if (since >= 0 && since % everyMs < lastsMs) return reason;
    }
    return null;
  };
}
