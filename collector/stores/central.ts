import { dirname } from 'node:path';
import { readSecret } from '../../config/plant/secret.ts';
import type { IngestFile } from '../../config/plant/stores.ts';
import type { Sender } from './halve.ts';
import { ensureDatabase } from './influxdb1/database.ts';
import { InfluxReader } from './influxql.ts';
import { influx1Sender, influxClient } from './line-v1.ts';
import { influx2Sender } from './line-v2.ts';
import { placeOf } from './mqtt/message.ts';
import { remoteStore, TIMEOUT_MS } from './remote.ts';
import type { Results } from './results.ts';
import type { Store, StoreReader } from './store.ts';
import { VictoriaReader } from './victoriametrics/read.ts';
import { Server } from './victoriametrics/server.ts';
import { victoriaSender } from './victoriametrics/write.ts';

type Definition = IngestFile['stores'][number];

/** Samples in a central journal bear their plant and turn in the channel's name: they become tags. */
function tagsOf(name: string): Readonly<Record<string, string>> {
  const { plant, turn, channel } = placeOf(name);
  return { plant, channel, ...(turn === 0 ? {} : { turn: String(turn) }) };
}

/**
 * The store of many plants that an `ingest` process writes to. Each plant is read there as from a store of its own.
 *
 * @param path file of the process, from which paths of secrets count.
 * @param process its name.
 */
export function openCentralStore(definition: Definition, path: string, dataDir: string, process: string): Store {
  const { sender, prepare, place, readResults } = engineOf(definition, dirname(path));
  const refuse = (): Promise<never> => Promise.reject(new Error('a central store is read plant by plant'));
  const reader: StoreReader = { samples: refuse, latest: refuse, partials: refuse, counts: refuse };
  const { engine, backlogPerSecond } = definition;
  return remoteStore({ engine, reader, readResults, plant: '', process, backlogPerSecond, prepare, ...sender }, dataDir, place);
}

interface Reached {
  readonly sender: Sender;
  readonly place: string;
  /** Of what belongs to no plant: the version of the layout. */
  readonly readResults: Results['read'];
  prepare(): Promise<boolean>;
}

function engineOf(definition: Definition, base: string): Reached {
  const { url } = definition;
  switch (definition.engine) {
    case 'influxdb1': {
      const { database, username, password } = definition;
      const login = {
        username: username ? readSecret(username, base, url) : '',
        password: password ? readSecret(password, base, url) : '',
      };
      const client = influxClient(url, database, login, TIMEOUT_MS);
      const prepare = (): Promise<boolean> => ensureDatabase(client, database);
      const sender = influx1Sender({ url, database, login, timeoutMs: TIMEOUT_MS }, '', tagsOf);
      const reader = new InfluxReader(client, '');
      return { sender, prepare, place: `${url} ${database}`, readResults: reader.results.bind(reader) };
    }
    case 'influxdb2': {
      const { org, bucket } = definition;
      const token = readSecret(definition.token, base, url);
      const sender = influx2Sender({ url, org, bucket, token, timeoutMs: TIMEOUT_MS }, '', tagsOf);
      const client = influxClient(definition.queryUrl ?? url, bucket, { headers: { Authorization: `Token ${token}` } }, TIMEOUT_MS);
      const reader = new InfluxReader(client, '');
      const place = `${url} ${org} ${bucket}`;
      return { sender, prepare: () => Promise.resolve(false), place, readResults: reader.results.bind(reader) };
    }
    case 'victoriametrics': {
      const { queryUrl = url, lineProtocol, username, password } = definition;
      const login = username
        ? { username: readSecret(username, base, url), password: password ? readSecret(password, base, url) : '' }
        : null;
      const server = new Server(url, queryUrl, login, TIMEOUT_MS);
      const sender = victoriaSender({ url, login, timeoutMs: TIMEOUT_MS }, lineProtocol, '', tagsOf);
      const reader = new VictoriaReader(server, '');
      return { sender, prepare: () => server.checkDeduplication().then(() => false), place: url, readResults: reader.results.bind(reader) };
    }
  }
}
