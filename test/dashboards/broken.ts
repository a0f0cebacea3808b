import type { Services } from '../../dashboards/server/services.ts';

/** What may stand in the way of seeing what is. */
export type Trouble = 'store-away' | 'clock-wrong' | 'source-dead';
const HOUR_MS = 3_600_000;

/** A plant's services with one thing wrong: the store does not answer, readings come from the future, or its only source is not reached. */
export async function broken(services: Services, trouble: Trouble): Promise<Services> {
  if (trouble === 'store-away') return { ...services, latest: () => Promise.reject(new Error('away')) };
  if (trouble === 'clock-wrong') {
    const ahead = [...(await services.latest())].map(([id, one]) => [id, { ...one, timeMs: one.timeMs + HOUR_MS }] as const);
    return { ...services, latest: async () => new Map(ahead) };
  }
  const counts = { requests: 0, failures: 1, reconnects: 0, resynchronisations: 0, lateCycles: 0, quarantined: 0 };
  return { ...services, sources: () => [{ id: 'gw', state: 'waiting', lastSuccessMs: null, lastError: 'ECONNREFUSED', counts }] };
}
