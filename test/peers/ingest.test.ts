import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { connectAsync } from 'mqtt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openJournal } from '../../collector/journal/journal.ts';
import { openJournalReader } from '../../collector/journal/reader.ts';
import type { JournalGroup } from '../../collector/journal/record.ts';
import { follow } from '../../collector/stores/follow.ts';
import { openInflux1Store } from '../../collector/stores/influxdb1/store.ts';
import { intakeResults } from '../../collector/stores/intake.ts';
import { openMqttStore } from '../../collector/stores/mqtt/store.ts';
import { samplesOf } from '../../collector/stores/rows.ts';
import { openVictoriaMetricsStore } from '../../collector/stores/victoriametrics/store.ts';
import { group, sample } from '../collector/stores/contract.ts';
import { type Influxd, startInfluxd } from './influxd.ts';
import { Mosquitto } from './mosquitto.ts';
import { startVictoriaMetrics, type VictoriaMetrics } from './victoria-metrics.ts';

const T0 = Date.UTC(2026, 2, 1);
const PLANTS = ['p1', 'p2', 'p3'];
const ROUNDS = 40;

describe('two central ingest processes that share a subscription', () => {
  let [influxd, victoria, broker] = [null as Influxd | null, null as VictoriaMetrics | null, null as Mosquitto | null];
  const children: ChildProcess[] = [];
  beforeAll(async () => {
    [influxd, victoria, broker] = await Promise.all([startInfluxd(), startVictoriaMetrics(), Mosquitto.start()]);
  });
  afterAll(async () => {
    for (const child of children) if (child.exitCode === null) child.kill('SIGKILL');
    await Promise.all([influxd?.remove(), victoria?.remove(), broker?.remove()]);
  });

  /** A process of its own; settles once it takes part. */
  async function ingest(file: string): Promise<ChildProcess> {
    const child = spawn(process.execPath, ['--import', 'tsx', 'cli/main.ts', 'ingest', file], { stdio: ['ignore', 'ignore', 'pipe'] });
    children.push(child);
    await new Promise<void>((resolve, reject) => {
      let said = '';
      child.stderr!.on('data', (bytes: Buffer) => {
        said += bytes.toString();
        if (said.includes('Ctrl-C')) resolve();
      });
      child.once('exit', (code) => reject(new Error(`ingest ended with ${code}: ${said}`)));
    });
    return child;
  }

  it('store what plants send once, late data and corrections in the place of what they replace, over a kill and a broker that restarts', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'liangheng-ingest-'));
    const fileOf = async (name: string): Promise<string> => {
      const stores = `- { engine: influxdb1, url: '${influxd!.url}', database: centre }\n  - { engine: victoriametrics, url: '${victoria!.url}' }`;
      await writeFile(
        join(folder, `${name}.yaml`),
        `name: ${name}\ndata: ${name}\nbroker: { url: '${broker!.url}' }\nstores:\n  ${stores}\n`,
      );
      return join(folder, `${name}.yaml`);
    };
    const files = [await fileOf('c1'), await fileOf('c2')] as const;
    const [first, second] = [await ingest(files[0]), await ingest(files[1])];
    await setTimeout(500);

    const due = new Map<string, Map<string, number | null>>(PLANTS.map((id) => [id, new Map()]));
    const plants = await Promise.all(
      PLANTS.map(async (id) => {
        const dataDir = join(folder, id);
        const journal = await openJournal(join(dataDir, 'journal'), { plant: id });
        const plant = { id, path: join(dataDir, 'plant.yaml'), dataDir };
        const store = await openMqttStore(plant, { engine: 'mqtt', url: broker!.url, topic: 'liangheng/{plant}/samples' }, 2000);
        return { id, journal, store, plant, following: follow(journal, store) };
      }),
    );
    const put = (id: string, channel: string, minute: number, value: number | null) => {
      due.get(id)!.set(`${channel} ${T0 + minute * 60_000}`, value);
      return { kind: 'sample', sample: sample(channel, T0 + minute * 60_000, value) } as const;
    };
    let back: ChildProcess | null = null;
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const { id, journal } of plants) {
        const records = ['F1', 'F2'].flatMap((channel) =>
          [0, 1, 2].map((k) => put(id, channel, 3 * round + k, k === 1 ? null : round + k / 8)),
        );
        await journal.append(records);
        // What was missing comes late, and once more with another value.
        if (round % 5 === 4) await journal.append([put(id, 'F1', 3 * round - 2, -round), put(id, 'F2', 3 * round + 1, 0.5)]);
        if (round % 10 === 9) await journal.append([put(id, 'F1', 3 * round - 2, -2 * round)]);
      }
      if (round === 12) second.kill('SIGKILL');
      if (round === 14) await sendTwoThatAreBad(broker!.url);
      if (round === 20) await broker!.kill();
      if (round === 22) await broker!.run();
      if (round === 28) back = await ingest(files[1]);
      await setTimeout(20);
    }
    for (const { journal, store } of plants) await expect.poll(() => store.cursor()).toBe(journal.head().seq);

    const readers = plants.flatMap(({ plant, id }) => [
      { id, open: () => openInflux1Store(plant, { engine: 'influxdb1', url: influxd!.url, database: 'centre' }) },
      { id, open: () => openVictoriaMetricsStore(plant, { engine: 'victoriametrics', url: victoria!.url, lineProtocol: 2 }) },
    ]);
    for (const { id, open } of readers) {
      const store = await open();
      const held = async () => {
        const found: (readonly [string, number])[] = [];
        for (const channel of ['F1', 'F2']) {
          const { timeMs, value } = await store.reader.samples(channel, 0, 4e12);
          found.push(...Array.from(timeMs, (time, i) => [`${channel} ${time}`, value[i]!] as const));
        }
        return found;
      };
      const expected = [...due.get(id)!].map(([key, value]) => [key, value ?? Number.NaN] as const).sort(byKey);
      await expect.poll(async () => (await held()).sort(byKey), { timeout: 120_000 }).toEqual(expected);
      expect([store.engine, await store.reader.counts()]).toEqual([store.engine, new Map(['F1', 'F2'].map((name) => [name, 3 * ROUNDS]))]);
      const newest = (await store.reader.latest(['F1'])).get('F1')!;
      expect([newest.timeMs, newest.value]).toEqual([T0 + (3 * ROUNDS - 1) * 60_000, ROUNDS - 1 + 2 / 8]);
      await store.close();
    }

    for (const child of [first, back!]) {
      child.kill('SIGTERM');
      expect(await once(child, 'exit')).toEqual([0, null]);
    }
    // Of what each took it knows what became: all of it but what the one had not said when it was killed.
    expect(await countedBy(join(folder, 'c1', 'journal'))).toMatchObject({ difference: 0, unknown: false });
    const revived = await countedBy(join(folder, 'c2', 'journal'));
    expect(revived).toMatchObject({ difference: 0, unknown: true });
    expect((await countedBy(join(folder, 'c1', 'journal'))).aside + revived.aside).toBeGreaterThanOrEqual(2);

    // Both took part, and one did not take what the other did: what was on its way at the kill alone may stand with both.
    const taken = await Promise.all(['c1', 'c2'].map((name) => takenBy(join(folder, name, 'journal'))));
    const all = new Set(taken.flatMap((one) => [...one]));
    for (const { size } of taken) {
      expect(size).toBeGreaterThan(0);
      expect(size).toBeLessThan(all.size);
    }
    for (const { journal, following, store } of plants) {
      await journal.close();
      await following;
      await store.close();
    }
  }, 300_000);
});

it('what a plant sends while nobody subscribes is not taken for delivered, and sent once somebody does', async () => {
  const broker = await Mosquitto.start();
  const dataDir = await mkdtemp(join(tmpdir(), 'liangheng-unheard-'));
  const plant = { id: 'p1', path: join(dataDir, 'plant.yaml'), dataDir };
  const store = await openMqttStore(plant, { engine: 'mqtt', url: broker.url, topic: 'liangheng/{plant}/samples' });
  const one = group(1, [sample('F1', T0, 1)]);
  await expect(store.write([one])).rejects.toMatchObject({ code: 'store.nobody-subscribes', place: `${broker.url} liangheng/p1/samples` });
  expect(await store.cursor()).toBe(0);
  const centre = await connectAsync(broker.url, { protocolVersion: 5 });
  const heard: string[] = [];
  centre.on('message', (topic) => heard.push(topic));
  await centre.subscribeAsync('$share/centre/liangheng/+/samples', { qos: 1 });
  await store.write([one]);
  expect(await store.cursor()).toBe(1);
  await expect.poll(() => heard).toEqual(['liangheng/p1/samples']);
  await centre.endAsync(true);
  await store.close();
  await broker.remove();
});

/** Samples in the journal of a process, by what they say. */
async function takenBy(journal: string): Promise<Set<string>> {
  const taken = new Set<string>();
  for await (const group of (await openJournalReader(journal)).groups(0)) {
    for (const { channel, timeMs, value } of samplesOf([group])) taken.add(`${channel} ${timeMs} ${value}`);
  }
  return taken;
}

/** One that is none, and one with a sample that no journal takes: neither may come again and again, nor hold up the others. */
async function sendTwoThatAreBad(url: string): Promise<void> {
  const client = await connectAsync(url, { protocolVersion: 5 });
  await client.publishAsync('liangheng/p9/samples', 'none', { qos: 1 });
  const lines = ['liangheng samples 1\tp9', 's\t2026-03-01T00:00:00.000Z\tF9\t\tgood\tnone\tdevice\t\\N', ''];
  await client.publishAsync('liangheng/p9/samples', lines.join('\n'), { qos: 1 });
  await client.endAsync(true);
}

/** What an ingest process stated in its journal, held against what lies there. */
async function countedBy(dir: string) {
  const groups: JournalGroup[] = [];
  for await (const group of (await openJournalReader(dir)).groups(0)) groups.push(group);
  const records = groups.flatMap((group) => group.records);
  const aside = records.filter(({ kind }) => kind === 'quarantine').length;
  const stated = intakeResults(groups);
  const stating = stated.filter(({ measurement }) => measurement === 'intake');
  /** Of one hour and run what was said last. */
  const rows = [...new Map(stating.map((row) => [`${row.timeMs} ${row.tags.run}`, row])).values()];
  const sum = (field: string, of = rows) => of.reduce((total, { fields }) => total + fields[field]!, 0);
  const difference = (of: typeof rows) => sum('polled', of) - sum('journalled', of) - sum('quarantined', of) - sum('returned', of);
  const unknown = stated.some(({ measurement }) => measurement === 'uncounted');
  if (!unknown) {
    expect(sum('journalled')).toBe(records.filter(({ kind }) => kind === 'sample').length);
    expect(sum('quarantined')).toBe(aside);
  }
  const killed = new Set(stated.flatMap(({ measurement, tags }) => (measurement === 'uncounted' ? [tags.run] : [])));
  return { aside, unknown, difference: difference(rows.filter(({ tags }) => !killed.has(tags.run))) };
}

const byKey = (a: readonly [string, unknown], b: readonly [string, unknown]): number => (a[0] < b[0] ? -1 : 1);
