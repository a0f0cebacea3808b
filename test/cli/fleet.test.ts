import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type FleetResult, isOf, shardOf } from '../../cli/fleet.ts';
import { BALANCE_VERDICTS } from '../../cli/results.ts';
import type { JournalRecord } from '../../collector/journal/record.ts';
import { openDuckdbStore } from '../../collector/stores/duckdb/store.ts';
import { balanceAt } from './balance-at.ts';
import { refused } from './called.ts';
import { twoMeters } from './two-meters.ts';

const HOUR = 3_600_000;
const T0 = Date.parse('2026-03-01T00:00:00+08:00');

describe('balance --fleet DIR --shard i/n', () => {
  const at = balanceAt(null);

  async function add(path: string, text: string): Promise<void> {
    await mkdir(join(at.dir(), path), { recursive: true });
    await writeFile(join(at.dir(), path, 'plant.yaml'), text);
  }
  async function readings(id: string, lossPercent: number): Promise<void> {
    const records: JournalRecord[] = [];
    for (const [channel, rate] of [['IN', 100] as const, ['OUT', 100 - lossPercent] as const]) {
      const samples = Array.from({ length: 96 * 6 + 1 }, (_, k) => ({ timeMs: T0 + (k * HOUR) / 6, value: (rate * k) / 6 }));
      const state = { quality: 'good', reason: 'none', origin: 'simulated', raw: null } as const;
      records.push(...samples.map((one) => ({ kind: 'sample', sample: { channel, ...one, ...state } }) as const));
    }
    await at.journal(records, id);
  }
  async function fleet(...args: readonly string[]): Promise<{ status: number; plants: readonly FleetResult[] }> {
    const { status, out } = await at.run('--fleet', at.dir(), '--json', ...args);
    return { status, plants: (JSON.parse(out) as { plants: FleetResult[] }).plants };
  }

  it('gives every plant to one shard, whatever else lies there, and computes it as it would alone', async () => {
    await readings('closed', 0);
    await readings('open', 10);
    await add('north/a', twoMeters('closed'));
    await add('north/b', twoMeters('open'));
    await add('south', twoMeters('silent'));
    await add('south/deep/er', 'liangheng: 1\nplant: [');
    await add('twin', twoMeters('closed'));
    const all = await fleet();
    expect(all.status).toBe(1);
    expect(all.plants.map((one) => [one.path, one.plant, 'errors' in one ? one.errors[0]!.code : one.open])).toEqual([
      ['north/a/plant.yaml', 'closed', false],
      ['north/b/plant.yaml', 'open', true],
      ['south/deep/er/plant.yaml', null, expect.stringMatching(/^yaml\.|^syntax|^plant\./)],
      ['south/plant.yaml', 'silent', 'balance.no-readings'],
      ['twin/plant.yaml', 'closed', 'fleet.same-id'],
    ]);
    const parts = [await fleet('--shard', '1/3'), await fleet('--shard', '2/3'), await fleet('--shard', '3/3')];
    expect(
      parts
        .flatMap(({ plants }) => plants)
        .map(({ path }) => path)
        .sort(),
    ).toEqual(all.plants.map(({ path }) => path));
    const closed = (plants: readonly FleetResult[]) => plants.find(({ path }) => path === 'north/a/plant.yaml');
    const store = await openDuckdbStore(join(at.dir(), 'data', 'open', 'samples.duckdb'), { threads: 1, memory: '256MB', readOnly: true });
    const kept = await store.results!.read('balance', 0, 4e12);
    expect(kept).toMatchObject([
      {
        timeMs: T0 + 24 * HOUR,
        tags: { balance: 'water', kind: 'water', boundary: 'P', hours: '72', revision: '1' },
        fields: { verdict: BALANCE_VERDICTS.indexOf('open-significant') },
      },
    ]);
    expect(kept[0]!.fields.in).toBeCloseTo(7200, 6);
    expect((await store.results!.read('stream', 0, 4e12)).map(({ tags }) => tags.stream)).toEqual(['in', 'out']);
    await store.close();
    expect(closed(parts.flatMap(({ plants }) => plants))).toEqual(closed(all.plants));
  });

  it('divides any paths evenly enough, each to exactly one', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 }), fc.array(fc.string({ minLength: 1 })), (of, paths) => {
        for (const path of paths) {
          expect(Array.from({ length: of }, (_, k) => isOf({ index: k + 1, of }, path)).filter(Boolean)).toHaveLength(1);
        }
      }),
    );
    const ofFirst = Array.from({ length: 10_000 }, (_, k) => `plants/${k}/plant.yaml`).filter((path) => isOf({ index: 1, of: 4 }, path));
    expect(Math.abs(ofFirst.length - 2500)).toBeLessThan(250);
  });

  it.each(['0/1', '2/1', '1', 'a/b', '1/0'])('refuses the shard %s', (text) => {
    expect(() => shardOf(text)).toThrow(expect.objectContaining({ code: 'fleet.shard', exitStatus: 2 }));
  });

  it('wants a plant or a fleet, not both and not neither', async () => {
    expect(await at.run()).toMatchObject(refused('balance.what'));
    expect(await at.run('x', '--fleet', at.dir())).toMatchObject(refused('balance.what'));
    expect(await at.run('--fleet', join(at.dir(), 'absent'))).toMatchObject(refused('fleet.absent'));
  });
});
