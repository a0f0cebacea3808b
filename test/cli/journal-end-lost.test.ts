import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { journalDir, startCollecting } from '../../cli/collecting.ts';
import { openPlantJournal } from '../../cli/plant-journal.ts';
import { openJournal } from '../../collector/journal/journal.ts';
import { SegmentReader } from '../../collector/journal/reader.ts';
import { auditStore } from '../../collector/stores/audit.ts';
import { openDuckdbStore } from '../../collector/stores/duckdb/store.ts';
import { follow } from '../../collector/stores/follow.ts';
import { databasePath, openStores } from '../../collector/stores/open.ts';
import { setBack } from '../../collector/stores/set-back.ts';
import type { Store } from '../../collector/stores/store.ts';
import { loadPlant } from '../../config/plant/load.ts';
import type { Plant } from '../../config/plant/plant.ts';
import { sample } from '../collector/stores/contract.ts';
import { twoMeters } from './two-meters.ts';

/** A minute ago and before: what is missed until now is less than what was lost. */
const T0 = Date.now() - 60_000;

let dir = '';
let plant: Plant;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'liangheng-end-lost-'));
  vi.stubEnv('LIANGHENG_DATA', join(dir, 'data'));
  const device = `devices: [{ id: D, protocol: modbus-tcp, host: 127.0.0.1, port: 1, timeout: 100ms }]\nstreams:\n`;
  const meter = `  - { id: X, name: 瞬时, kind: rate, unit: m3/h, read: { device: D, unit: 1, table: holding, address: { pdu: 0 }, type: uint16, every: 1s } }\n`;
  await writeFile(join(dir, 'plant.yaml'), twoMeters().replace('streams:\n', meter + device));
  plant = await loadPlant(join(dir, 'plant.yaml'));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(dir, { recursive: true, force: true });
});

const reading = (k: number) => ({ kind: 'sample', sample: sample('IN', T0 - 3_600_000 + 1000 * k, k) }) as const;

/** A journal of which the store holds everything, and that then loses what came after its twentieth group. */
async function loseTheEnd(): Promise<void> {
  const journal = await openJournal(journalDir(plant), { plant: plant.id });
  for (let k = 0; k < 20; k += 1) await journal.append([reading(k)]);
  await cp(journalDir(plant), join(dir, 'kept'), { recursive: true });
  for (let k = 20; k < 40; k += 1) await journal.append([reading(k)]);
  for (const store of await openStores(plant, { owner: true })) {
    await follow(journal, store, { untilHead: true });
    await store.close();
  }
  await journal.close();
  await rm(journalDir(plant), { recursive: true });
  await cp(join(dir, 'kept'), journalDir(plant), { recursive: true });
  await rm(join(journalDir(plant), 'lock'), { force: true });
}

/** What the local store lacks of what the journal holds. */
async function lacking() {
  const store = await openDuckdbStore(databasePath(plant), { threads: 1, memory: '256MB', readOnly: true });
  try {
    const { samples, differences } = await auditStore(store, new SegmentReader(journalDir(plant)), 0, Date.now() + 3_600_000);
    return { samples, differences };
  } finally {
    await store.close();
  }
}

it('a journal that lost its end and grew past it before anything followed it: the store holds what was journalled since', async () => {
  await loseTheEnd();
  const collecting = await startCollecting(plant);
  expect(collecting.journal.head().seq).toBeGreaterThan(20);
  await collecting.caughtUp;
  await collecting.stop();
  const { samples, differences } = await lacking();
  expect(differences).toEqual([]);
  expect(samples).toBeGreaterThan(20);
});

it('the same where a command wrote to the journal first', async () => {
  await loseTheEnd();
  const journal = await openPlantJournal(plant);
  for (let k = 50; k < 90; k += 1) await journal.append([reading(k)]);
  await journal.close();
  const collecting = await startCollecting(plant);
  await collecting.caughtUp;
  await collecting.stop();
  expect((await lacking()).differences).toEqual([]);
});

it.each([
  ['cursor', 12, null, 10],
  ['live data ahead of a backlog', 4, { afterSeq: 8, throughSeq: 11 }, 4],
  ['neither', 10, null, null],
] as const)('a store is set back where it knows of groups that were lost by its %s', async (_, cursor, span, to) => {
  const rewound: number[] = [];
  const store = { cursor: async () => cursor, rewind: async (seq: number) => void rewound.push(seq), ahead: { span: async () => span } };
  await setBack(store as unknown as Store, 10);
  expect(rewound).toEqual(to === null ? [] : [to]);
});
