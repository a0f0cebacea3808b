import type { Services } from './services.ts';

/** A reading so far ahead of this machine's clock says that one of the two is wrong. */
const AHEAD_MS = 2 * 60_000;

/** Whether what the pages show is what is. */
export async function stateOf(services: Services) {
  const nowMs = Date.now();
  const latest = await services.latest().catch(() => null);
  const operation = (await services.operation?.().catch(() => null)) ?? null;
  const sources = services.sources();
  const times = [...(latest ?? new Map()).values()].map(({ timeMs }: { timeMs: number }) => timeMs);
  const newestMs = times.length === 0 ? null : Math.max(...times);
  const cursor = operation?.stores[0]?.cursor ?? null;
  const isAway = latest === null || (operation !== null && operation.stores.length > 0 && cursor === null);
  return {
    nowMs,
    store: isAway ? ('away' as const) : ('ok' as const),
    caughtUp: operation?.caughtUp ?? true,
    behind: operation?.journalSeq == null || cursor === null ? null : Math.max(0, operation.journalSeq - cursor),
    disk: operation?.disk == null ? null : { usedShare: operation.disk.usedShare, almostFull: operation.disk.fullSinceMs !== null },
    storesAway: (operation?.stores ?? []).filter(({ away }) => away !== null).map(({ engine }) => engine),
    collecting: sources.length > 0,
    sources: { online: sources.filter(({ state }) => state === 'online').length, total: sources.length },
    newestMs,
    clock: newestMs !== null && newestMs - nowMs > AHEAD_MS ? ('wrong' as const) : ('ok' as const),
  };
}
