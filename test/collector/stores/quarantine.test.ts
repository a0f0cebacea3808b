import { appendFile, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { replayRefused } from '../../../cli/replay.ts';
import type { Sample } from '../../../collector/sample/sample.ts';
import { cursorFile } from '../../../collector/stores/cursor.ts';
import { type QuarantineFile, quarantineFile } from '../../../collector/stores/quarantine.ts';
import { type RemoteEngine, remoteStore } from '../../../collector/stores/remote.ts';
import { group, sample } from './contract.ts';

const T0 = Date.UTC(2026, 2, 1);
const at = (minute: number, value: number | null = minute) => sample('F1', T0 + minute * 60_000, value);

describe('what an engine refused for good', () => {
  let dir: string;
  let file: QuarantineFile;
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'liangheng-quarantine-'));
    file = quarantineFile(dir, 'influxdb1-1');
  });

  it('is counted: since the start, and as it lies there, without what a crash cut short being a reading', async () => {
    expect([await file.held(), await file.list()]).toEqual([0, []]);
    await file.add(at(1), 'too old');
    await file.add(at(2), 'too old');
    await appendFile(file.path, '{"at":"2026-03-01T00:00:00.000Z","rea');
    const next = quarantineFile(dir, 'influxdb1-1');
    expect([next.count, await next.held(), (await next.list()).map(({ sample: { value } }) => value)]).toEqual([0, 2, [1, 2]]);
    await appendFile(file.path, '\n');
    await next.add(at(3), 'too old');
    expect([next.count, await next.held(), (await next.list()).length]).toEqual([1, 4, 3]);
  });

  it('stands there once though its batch fails otherwise and is sent again and again', async () => {
    let [refused, failures] = [0, 5];
    const engine: RemoteEngine = {
      engine: 'in memory',
      reader: null as never,
      send: async (batch, before) => {
        await before;
        if (batch.length > 1) throw Object.assign(new Error('partial write'), { status: 400 });
        if (batch.value[0] === 1) {
          refused += 1;
          throw Object.assign(new Error('beyond retention'), { status: 400 });
        }
        if (failures-- > 0) throw Object.assign(new Error('busy'), { status: 503 });
      },
      post: () => Promise.resolve(),
      statusOf: (error) => (error as { status?: number }).status ?? null,
      prepare: () => Promise.resolve(false),
    };
    const store = remoteStore(engine, dir, 'anywhere');
    const groups = [group(1, [at(1), at(2)])];
    for (let k = 0; k < 5; k += 1) await expect(store.write(groups)).rejects.toThrow('busy');
    await store.write(groups);
    expect([refused, await store.cursor(), await store.quarantine!.held()]).toEqual([6, 1, 1]);
    // What is stored again from the start, after a loss, is refused again and said again.
    await store.restore([at(1)]);
    expect(await store.quarantine!.held()).toBe(2);
  });

  it('is sent again as the journal says it last, once each, and stays where nothing is taken', async () => {
    const sent: Sample[] = [];
    let away = true;
    const cursor = cursorFile(join(dir, 'cursor.json'));
    await cursor.write(2);
    const store = {
      quarantine: file,
      cursor: () => cursor.read(),
      restore: async (samples: Iterable<Sample>) => {
        if (away) throw new Error('away');
        for (const one of samples) {
          if (one.value === null) await file.add(one, 'still refused');
          else sent.push(one);
        }
      },
    };
    for (const one of [at(1), at(2), at(1), at(3, null)]) await file.add(one, 'field type conflict');
    const journal = [group(1, [at(1), at(2), at(3, null)]), group(2, [at(2, 20), at(4)]), group(3, [at(1, 30)])];
    async function* groups() {
      yield* journal;
    }
    await expect(replayRefused(store as never, groups())).rejects.toThrow('away');
    expect(await file.held()).toBe(3);
    away = false;
    expect(await replayRefused(store as never, groups())).toBe(3);
    // The third group is not stored yet: it will be, after this.
    expect(sent.map(({ value }) => value)).toEqual([1, 20]);
    expect((await file.list()).map(({ reason }) => reason)).toEqual(['still refused']);
  });
});
