import { readdirSync } from 'node:fs';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { DuckDBInstance } from '@duckdb/node-api';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hourPartials } from '../../../collector/sample/hour.ts';
import { openDuckdbStore } from '../../../collector/stores/duckdb/store.ts';
import { group, rateSpec, sample } from './contract.ts';

const T0 = Date.UTC(2026, 2, 1);
const FORMATS = join(import.meta.dirname, '../../cases/duckdb-formats');
const HOUR = 3_600_000;
const SETTINGS = { threads: 1, memory: '256MB' };
const minutes = (channel: string, from: number, to: number) =>
  Array.from({ length: to - from }, (_, k) => sample(channel, T0 + (from + k) * 60_000, (from + k) % 7));
const freshPath = async () => join(await mkdtemp(join(tmpdir(), 'liangheng-partials-')), 'samples.duckdb');

async function inFile(path: string, sql: string): Promise<unknown[][]> {
  const instance = await DuckDBInstance.create(path);
  const connection = await instance.connect();
  const rows = (await connection.runAndReadAll(sql)).getRowsJson();
  connection.closeSync();
  instance.closeSync();
  return rows;
}
/** Hours that are kept of a file's channels: name, start, and the number of samples for which the partial holds (-1: for ever). */
async function kept(path: string): Promise<(readonly [name: string, hourMs: number, samples: number])[]> {
  const days = await inFile(path, 'SELECT c.name, p.day, hex(p.hours) FROM partials p JOIN channels c ON c.id = p.channel ORDER BY ALL');
  return days.flatMap(([name, day, hex]) => {
    const numbers = new Float64Array(new Uint8Array(Buffer.from(String(hex), 'hex')).buffer);
    const hours = Array.from({ length: 24 }, (_, hour) => [String(name), Number(day) + hour * HOUR, numbers[hour * 15 + 14]!] as const);
    return hours.filter(([, , samples]) => !Number.isNaN(samples));
  });
}

describe('hour partials in the file', () => {
  it('stand there before anyone asked, the newest hours too once the file is closed, and are those computed from the samples', async () => {
    const path = await freshPath();
    const specs = [rateSpec('F1'), rateSpec('F2')];
    const store = await openDuckdbStore(path, { ...SETTINGS, specs });
    await store.write([group(1, [...minutes('F1', 0, 570), ...minutes('F2', 0, 570), ...minutes('F3', 0, 570)])]);
    await store.close();
    const hours = await kept(path);
    expect(hours.map(([name]) => name)).toEqual([...Array(10).fill('F1'), ...Array(10).fill('F2')]);
    expect(hours.slice(0, 10).map(([, , samples]) => samples)).toEqual([...Array(8).fill(-1), 570, 570]);

    const again = await openDuckdbStore(path, { ...SETTINGS, readOnly: true });
    const fromFile = await again.reader.partials(specs, T0, T0 + 10 * HOUR);
    await again.close();
    const other = await openDuckdbStore(await freshPath(), SETTINGS);
    await other.write([group(1, [...minutes('F1', 0, 570), ...minutes('F2', 0, 570)])]);
    expect(fromFile).toEqual(await other.reader.partials(specs, T0, T0 + 10 * HOUR));
    await other.close();
  });

  it('of the newest hours give way to new and to late samples after a reopening', async () => {
    const path = await freshPath();
    const specs = [rateSpec('F1')];
    const first = await openDuckdbStore(path, { ...SETTINGS, specs });
    await first.write([group(1, minutes('F1', 0, 90))]);
    await first.close();
    const again = await openDuckdbStore(path, { ...SETTINGS, specs });
    const newest = async () => (await again.reader.partials(specs, T0 + HOUR, T0 + 2 * HOUR)).get('F1')!.at(0)!;
    expect(await newest()).toMatchObject({ good: 30 });
    await again.write([group(2, minutes('F1', 90, 100))]);
    expect(await newest()).toMatchObject({ good: 40 });
    await again.write([group(3, [sample('F1', T0 + 61 * 60_000, 1000)])]);
    expect(await newest()).toMatchObject({ good: 40, max: 1000 });
    await again.close();
  });

  it('do not run away with a clock that is wrong by decades', async () => {
    const path = await freshPath();
    const specs = [rateSpec('F1'), rateSpec('F2'), rateSpec('F3')];
    const store = await openDuckdbStore(path, { ...SETTINGS, specs });
    await store.write([
      group(1, [sample('F1', 0, 1), ...minutes('F1', 0, 240), ...minutes('F2', 0, 240), sample('F3', Date.UTC(2099, 0), 1)]),
    ]);
    await store.close();
    const hours = (await kept(path)).map(([, hourMs]) => hourMs);
    expect(Math.max(...hours)).toBe(T0 + 3 * HOUR);
    expect(Math.min(...hours)).toBeGreaterThan(T0 - 32 * 24 * HOUR);
  });
});

describe('hour partials computed as samples are written', () => {
  /** What is written, batch by batch: minutes from and to, and how far back some of them come late. */
  const batches = fc.array(
    fc.record({
      gap: fc.integer({ min: 0, max: 200 }),
      count: fc.integer({ min: 1, max: 300 }),
      late: fc.option(fc.integer({ min: 1, max: 400 })),
    }),
    { minLength: 1, maxLength: 6 },
  );

  it('are those computed from the file, whatever comes late and whenever it is asked or reopened', async () => {
    await fc.assert(
      fc.asyncProperty(batches, fc.constantFrom('rate' as const, 'counter' as const), async (plan, kind) => {
        const specs = ['F1', 'F2'].map((channel) => ({ ...rateSpec(channel), kind }));
        const [path, plainPath] = [await freshPath(), await freshPath()];
        let asItGoes = await openDuckdbStore(path, { ...SETTINGS, specs });
        const plain = await openDuckdbStore(plainPath, SETTINGS);
        let minute = 0;
        for (const [seq, { gap, count, late }] of plan.entries()) {
          minute += gap;
          const samples = [...minutes('F1', minute, minute + count), ...minutes('F2', minute, minute + count)];
          if (late !== null) samples.push(sample('F1', T0 + (minute + count - 1 - Math.min(late, minute)) * 60_000, late));
          minute += count;
          for (const store of [asItGoes, plain]) await store.write([group(seq + 1, samples)]);
          if (count % 3 === 0) {
            await asItGoes.close();
            asItGoes = await openDuckdbStore(path, { ...SETTINGS, specs });
          }
          if (count % 2 === 0) continue;
          const end = T0 + minute * 60_000;
          expect(await asItGoes.reader.partials(specs, T0, end)).toEqual(await plain.reader.partials(specs, T0, end));
        }
        await asItGoes.close();
        const again = await openDuckdbStore(path, { ...SETTINGS, readOnly: true });
        const anew = await openDuckdbStore(await freshPath(), SETTINGS);
        const all = await Promise.all(specs.map(({ channel }) => plain.reader.samples(channel, 0, 4e12)));
        await anew.write([
          group(
            1,
            all.flatMap(({ channel, timeMs, value }) => Array.from(timeMs, (time, i) => sample(channel, time, value[i]!))),
          ),
        ]);
        const end = T0 + minute * 60_000;
        const found = await again.reader.partials(specs, T0, end);
        expect(found).toEqual(await anew.reader.partials(specs, T0, end));
        for (const [at, spec] of specs.entries()) expect([...found.get(spec.channel)!]).toEqual(hourPartials(spec, all[at]!, T0, end));
        for (const store of [again, anew, plain]) await store.close();
      }),
      { numRuns: 15 },
    );
  });
});

describe('a file of an earlier format', () => {
  /** Files as releases wrote them: two channels, a minute apart, and partials. */
  const released = readdirSync(FORMATS).map((name) => [name, name.slice('format-'.length, -'.duckdb.gz'.length)] as const);

  it.each(released.flatMap(([name]) => [false, true].map((readOnly) => [name, readOnly] as const)))(
    '%s is brought forward when opened (read only: %s)',
    async (name, readOnly) => {
      const path = await freshPath();
      await writeFile(path, gunzipSync(await readFile(join(FORMATS, name))));
      const again = await openDuckdbStore(path, { ...SETTINGS, readOnly });
      expect(await again.cursor()).toBe(1);
      expect(await again.reader.counts()).toEqual(
        new Map([
          ['F1', 91],
          ['F2', 300],
        ]),
      );
      expect((await again.reader.latest(['F1'])).get('F1')).toMatchObject({ timeMs: T0 + 90 * 60_000, value: null });
      const partials = await again.reader.partials([rateSpec('F1'), rateSpec('F2')], T0, T0 + 5 * HOUR);
      expect([...partials.get('F1')!].map(({ good }) => good)).toEqual([60, 30]);
      expect([...partials.get('F2')!].map(({ max }) => max)).toEqual([59, 119, 179, 239, 299]);
      if (!readOnly) await again.write([group(2, [sample('F1', T0 + 91 * 60_000, 4)])]);
      await again.close();
      expect(await inFile(path, 'FROM format')).toEqual([[released.length + 1]]);
    },
  );
});
