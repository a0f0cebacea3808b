import { dirname } from 'node:path';
import type { Plant } from '../../../config/plant/plant.ts';
import type { StoreDefinition } from '../../../config/plant/schema.ts';
import { readSecret } from '../../../config/plant/secret.ts';
import { channelResults, type Ledger } from '../ledger.ts';
import { remoteStore, TIMEOUT_MS } from '../remote.ts';
import type { Store } from '../store.ts';
import { VictoriaReader } from './read.ts';
import { Server } from './server.ts';
import { Turns, turningSender, victoriaSender } from './write.ts';

/** A cluster shows what was written within seconds, and remembers for ten of them that it found nothing. */
const VISIBLE_MS = 15_000;

/**
 * The samples of one plant in a VictoriaMetrics, one node or a cluster: written as line protocol of version 1 or 2, read through its
 * export.
 *
 * Series `sample_v`, `sample_q`, `sample_r`, `sample_o` with the labels `plant` and `channel`, and `turn` where a reading was replaced.
 */
export async function openVictoriaMetricsStore(
  plant: Pick<Plant, 'id' | 'path' | 'dataDir'> & Ledger,
  definition: Extract<StoreDefinition, { engine: 'victoriametrics' }>,
  timeoutMs = TIMEOUT_MS,
  visibleMs = VISIBLE_MS,
): Promise<Store> {
  const { url, queryUrl = url, lineProtocol } = definition;
  const base = dirname(plant.path);
  const login = definition.username
    ? {
        username: readSecret(definition.username, base, url),
        password: definition.password ? readSecret(definition.password, base, url) : '',
      }
    : null;
  const server = new Server(url, queryUrl, login, timeoutMs);
  const sender = turningSender(new Turns(server, plant.id, visibleMs), (tags) =>
    victoriaSender({ url, login, timeoutMs }, lineProtocol, plant.id, tags),
  );
  const reader = new VictoriaReader(server, plant.id);
  const engine = {
    engine: 'victoriametrics',
    reader,
    plant: plant.id,
    readResults: reader.results.bind(reader),
    // A cluster shows late what was written, so that a backlog behind live data would wait for each of its batches.
    ...(queryUrl === url ? {} : { inOrder: true as const }),
    describe: (timeMs: number) => channelResults(plant, timeMs),
    prepare: () => server.checkDeduplication().then(() => false),
    ...sender,
  };
  return remoteStore(engine, plant.dataDir, url);
}
