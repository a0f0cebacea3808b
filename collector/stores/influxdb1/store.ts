import { dirname } from 'node:path';
import { InfluxDB } from 'influx';
import type { Plant } from '../../../config/plant/plant.ts';
import type { StoreDefinition } from '../../../config/plant/schema.ts';
import { remoteStore, TIMEOUT_MS } from '../remote.ts';
import { readSecret } from '../secret.ts';
import type { Store } from '../store.ts';
import { ensureDatabase } from './database.ts';
import { InfluxReader } from './read.ts';
import { influx1Sender } from './write.ts';

/** Without a user's name the client sends one of its own, unless the name is no text. */
const NO_LOGIN: object = { username: null };

/** The client would answer by itself for a while after a failure; who calls it waits long enough. */
const NO_BACKOFF = { getDelay: () => 0, next: () => NO_BACKOFF, reset: () => NO_BACKOFF };

/** The `influx` client without its retries: the journal is the buffer. `headers` go with every request. */
export function influxClient(
  address: string,
  database: string,
  login: { readonly username?: string; readonly password?: string; readonly headers?: Readonly<Record<string, string>> },
  timeoutMs: number,
): InfluxDB {
  const url = new URL(address);
  const protocol = url.protocol === 'https:' ? 'https' : 'http';
  return new InfluxDB({
    host: url.hostname,
    port: Number(url.port === '' ? (protocol === 'https' ? 443 : 8086) : url.port),
    protocol,
    path: url.pathname.replace(/\/$/, ''),
    database,
    username: login.username ?? '',
    password: login.password ?? '',
    ...(login.headers ? { options: { headers: { ...login.headers } }, ...NO_LOGIN } : {}),
    pool: { maxRetries: 0, requestTimeout: timeoutMs, backoff: NO_BACKOFF },
  });
}

/**
 * The samples of one plant in an InfluxDB 1.x database.
 *
 * Measurement `sample`, tags `plant` and `channel`, fields for ever of these types: `v` float, absent where the sample is missing; `q`,
 * `r`, `o` integers, the codes of quality, reason and origin. A point written again overwrites itself.
 *
 * Opening does not need the server: it is asked when something is written or read.
 */
export async function openInflux1Store(
  plant: Pick<Plant, 'id' | 'path' | 'dataDir'>,
  definition: Extract<StoreDefinition, { engine: 'influxdb1' }>,
  timeoutMs = TIMEOUT_MS,
): Promise<Store> {
  const { url, database } = definition;
  const login = {
    username: definition.username ? await readSecret(definition.username, dirname(plant.path)) : '',
    password: definition.password ? await readSecret(definition.password, dirname(plant.path)) : '',
  };
  const client = influxClient(url, database, login, timeoutMs);
  const engine = {
    engine: 'influxdb1',
    reader: new InfluxReader(client, plant.id),
    prepare: () => ensureDatabase(client, database),
    ...influx1Sender(client, plant.id, database),
  };
  return remoteStore(engine, plant.dataDir, `${url} ${database}`);
}
