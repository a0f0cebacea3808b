import { createHash } from 'node:crypto';
import { dirname, join } from 'node:path';
import { InfluxDB } from 'influx';
import type { Plant } from '../../../config/plant/plant.ts';
import type { StoreDefinition } from '../../../config/plant/schema.ts';
import type { JournalGroup } from '../../journal/record.ts';
import { type CursorFile, cursorFile } from '../cursor.ts';
import { quarantineFile } from '../quarantine.ts';
import { samplesOf } from '../rows.ts';
import { readSecret } from '../secret.ts';
import type { Store, StoreReader } from '../store.ts';
import { ensureDatabase } from './database.ts';
import { InfluxReader } from './read.ts';
import { SampleWriter } from './write.ts';

/**
 * The samples of one plant in an InfluxDB 1.x database, through the `influx` client without its retries: the journal is the buffer.
 *
 * Measurement `sample`, tags `plant` and `channel`, fields for ever of these types: `v` float, absent where the sample is missing; `q`,
 * `r`, `o` integers, the codes of quality, reason and origin. A point written again overwrites itself.
 *
 * Opening does not need the server: it is asked when something is written or read.
 */
export async function openInflux1Store(
  plant: Pick<Plant, 'id' | 'path' | 'dataDir'>,
  definition: Extract<StoreDefinition, { engine: 'influxdb1' }>,
): Promise<Store> {
  const url = new URL(definition.url);
  const protocol = url.protocol === 'https:' ? 'https' : 'http';
  const client = new InfluxDB({
    host: url.hostname,
    port: Number(url.port === '' ? (protocol === 'https' ? 443 : 8086) : url.port),
    protocol,
    path: url.pathname === '/' ? '' : url.pathname,
    database: definition.database,
    username: definition.username ? await readSecret(definition.username, dirname(plant.path)) : '',
    password: definition.password ? await readSecret(definition.password, dirname(plant.path)) : '',
    pool: { maxRetries: 0, requestTimeout: 30_000 },
  });
  const name = `influxdb1-${createHash('sha256').update(`${definition.url} ${definition.database}`).digest('hex').slice(0, 12)}`;
  return new InfluxStore(
    client,
    definition.database,
    new SampleWriter(client, plant.id, quarantineFile(plant.dataDir, name)),
    new InfluxReader(client, plant.id),
    cursorFile(join(plant.dataDir, 'cursors', `${name}.json`)),
  );
}

class InfluxStore implements Store {
  readonly engine = 'influxdb1';
  readonly reader: StoreReader;
  readonly #client: InfluxDB;
  readonly #database: string;
  readonly #writer: SampleWriter;
  readonly #cursor: CursorFile;
  #ready = false;

  constructor(client: InfluxDB, database: string, writer: SampleWriter, reader: StoreReader, cursor: CursorFile) {
    this.#client = client;
    this.#database = database;
    this.#writer = writer;
    this.reader = reader;
    this.#cursor = cursor;
  }

  cursor(): Promise<number> {
    return this.#cursor.read();
  }

  async write(groups: readonly JournalGroup[]): Promise<void> {
    const after = await this.#cursor.read();
    const fresh = groups.filter(({ seq }) => seq > after);
    if (fresh.length === 0) return;
    try {
      if (!this.#ready) await ensureDatabase(this.#client, this.#database);
      this.#ready = true;
      await this.#writer.write(samplesOf(fresh));
    } catch (error) {
      this.#ready = false;
      throw error;
    }
    await this.#cursor.write(fresh.at(-1)!.seq);
  }

  rewind(seq: number): Promise<void> {
    return this.#cursor.write(seq);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
