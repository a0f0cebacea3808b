import { writeSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { DuckDBConnection } from '@duckdb/node-api';
import { openJournal } from '../collector/journal/journal.ts';
import type { JournalRecord } from '../collector/journal/record.ts';
import { openDuckdbStore } from '../collector/stores/duckdb/store.ts';
import { follow } from '../collector/stores/follow.ts';
import { openInflux1Store } from '../collector/stores/influxdb1/store.ts';

/** What one life of a collector under drill is told. */
export interface Life {
  readonly plant: string;
  readonly dataDir: string;
  readonly channels: readonly string[];
  readonly serverUrl: string;
  /** Number of the first round of readings. */
  readonly from: number;
  /** The process kills itself at this step of its writing, before or after it; null: it lives on. */
  readonly dieAtStep: number | null;
  /** Count only steps of this name. */
  readonly dieAtName?: string;
  /** Share of writes to files that find the disk full, with half of the bytes written. */
  readonly fullDisk: number;
  /** What its clock is off by. */
  readonly clockMs: number;
  /** No faults: bring every store to the journal's end, and finish. */
  readonly finish: boolean;
}

/** Settings of the drill's stores. */
export const DUCKDB = { threads: 1, memory: '256MB' } as const;
export const DATABASE = 'drill';
const TIMEOUT_MS = 1500;
/** So few that a store which was away for a moment has a backlog, and gets what is live first. */
const BATCH_RECORDS = 200;
const T0 = Date.UTC(2026, 2, 1);
const EVERY_MS = 1000;

/** Lives until it is killed: journals rounds of readings, and says on standard output which are on disk. */
export async function live(life: Life): Promise<void> {
  const realNow = Date.now.bind(Date);
  Date.now = () => realNow() + life.clockMs;
  if (!life.finish) await injectFaults(life);
  const plant = { id: life.plant, path: join(life.dataDir, 'plant.yaml'), dataDir: life.dataDir };
  const journal = await openJournal(join(life.dataDir, 'journal'), { plant: plant.id, segmentBytes: 1_000_000 });
  const stores = [
    await openDuckdbStore(join(life.dataDir, 'samples.duckdb'), DUCKDB),
    await openInflux1Store(plant, { engine: 'influxdb1', url: life.serverUrl, database: DATABASE }, TIMEOUT_MS),
  ];
  const following = stores.map((store) => follow(journal, store, { untilHead: life.finish, batchRecords: BATCH_RECORDS }));
  for (let round = life.from; !life.finish; round += 1) {
    await journal.append(readings(life.channels, round)).then(
      () => writeSync(1, `ack ${round}\n`),
      () => undefined,
    );
    await setTimeout(2);
  }
  await Promise.all(following);
  for (const store of stores) await store.quarantine?.replay((samples) => store.restore(samples));
  for (const store of stores) await store.close();
  await journal.close();
}

/** A reading of every channel, some missing, and now and then one of before again with another value: late data. */
function readings(channels: readonly string[], round: number): JournalRecord[] {
  const at = (channel: string, n: number, value: number | null): JournalRecord => ({
    kind: 'sample',
    sample: {
      channel,
      timeMs: T0 + EVERY_MS * n,
      value,
      quality: value === null ? 'missing' : 'good',
      reason: value === null ? 'communication' : 'none',
      origin: 'simulated',
      raw: null,
    },
  });
  const records = channels.map((channel, k) => at(channel, round, (round + k) % 13 === 0 ? null : round + k / 8));
  if (round % 7 === 0 && round > 3) records.push(at(channels[round % channels.length]!, round - 3, -round));
  return records;
}

/** The time of a round. */
export const timeOf = (round: number): number => T0 + EVERY_MS * round;

/** The steps: every write, fdatasync and truncate of the journal and of cursors, every statement of DuckDB. */
export async function injectFaults({ dieAtStep, dieAtName, fullDisk }: Pick<Life, 'dieAtStep' | 'dieAtName' | 'fullDisk'>): Promise<void> {
  let step = 0;
  const atStep = async <T>(name: string, work: () => Promise<T>): Promise<T> => {
    if (dieAtName === undefined || dieAtName === name) step += 1;
    const last = step === dieAtStep && (dieAtName === undefined || dieAtName === name);
    if (last && Math.random() < 0.5) die(`before ${name}`);
    const done = await work();
    if (last) die(`after ${name}`);
    return done;
  };
  const handle = await open(import.meta.filename, 'r');
  const files = Object.getPrototypeOf(handle) as Record<string, (...args: unknown[]) => Promise<unknown>>;
  await handle.close();
  for (const name of ['write', 'writeFile', 'datasync', 'truncate']) {
    const original = files[name]!;
    files[name] = function (this: unknown, ...args: unknown[]) {
      if (name === 'write' && Math.random() < fullDisk) return halfWritten(original.bind(this), args);
      return atStep(name, () => original.apply(this, args));
    };
  }
  const statements = DuckDBConnection.prototype as unknown as Record<string, (...args: unknown[]) => Promise<unknown>>;
  const run = statements.run!;
  statements.run = async function (this: unknown, sql: unknown, ...values: unknown[]) {
    let result: unknown;
    // One by one, those too that are sent together: between them it dies as well.
    for (const statement of String(sql).split(';')) {
      const [name] = /\w+/.exec(statement) ?? [];
      if (name !== undefined) result = await atStep(name, () => run.call(this, statement, ...values));
    }
    return result;
  };
}

/** Says where, in one write that the pipe takes whole, and ends without another instruction. */
function die(where: string): void {
  writeSync(1, `die ${where}\n`);
  process.kill(process.pid, 'SIGKILL');
}

async function halfWritten(write: (...args: unknown[]) => Promise<unknown>, args: unknown[]): Promise<never> {
  const [bytes, offset, length, position] = args as [Buffer, number, number, number];
  await write(bytes, offset, length >> 1, position);
  writeSync(1, 'full\n');
  throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
}
