import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { keepHeapSmall } from '../../cli/small-heap.ts';
import { openJournal } from '../../collector/journal/journal.ts';
import { createRecorder } from '../../collector/recorder/recorder.ts';
import { openSources } from '../../collector/sources/open.ts';
import type { Sink } from '../../collector/sources/source.ts';
import { openDuckdbStore } from '../../collector/stores/duckdb/store.ts';
import { follow } from '../../collector/stores/follow.ts';
import { plantOfFloats } from './modbus-floats.child.ts';

/** 10 devices × 10,000 floats each second, the largest load that EMQX Neuron publishes: read, journalled with fsync, stored in DuckDB. */
export const name = 'modbus-plant';

const SECONDS = 20;
const DEVICES = 10;
const FLOATS = 10_000;

export async function bench(): Promise<{ metrics: Record<string, number>; peers: Record<string, number> }> {
  keepHeapSmall();
  const dir = mkdtempSync(join(tmpdir(), 'liangheng-plant-'));
  const script = fileURLToPath(new URL('./modbus-tcp.child.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', script, String(DEVICES)], { stdio: ['pipe', 'pipe', 'inherit'] });
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
  const ports = JSON.parse(line) as number[];
  const journal = await openJournal(join(dir, 'journal'), { plant: 'bench' });
  const store = await openDuckdbStore(join(dir, 'samples.duckdb'), { threads: 1, memory: '64MB' });
  const recorder = createRecorder(journal, { simulated: false });
  const ending = new AbortController();
  const following = follow(journal, store, { signal: ending.signal });
  const sources = openSources(plantOfFloats(ports, FLOATS));
  let values = 0;
  let notGood = 0;
  const counted: Sink = {
    ...recorder,
    async samples(samples) {
      await recorder.samples(samples);
      values += samples.length;
      notGood += samples.length;
    },
    async batch(batch) {
      await recorder.batch(batch);
      values += batch.reasons.length;
      for (const reason of batch.reasons) if (reason !== 0) notGood++;
    },
  };
  try {
    for (const source of sources) await source.start(counted);
    await seconds(5);
    const late = (): number => sources.reduce((sum, source) => sum + source.status().counts.lateCycles, 0);
    const before = { values, notGood, late: late(), cpu: process.cpuUsage(), atMs: performance.now() };
    let rss = 0;
    for (let at = 0; at < SECONDS; at++) {
      await seconds(1);
      rss = Math.max(rss, process.memoryUsage.rss());
    }
    const wallMs = performance.now() - before.atMs;
    const { user, system } = process.cpuUsage(before.cpu);
    const measured = { values: values - before.values, notGood: notGood - before.notGood, late: late() - before.late };
    await Promise.all(sources.map((source) => source.stop()));
    const head = journal.head().seq;
    const behindMs = performance.now();
    while ((await store.cursor()) < head) await seconds(0.05);
    return {
      metrics: {
        cpuPercent: rounded(((user + system) / 1000 / wallMs) * 100),
        cpuMsPer1000Values: rounded((user + system) / measured.values),
        valuesPerSecond: Math.round((measured.values / wallMs) * 1000),
        lateCycles: measured.late,
        notGood: measured.notGood,
        rssMegabytes: Math.round(rss / 1e6),
        storeBehindMs: Math.round(performance.now() - behindMs),
      },
      peers: {},
    };
  } finally {
    ending.abort();
    await following;
    await store.close();
    await journal.close();
    child.stdin.end();
    rmSync(dir, { recursive: true, force: true });
  }
}

const rounded = (x: number): number => Math.round(x * 100) / 100;
const seconds = (count: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, count * 1000));
