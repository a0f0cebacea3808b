import { writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { injectFaults } from '../../cli/drill-life.ts';
import { openJournal } from '../../collector/journal/journal.ts';
import type { JournalRecord } from '../../collector/journal/record.ts';
import { openDuckdbStore } from '../../collector/stores/duckdb/store.ts';
import { follow } from '../../collector/stores/follow.ts';
import { openInflux1Store } from '../../collector/stores/influxdb1/store.ts';
import { openVictoriaMetricsStore } from '../../collector/stores/victoriametrics/store.ts';

/** What one life of the collector under drill is told. */
export interface Life {
  readonly dataDir: string;
  readonly influxUrl: string;
  readonly victoriaUrl: string;
  /** Number of the first batch. */
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

export const T0 = Date.UTC(2026, 2, 1);
export const CHANNELS = 5;
/** So few that a store which was away for a moment has a backlog, and gets what is live first. */
const BATCH_RECORDS = 200;
const life = JSON.parse(process.argv[2]!) as Life;
/** Nobody hangs on purpose while the last life finishes: a slow machine is waited for. */
const TIMEOUT_MS = life.finish ? 60_000 : 1500;

const realNow = Date.now.bind(Date);
Date.now = () => realNow() + life.clockMs;

function batch(number: number): JournalRecord[] {
  const at = (n: number, channel: number, value: number | null): JournalRecord => ({
    kind: 'sample',
    sample: {
      channel: `F${channel}`,
      timeMs: T0 + 1000 * n,
      value,
      quality: value === null ? 'missing' : 'good',
      reason: value === null ? 'communication' : 'none',
      origin: 'device',
      raw: null,
    },
  });
  const records = Array.from({ length: CHANNELS }, (_, k) => at(number, k, number % 13 === k ? null : number + k / 8));
  // Late data: a reading of before, with another value.
  if (number % 7 === 0 && number > 3) records.push(at(number - 3, 2, -number));
  return records;
}

async function main(): Promise<void> {
  const { dataDir, finish } = life;
  if (!finish) await injectFaults(life);
  const plant = { id: 'drill', path: join(dataDir, 'plant.yaml'), dataDir };
  const journal = await openJournal(join(dataDir, 'journal'), { plant: plant.id, segmentBytes: 200_000 });
  const stores = [
    await openDuckdbStore(join(dataDir, 'samples.duckdb'), { threads: 1, memory: '256MB' }),
    await openInflux1Store(plant, { engine: 'influxdb1', url: life.influxUrl, database: 'drill' }, TIMEOUT_MS),
    await openVictoriaMetricsStore(plant, { engine: 'victoriametrics', url: life.victoriaUrl, lineProtocol: 2 }, TIMEOUT_MS),
  ];
  const following = stores.map((store) => follow(journal, store, { untilHead: finish, batchRecords: BATCH_RECORDS }));
  if (!finish) {
    for (let number = life.from; ; number += 1) {
      await journal.append(batch(number)).then(
        () => void writeSync(1, `ack ${number}\n`),
        () => undefined,
      );
      await setTimeout(2);
    }
  }
  await Promise.all(following);
  // What a server refused in passing is sent again, as its owner would.
  for (const store of stores) await store.quarantine?.replay((samples) => store.restore(samples));
  for (const store of stores) await store.close();
  await journal.close();
}

await main();
