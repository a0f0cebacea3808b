import { createHash } from 'node:crypto';
import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { connectAsync, type IClientOptions, type MqttClient, type Packet } from 'mqtt';
import type { Plant } from '../../../config/plant/plant.ts';
import type { StoreDefinition } from '../../../config/plant/schema.ts';
import { readSecret, readSecretFile } from '../../../config/plant/secret.ts';
import { Fault } from '../../../config/words/fault.ts';
import type { JournalGroup } from '../../journal/record.ts';
import { TIMEOUT_MS, withoutLogin } from '../remote.ts';
import { samplesOf } from '../rows.ts';
import type { Store, StoreReader } from '../store.ts';
import { encodeMessage, type Turned } from './message.ts';

const MESSAGE_SAMPLES = 2000;

/** MQTT 5: the broker took the message and had nobody to keep it for. @source OASIS MQTT 5.0, 3.4.2.1, reason code 0x10 */
const NOBODY = 0x10;

/** How far it has sent, and the newest time of each channel by then: what is not newer replaces something. */
interface Sent {
  seq: number;
  newest: Record<string, number>;
}

/**
 * Sends a plant's samples to the central `ingest` processes behind a broker. A group is sent once the broker has acknowledged all its
 * messages; after a crash or a lost acknowledgement the same is sent again, in the same words.
 *
 * It cannot be read: whether the central store holds everything is seen there.
 */
export async function openMqttStore(
  plant: Pick<Plant, 'id' | 'path' | 'dataDir'>,
  definition: Extract<StoreDefinition, { engine: 'mqtt' }>,
  timeoutMs = TIMEOUT_MS,
): Promise<Store> {
  const { url, topic } = definition;
  const name = `mqtt-${createHash('sha256').update(`${url} ${topic}`).digest('hex').slice(0, 12)}`;
  const path = join(plant.dataDir, 'cursors', `${name}.json`);
  const options = optionsOf(plant, definition, timeoutMs);
  return new MqttStore(plant.id, url, topic.replaceAll('{plant}', plant.id), options, path, await readSent(path), timeoutMs);
}

class MqttStore implements Store {
  readonly engine = 'mqtt';
  readonly sendsOnly = true;
  readonly reader: StoreReader;
  readonly #plant: string;
  readonly #url: string;
  readonly #topic: string;
  readonly #options: IClientOptions;
  readonly #path: string;
  readonly #sent: Sent;
  readonly #timeoutMs: number;
  #client: MqttClient | null = null;

  constructor(plant: string, url: string, topic: string, options: IClientOptions, path: string, sent: Sent, timeoutMs: number) {
    this.#plant = plant;
    this.#url = url;
    this.#topic = topic;
    this.#options = options;
    this.#path = path;
    this.#sent = sent;
    this.#timeoutMs = timeoutMs;
    const refuse = (): Promise<never> => Promise.reject(unreadable(url));
    this.reader = { samples: refuse, latest: refuse, partials: refuse, counts: refuse };
  }

  get place(): string {
    return `${withoutLogin(this.#url)} ${this.#topic}`;
  }

  cursor(): Promise<number> {
    return Promise.resolve(this.#sent.seq);
  }

  async write(groups: readonly JournalGroup[]): Promise<void> {
    const fresh = groups.filter(({ seq }) => seq > this.#sent.seq);
    if (fresh.length === 0) return;
    const newest = { ...this.#sent.newest };
    const samples: Turned[] = [];
    for (const group of fresh) {
      for (const sample of samplesOf([group])) {
        const before = newest[sample.channel];
        const replaces = before !== undefined && sample.timeMs <= before;
        samples.push({ sample, turn: replaces ? group.seq : 0 });
        if (!replaces) newest[sample.channel] = sample.timeMs;
      }
    }
    await this.#publish(samples);
    const sent = { seq: fresh.at(-1)!.seq, newest };
    await writeSent(this.#path, sent);
    Object.assign(this.#sent, sent);
  }

  restore(): Promise<void> {
    return Promise.reject(unreadable(this.#url));
  }

  async rewind(seq: number): Promise<void> {
    const sent = { ...this.#sent, seq };
    await writeSent(this.#path, sent);
    Object.assign(this.#sent, sent);
  }

  async close(): Promise<void> {
    await this.#client?.endAsync(true);
    this.#client = null;
  }

  async #publish(samples: readonly Turned[]): Promise<void> {
    const client = this.#client ?? (await connectAsync(this.#url, this.#options, false));
    this.#client = client;
    let fail: (cause: Error) => void = () => undefined;
    const failed = new Promise<never>((_, reject) => {
      fail = reject;
    });
    failed.catch(() => undefined);
    const lost = (): void => fail(new Error('the broker closed the connection'));
    const timer = setTimeout(() => fail(new Error('the broker did not acknowledge in time')), this.#timeoutMs);
    client.once('close', lost);
    client.once('error', fail);
    let nobody = false;
    // The package takes this answer for success and does not hand it on.
    const look = (packet: Packet): void => {
      if (packet.cmd === 'puback' && packet.reasonCode === NOBODY) nobody = true;
    };
    client.on('packetreceive', look);
    try {
      const messages: Promise<unknown>[] = [];
      for (let from = 0; from < samples.length; from += MESSAGE_SAMPLES) {
        const text = encodeMessage({ plant: this.#plant, samples: samples.slice(from, from + MESSAGE_SAMPLES) });
        messages.push(client.publishAsync(this.#topic, text, { qos: 1 }));
      }
      await Promise.race([Promise.all(messages), failed]);
      if (nobody) throw unheard(this.#url, this.#topic);
    } catch (error) {
      this.#client = null;
      client.on('error', () => undefined);
      client.end(true);
      throw error;
    } finally {
      clearTimeout(timer);
      client.off('close', lost);
      client.off('error', fail);
      client.off('packetreceive', look);
    }
  }
}

function optionsOf(
  plant: Pick<Plant, 'id' | 'path'>,
  definition: Extract<StoreDefinition, { engine: 'mqtt' }>,
  timeoutMs: number,
): IClientOptions {
  const { url, username, password, ca, cert, key, clientId = `liangheng-${plant.id}-store` } = definition;
  const base = dirname(plant.path);
  const file = (path: string): Buffer => readSecretFile(resolve(base, path), url);
  return {
    protocolVersion: 5,
    clientId,
    clean: true,
    reconnectPeriod: 0,
    connectTimeout: timeoutMs,
    ...(username === undefined ? {} : { username: readSecret(username, base, url) }),
    ...(password === undefined ? {} : { password: readSecret(password, base, url) }),
    ...(ca === undefined ? {} : { ca: file(ca) }),
    ...(cert === undefined ? {} : { cert: file(cert) }),
    ...(key === undefined ? {} : { key: file(key) }),
  };
}

/** From the start where the file is absent or damaged: what is sent again replaces itself. */
async function readSent(path: string): Promise<Sent> {
  try {
    const { seq, newest } = JSON.parse(await readFile(path, 'utf8')) as Partial<Sent>;
    if (Number.isSafeInteger(seq) && typeof newest === 'object' && newest !== null) return { seq: seq!, newest };
  } catch (error) {
    if (!(error instanceof SyntaxError) && (error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  return { seq: 0, newest: {} };
}

async function writeSent(path: string, sent: Sent): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const handle = await open(`${path}.new`, 'w', 0o600);
  try {
    await handle.writeFile(`${JSON.stringify(sent)}\n`);
    await handle.datasync();
  } finally {
    await handle.close();
  }
  await rename(`${path}.new`, path);
}

const unheard = (url: string, topic: string): Fault =>
  new Fault({
    code: 'store.nobody-subscribes',
    place: `${url} ${topic}`,
    zh: '消息服务器上没有任何订阅者，消息不会被保存；读数留在日志中，待中心的 ingest 进程订阅后自动补发',
    en: 'nobody subscribes at the broker, which keeps no message then; readings stay in the journal and are sent once an ingest process does',
  });

const unreadable = (url: string): Fault =>
  new Fault({
    code: 'store.sends-only',
    place: url,
    zh: '经 MQTT 送往中心的数据不能从这里读回；请在中心存储查询，或再配一个本地存储（duckdb）',
    en: 'what is sent to a centre over MQTT cannot be read back from here; ask the central store, or configure a local one (duckdb) too',
  });
