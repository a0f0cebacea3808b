import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openJournal } from '../../collector/journal/journal.ts';
import type { JournalRecord } from '../../collector/journal/record.ts';
import { openRemoteStore } from '../../collector/stores/open.ts';
import { Troubles } from '../../collector/stores/trouble.ts';
import { loadPlant } from '../../config/plant/load.ts';
import type { Plant } from '../../config/plant/plant.ts';
import { sample } from '../collector/stores/contract.ts';
import { called } from './called.ts';
import { twoMeters } from './two-meters.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** No server is needed to say what it refused. */
const STORES = "stores: [{ engine: duckdb }, { engine: influxdb1, url: 'http://user:word@127.0.0.1:1', database: plant }]\nstreams:\n";

describe('what was set aside', () => {
  let dir = '';
  let plant: Plant;
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'liangheng-set-aside-'));
    vi.stubEnv('LIANGHENG_DATA', join(dir, 'data'));
    await writeFile(join(dir, 'plant.yaml'), twoMeters().replace('streams:\n', STORES));
    plant = await loadPlant(join(dir, 'plant.yaml'));
  });
  afterEach(async () => {
    vi.unstubAllEnvs();
    await rm(dir, { recursive: true, force: true });
  });

  const payload = (timeMs: number, source: string, reason: string, raw: string): JournalRecord => ({
    kind: 'quarantine',
    ...{ timeMs, source, reason, raw },
  });

  it('is nothing where nothing was journalled yet', async () => {
    const { status, out } = await called('quarantine', plant.path, '--json');
    expect([status, JSON.parse(out)]).toMatchObject([0, { refused: [], payloads: [] }]);
  });

  it('is counted by store or source and by reason, with the first and the last, and each comes out as CSV', async () => {
    const nowMs = Date.now();
    const reading = (k: number): JournalRecord => ({ kind: 'sample', sample: sample('IN', nowMs - 9 * DAY + k, k) });
    const journal = await openJournal(join(plant.dataDir, 'journal'), { plant: plant.id });
    await journal.append([reading(1), payload(nowMs - 8 * DAY, 'BROKER', 'plant/a: not JSON', '{'), reading(2)]);
    // The first of a group, one between readings, the last.
    const [first, second] = [3 * HOUR, 2 * HOUR].map((ago, k) =>
      payload(nowMs - ago, 'BROKER', `plant/a: no number at offset ${17 - 13 * k}`, k === 0 ? 'a\nq\tb' : 'x'),
    ) as [JournalRecord, JournalRecord];
    await journal.append([first, reading(3), second]);
    await journal.append([payload(nowMs - HOUR, 'OUTFALL', 'crc', '##0001')]);
    await journal.close();
    const store = await openRemoteStore(plant, { engine: 'influxdb1', url: 'http://user:word@127.0.0.1:1', database: 'plant' });
    await store.quarantine!.add(sample('IN', Date.UTC(2300, 0), 7), "unable to parse 'sample,channel=IN v=7': time out of range");
    await store.quarantine!.add(sample('OUT', Date.UTC(2300, 0), 8), "unable to parse 'sample,channel=OUT v=8': time out of range");
    await store.close();

    const { status, out } = await called('quarantine', plant.path, '--json', '--records', '1');
    const { refused, payloads, records } = JSON.parse(out) as Record<string, Record<string, unknown>[]>;
    expect(status).toBe(0);
    expect(refused).toMatchObject([
      { of: 'influxdb1 http://127.0.0.1:1 plant', count: 2, things: 2, reason: expect.stringContaining('v=7') },
    ]);
    // Nothing of eight days ago, and what differs in its numbers alone is one reason.
    expect(payloads).toMatchObject([
      { of: 'BROKER', count: 2, reason: 'plant/a: no number at offset 17' },
      { of: 'OUTFALL', count: 1, reason: 'crc' },
    ]);
    const [atMs, lastMs] = ['first', 'last'].map((key) => Date.parse(payloads![0]![key] as string));
    expect([atMs, lastMs]).toEqual([nowMs - 3 * HOUR, nowMs - 2 * HOUR]);
    expect(records).toMatchObject([
      { kind: 'refused', channel: 'OUT', time: '2300-01-01T00:00:00.000Z', value: 8 },
      { kind: 'payload', of: 'OUTFALL', channel: null, raw: '##0001' },
    ]);

    const file = join(dir, 'aside.csv');
    const from = new Date(nowMs - 30 * DAY).toISOString();
    const { err } = await called('quarantine', plant.path, '--from', from, '--csv', file);
    expect(err).toContain('2 readings that stores refused; 4 payloads of');
    const text = (await readFile(file, 'utf8')).replace('\uFEFF', '');
    expect(text.split('\r\n')[0]).toBe('kind,of,at,channel,time,value,reason,raw');
    expect(text.match(/^(refused|payload),/gm)).toHaveLength(6);
    expect(text).toContain('"a\nq\tb"');
  });

  it('keeps so many reasons apart, however many there are, and none of them is lost from the count', () => {
    const troubles = new Troubles();
    const reason = (k: number) => `reason ${'x'.repeat(k)}`;
    for (let k = 0; k < 1_000; k += 1) troubles.add('BROKER', reason(k), k, 'topic');
    const all = troubles.all();
    expect(all.length).toBeLessThanOrEqual(202);
    expect(all.reduce((sum, { count }) => sum + count, 0)).toBe(1_000);
    expect(all[0]).toMatchObject({ of: 'BROKER', reason: '', lastMs: 999 });
  });
});
