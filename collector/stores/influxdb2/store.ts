import { dirname } from 'node:path';
import type { Plant } from '../../../config/plant/plant.ts';
import type { StoreDefinition } from '../../../config/plant/schema.ts';
import { readSecret } from '../../../config/plant/secret.ts';
import { InfluxReader } from '../influxql.ts';
import { channelResults, type Ledger } from '../ledger.ts';
import { influxClient } from '../line-v1.ts';
import { influx2Sender } from '../line-v2.ts';
import { remoteStore, TIMEOUT_MS } from '../remote.ts';
import type { Store } from '../store.ts';

/**
 * The samples of one plant in a bucket of InfluxDB 2.x: written through `/api/v2/write`, read in InfluxQL through `/query`, which
 * InfluxDB 2 keeps for clients of version 1. It needs the bucket's DBRP mapping: every bucket has a virtual one of its own name.
 *
 * The bucket is not created: its retention is the owner's to say. A bucket that is absent (404) or a token that may not write (401)
 * leaves everything in the journal until that is put right.
 */
export async function openInflux2Store(
  plant: Pick<Plant, 'id' | 'path' | 'dataDir'> & Ledger,
  definition: Extract<StoreDefinition, { engine: 'influxdb2' }>,
  timeoutMs = TIMEOUT_MS,
): Promise<Store> {
  const { url, org, bucket } = definition;
  const token = readSecret(definition.token, dirname(plant.path), url);
  const client = influxClient(definition.queryUrl ?? url, bucket, { headers: { Authorization: `Token ${token}` } }, timeoutMs);
  const reader = new InfluxReader(client, plant.id);
  const engine = {
    engine: 'influxdb2',
    reader,
    plant: plant.id,
    readResults: reader.results.bind(reader),
    backlogPerSecond: definition.backlogPerSecond,
    describe: (timeMs: number) => channelResults(plant, timeMs),
    prepare: () => Promise.resolve(false),
    ...influx2Sender({ url, org, bucket, token, timeoutMs }, plant.id),
  };
  return remoteStore(engine, plant.dataDir, `${url} ${org} ${bucket}`);
}
