import type { SourceStatus } from '../collector/sources/source.ts';
import { say } from './output.ts';

const LOOK_MS = 2_000;
/** Failures with no success among them after which a device that is connected is called silent. */
const FAILURES = 3;

interface Seen {
  readonly lastSuccessMs: number | null;
  /** Its failures when it last delivered. */
  readonly failures: number;
  readonly away: boolean;
}

/**
 * What is to be said of devices, once each time that it changes: that one cannot be reached or does not answer, and why; that it delivers
 * again. One that merely accepts a connection has not come back.
 *
 * @returns what to call with their statuses now and then; it gives the Chinese and the English line of each change.
 */
export function deviceNews(): (statuses: readonly SourceStatus[]) => readonly (readonly [zh: string, en: string])[] {
  const seen = new Map<string, Seen>();
  return (statuses) =>
    statuses.flatMap(({ id, state, lastSuccessMs, lastError, counts }): [string, string][] => {
      const before = seen.get(id) ?? { lastSuccessMs: null, failures: 0, away: false };
      if (lastSuccessMs !== before.lastSuccessMs) {
        seen.set(id, { lastSuccessMs, failures: counts.failures, away: false });
        return before.away ? [[`设备 ${id} 又有数据。`, `Device ${id} delivers again.`]] : [];
      }
      const silent = counts.failures - before.failures >= FAILURES;
      if (before.away || lastError === null || !(state === 'waiting' || silent)) return [];
      seen.set(id, { ...before, away: true });
      return [
        [`设备 ${id} 没有数据，其读数记为缺失：${lastError}`, `Device ${id} delivers nothing, its readings are missing: ${lastError}`],
      ];
    });
}

/** Says it on standard error for as long as it is not ended. */
export function sayDevices(statuses: () => readonly SourceStatus[]): () => void {
  const newsOf = deviceNews();
  const look = setInterval(() => {
    for (const [zh, en] of newsOf(statuses())) say(zh, en);
  }, LOOK_MS);
  return () => clearInterval(look);
}
