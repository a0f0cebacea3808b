import { dirname } from 'node:path';
import type { Plant } from '../../../config/plant/plant.ts';
import type { StoreDefinition } from '../../../config/plant/schema.ts';
import { readSecret } from '../../../config/plant/secret.ts';
import { InfluxReader } from '../influxql.ts';
import { channelResults, type Ledger } from '../ledger.ts';
import { influx1Sender, influxClient } from '../line-v1.ts';
import { remoteStore, TIMEOUT_MS } from '../remote.ts';
import type { Store } from '../store.ts';
import { ensureDatabase } from './database.ts';

/**
 * The samples of one plant in an InfluxDB 1.x database.
 *
 * Measurement `sample`, tags `plant` and `channel`, fields for ever of these types: `v` float, absent where the sample is missing; `q`,
 * `r`, `o` integers, the codes of quality, reason and origin. A point written again overwrites itself.
 *
 * Opening does not need the server: it is asked when something is written or read.
 */
export async function openInflux1Store(
  plant: Pick<Plant, 'id' | 'path' | 'dataDir'> & Ledger,
  definition: Extract<StoreDefinition, { engine: 'influxdb1' }>,
  timeoutMs = TIMEOUT_MS,
): Promise<Store> {
  const { url, database } = definition;
  const login = {
    username: definition.username ? readSecret(definition.username, dirname(plant.path), url) : '',
    password: definition.password ? readSecret(definition.password, dirname(plant.path), url) : '',
  };
  const client = influxClient(url, database, login, timeoutMs);
  const reader = new InfluxReader(client, plant.id);
  const engine = {
    engine: 'influxdb1',
    reader,
    plant: plant.id,
    readResults: reader.results.bind(reader),
    backlogPerSecond: definition.backlogPerSecond,
    describe: (timeMs: number) => channelResults(plant, timeMs),
    prepare: () => ensureDatabase(client, database),
    ...influx1Sender({ url, database, login, timeoutMs }, plant.id),
  };
  return remoteStore(engine, plant.dataDir, `${url} ${database}`);
}
