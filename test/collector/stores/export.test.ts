import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { describe, expect, it } from 'vitest';
import { exportReadings } from '../../../collector/stores/duckdb/export.ts';
import { openDuckdbStore } from '../../../collector/stores/duckdb/store.ts';
import type { Store, StoreReader } from '../../../collector/stores/store.ts';
import { group, sample } from './contract.ts';

const END_OF_MARCH = Date.UTC(2026, 3, 1);
const minutes = (channel: string) =>
  Array.from({ length: 180 }, (_, i) => sample(channel, END_OF_MARCH + (i - 90) * 60_000, i % 9 === 0 ? null : i / 7));

async function filled() {
  const dir = await mkdtemp(join(tmpdir(), "liangheng-export-it's-"));
  const store = await openDuckdbStore(join(dir, 'samples.duckdb'), { threads: 1, memory: '256MB' });
  await store.write([group(1, [...minutes('表 "1"'), ...minutes('F2')])]);
  const channels = [
    { id: '表 "1"', unit: 'm3/h' },
    { id: 'F2', unit: 'kWh' },
    { id: 'never', unit: 't' },
  ];
  return { dir: join(dir, 'out'), store, channels };
}

async function read(sql: string): Promise<unknown[][]> {
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  await connection.run("SET TimeZone = 'UTC'");
  return (await connection.runAndReadAll(sql)).getRowsJson();
}

/** The store's reader as another process has it: every row comes over the socket. */
function remote({ reader }: Store): StoreReader {
  const { samplesOfFirst } = reader;
  return {
    samples: (...args) => reader.samples(...args),
    ...(samplesOfFirst ? { samplesOfFirst: samplesOfFirst.bind(reader) } : {}),
    latest: (channels) => reader.latest(channels),
    partials: (...args) => reader.partials(...args),
    counts: () => reader.counts(),
  };
}

describe('exported readings', () => {
  it.each([
    ['parquet', 'by the store itself', (store: Store) => store.reader],
    ['parquet', 'by another process', remote],
    ['csv', 'by the store itself', (store: Store) => store.reader],
    ['csv', 'by another process', remote],
  ] as const)('as %s %s are those of the store, a folder a month', async (format, _by, readerOf) => {
    const { dir, store, channels } = await filled();
    const reader = readerOf(store);
    const files = await exportReadings(reader, channels, END_OF_MARCH - 60 * 60_000, END_OF_MARCH + 60 * 60_000, dir, format);
    expect(files.map(({ path, rows }) => [path, rows])).toEqual([
      [`month=2026-03/part-000.${format}`, 120],
      [`month=2026-04/part-000.${format}`, 120],
    ]);
    const all = `${dir.replaceAll("'", "''")}/*/*.${format}`;
    const found = await read(`SELECT channel, epoch_ms(time::TIMESTAMPTZ)::DOUBLE, value, unit, quality, reason, origin FROM '${all}'`);
    // File by file, each sorted by channel and time.
    const due = [
      [30, 90],
      [90, 150],
    ].flatMap(([from, to]) =>
      ['F2', '表 "1"'].flatMap((channel) =>
        minutes(channel)
          .slice(from, to)
          .map(({ timeMs, value }) => {
            const state = value === null ? ['missing', 'communication'] : ['good', 'none'];
            return [channel, timeMs, value, channel === 'F2' ? 'kWh' : 'm3/h', ...state, 'device'];
          }),
      ),
    );
    expect(found).toEqual(due);
    await store.close();
  });

  it.each([(store: Store) => store.reader, remote])('as CSV name columns and times so that a person reads them', async (readerOf) => {
    const { dir, store, channels } = await filled();
    const [file] = await exportReadings(readerOf(store), channels.slice(1), END_OF_MARCH, END_OF_MARCH + 60_001, dir, 'csv');
    expect(await readFile(join(dir, file!.path), 'utf8')).toBe(
      [
        'channel,time,value,unit,quality,reason,origin',
        'F2,2026-04-01T00:00:00.000Z,,kWh,missing,communication,device',
        'F2,2026-04-01T00:01:00.000Z,13.0,kWh,good,none,device',
        '',
      ].join('\n'),
    );
    await store.close();
  });
});

describe('samples of many channels at once', () => {
  it.each([
    [0, 1],
    [120, 1],
    [240, 3],
    [1_000, 3],
  ])('with room for %i are those of the first %i, as read one by one', async (most, channelsRead) => {
    const { store, channels } = await filled();
    const span = [END_OF_MARCH - 60 * 60_000, END_OF_MARCH + 60 * 60_000] as const;
    const names = channels.map(({ id }) => id);
    const found = await store.reader.samplesOfFirst!(names, ...span, most);
    expect(found).toEqual(await Promise.all(names.slice(0, channelsRead).map((name) => store.reader.samples(name, ...span))));
    await store.close();
  });
});
