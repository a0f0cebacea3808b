import type { SourceStatus } from '../collector/sources/source.ts';
import { say } from './output.ts';

const LOOK_MS = 2_000;
/** Looks with further failures and no success since, after which a device that is connected is called silent. */
const FAILED_LOOKS = 3;

interface Seen {
  readonly lastSuccessMs: number | null;
  readonly failures: number;
  /** Looks at which it had failed again since it last delivered. */
  readonly failedLooks: number;
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
      const before = seen.get(id) ?? { lastSuccessMs: null, failures: 0, failedLooks: 0, away: false };
      if (lastSuccessMs !== before.lastSuccessMs) {
        seen.set(id, { lastSuccessMs, failures: counts.failures, failedLooks: 0, away: false });
        return before.away ? [[`设备 ${id} 又有数据。`, `Device ${id} delivers again.`]] : [];
      }
      const failedLooks = before.failedLooks + (counts.failures > before.failures ? 1 : 0);
      const away = lastError !== null && (state === 'waiting' || failedLooks >= FAILED_LOOKS);
      seen.set(id, { lastSuccessMs, failures: counts.failures, failedLooks, away: before.away || away });
      if (before.away || !away) return [];
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
