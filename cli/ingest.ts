import { mkdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { Command } from 'commander';
import { type Journal, openJournal } from '../collector/journal/journal.ts';
import { keepIntake } from '../collector/recorder/intake-journal.ts';
import { plainSink } from '../collector/recorder/journalled.ts';
import { systemClock } from '../collector/sources/clock.ts';
import { type BrokerConnection, type BrokerSettings, type Held, openBroker } from '../collector/sources/mqtt/broker.ts';
import { handOver, type Read } from '../collector/sources/mqtt/hand-over.ts';
import type { Sink } from '../collector/sources/source.ts';
import { Supervisor } from '../collector/sources/supervisor.ts';
import { openCentralStore } from '../collector/stores/central.ts';
import { follow } from '../collector/stores/follow.ts';
import { centralChannel, decodeMessage } from '../collector/stores/mqtt/message.ts';
import { setBack } from '../collector/stores/set-back.ts';
import { loadIngest } from '../config/plant/ingest.ts';
import { readSecret, readSecretFile } from '../config/plant/secret.ts';
import type { IngestFile } from '../config/plant/stores.ts';
import { untilToldToStop } from './collecting.ts';
import { watchDisk } from './disk.ts';
import { lastRecordMs } from './last-record.ts';
import { say } from './output.ts';
import { keepJournalSmall, keepOf } from './retention.ts';
import { newsOfStore, sayShort, sayWaiting } from './store-news.ts';

export function define(program: Command): void {
  program
    .command('ingest')
    .argument('<file>', '中心接收进程的配置文件 / file of the central process')
    .description(
      '中心接收：多个进程共享一个 MQTT 5 订阅，把各企业送来的读数写入日志与中心存储\n' +
        'Central ingest: processes share an MQTT 5 subscription and write what plants send into a journal and the central store',
    )
    .action(async (path: string) => {
      const ingest = await startIngest(await loadIngest(path), path);
      say('正在接收。按 Ctrl-C 结束。', 'Ingesting. Ctrl-C ends it.');
      await untilToldToStop();
      await ingest.stop();
    });
}

const CONNECT_TIMEOUT_MS = 10_000;

/**
 * Takes part in the shared subscription. A message is acknowledged once it is in this process's journal; the stores follow the journal.
 * Messages that this process took and did not journal go to it again: its session stays while it is away.
 */
export async function startIngest(file: IngestFile, path: string): Promise<{ readonly journal: Journal; stop(): Promise<void> }> {
  const dataDir = resolve(dirname(path), file.data);
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const journal = await openJournal(join(dataDir, 'journal'), { plant: file.name });
  const foundSeq = journal.head().seq;
  const ending = new AbortController();
  const intake = await keepIntake(journal, dataDir, systemClock, await lastRecordMs(journal, dataDir));
  const recorder = plainSink(journal, { source: file.name, intake: intake.book.of(file.name) });
  const stores = file.stores.map((definition) => openCentralStore(definition, path, dataDir, file.name));
  for (const store of stores) await setBack(store, foundSeq);
  for (const store of stores) await sayShort(store, journal.dir, recorder).catch(() => undefined);
  const news = stores.map((store) => newsOfStore(store, recorder, () => sayShort(store, journal.dir, recorder)));
  const following = stores.map((store, index) =>
    follow(journal, store, { signal: ending.signal, onProgress: (progress) => news[index]!.progress(progress) }),
  );
  const stopDropping = keepJournalSmall(() => keepOf(file), journal, stores, recorder);
  const space = watchDisk(journal, recorder);
  const sayBroker = brokerNews();
  const writing = new Set<Promise<void>>();
  let arrived: Held[] = [];
  let over = false;
  const take = (message: Held): void => {
    if (arrived.push(message) > 1) return;
    setImmediate(() => {
      const messages = arrived;
      arrived = [];
      if (over) return;
      const done = keep(recorder, messages).finally(() => writing.delete(done));
      writing.add(done);
    });
  };
  const topics = { wanted: [`$share/${file.share}/${file.topic}`], welcome: [] };
  const supervisor: Supervisor<BrokerConnection> = new Supervisor<BrokerConnection>(
    {
      open: (signal) => openBroker(settingsOf(file, path), topics, take, (connection, error) => supervisor.lost(connection, error), signal),
      close: (connection) => connection.close(),
    },
    systemClock,
    (state, error) => {
      if (error !== null) sayBroker(error.message);
      if (state !== 'online') return;
      sayBroker(null);
      supervisor.proved();
    },
  );
  supervisor.start();
  return {
    journal,
    async stop() {
      over = true;
      supervisor.stop();
      await Promise.all(writing);
      await intake.stop().catch(() => undefined);
      ending.abort();
      await stopDropping();
      await space.stop();
      await Promise.all(following);
      for (const store of stores) await sayWaiting(store, journal.head().seq);
      for (const store of stores) await store.close();
      await journal.close();
    },
  };
}

/** Of one trouble only the first attempt is told, and its end. */
function brokerNews(): (problem: string | null) => void {
  let said: string | null = null;
  return (problem) => {
    if (problem === said) return;
    if (problem === null) say('消息服务器：已恢复连接。', 'broker: connected again.');
    else say(`消息服务器：${problem}`, `broker: ${problem}`);
    said = problem;
  };
}

/** Those that were not written go to this process again. */
function keep(sink: Sink, messages: readonly Held[]): Promise<void> {
  return handOver(sink, messages.map(readOf)).catch(() => undefined);
}

/** What does not parse is kept whole, with its reason, and stops nothing. */
function readOf(message: Held): Read {
  const { topic, payload } = message;
  const text = payload.toString('utf8');
  try {
    const { plant, samples } = decodeMessage(text);
    const central = samples.map(({ sample, turn }) => ({ ...sample, channel: centralChannel(plant, turn, sample.channel) }));
    return { message, samples: central, quarantined: [] };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { message, samples: [], quarantined: [{ timeMs: Date.now(), source: topic, reason, raw: text }] };
  }
}

function settingsOf({ broker, name }: IngestFile, path: string): BrokerSettings {
  const { url, username, password, ca, cert, key, clientId = `liangheng-ingest-${name}` } = broker;
  const base = dirname(path);
  const file = (at: string): Buffer => readSecretFile(resolve(base, at), url);
  return {
    url,
    version: 5,
    clientId,
    ...(username === undefined ? {} : { username: readSecret(username, base, url) }),
    ...(password === undefined ? {} : { password: readSecret(password, base, url) }),
    ...(ca === undefined ? {} : { ca: file(ca) }),
    ...(cert === undefined ? {} : { cert: file(cert) }),
    ...(key === undefined ? {} : { key: file(key) }),
    qos: 1,
    connectTimeoutMs: CONNECT_TIMEOUT_MS,
  };
}
