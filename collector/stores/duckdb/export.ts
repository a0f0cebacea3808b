import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { DOUBLE, type DuckDBAppender, type DuckDBConnection, DuckDBDataChunk, DuckDBInstance, INTEGER, UTINYINT } from '@duckdb/node-api';
import { REASON_CODE } from '../../sample/reason.ts';
import { ORIGIN_CODE, QUALITY_CODE } from '../../sample/sample.ts';
import type { SampleColumns, StoreReader } from '../store.ts';

export type ExportFormat = 'parquet' | 'csv';

export interface ExportedFile {
  /** Under the folder, with `/`. */
  readonly path: string;
  readonly rows: number;
  readonly sha256: string;
}

/** Times are handed over as doubles, exact to the millisecond: a BigInt for each of millions costs most of an export. */
const TYPES = [INTEGER, DOUBLE, DOUBLE, UTINYINT, UTINYINT, UTINYINT];
const CHUNK_ROWS = 2048;
/** Rows of one file: as many as fit into modest memory. */
export const FILE_ROWS = 200_000;
/** Samples that are read of many channels at a time. */
const READ_ROWS = 250_000;

const names = (codes: Readonly<Record<string, number>>, column: string): string => {
  const cases = Object.entries(codes).map(([name, code]) => `WHEN ${code} THEN '${name}'`);
  return `CASE ${column} ${cases.join(' ')} END AS ${column}`;
};

/**
 * Writes readings as files that other programs read: a folder a month (UTC), `month=2026-03/part-000.parquet`, with the columns channel,
 * time (UTC, to the millisecond), value (empty where missing), unit, quality, reason and origin, sorted by channel and time.
 *
 * A store whose file this process has open writes them itself; else they are read through the store's reader, so that it works while
 * another process owns the file.
 *
 * @param channels names with the unit of their values.
 * @param fromMs, toMs UTC, `toMs` exclusive.
 * @param onFile called with each file that is written.
 */
export async function exportReadings(
  reader: StoreReader,
  channels: readonly { readonly id: string; readonly unit: string }[],
  fromMs: number,
  toMs: number,
  dir: string,
  format: ExportFormat,
  onFile: (path: string, rows: number) => void = () => undefined,
): Promise<readonly ExportedFile[]> {
  const sorted = [...channels].sort((a, b) => (a.id < b.id ? -1 : 1));
  if (reader.exportTo !== undefined) return reader.exportTo(sorted, fromMs, toMs, dir, format, onFile);
  const instance = await DuckDBInstance.create(':memory:', { threads: '1', memory_limit: '512MB' });
  const connection = await instance.connect();
  try {
    const numbers = new Map(sorted.map(({ id }, number) => [id, number]));
    await nameChannels(
      connection,
      sorted.map((channel, number) => ({ ...channel, number })),
    );
    const files: ExportedFile[] = [];
    for (const [startMs, endMs] of monthsOf(fromMs, toMs)) {
      const folder = join(dir, `month=${new Date(startMs).toISOString().slice(0, 7)}`);
      let [rows, part] = [0, 0];
      let appender: DuckDBAppender | null = null;
      const flush = async (): Promise<void> => {
        appender?.closeSync();
        appender = null;
        if (rows === 0) return;
        await mkdir(folder, { recursive: true });
        const file = await writePart(connection, 'part', { dir, folder, part, rows, format });
        files.push(file);
        onFile(file.path, rows);
        [rows, part] = [0, part + 1];
      };
      const names = sorted.map(({ id }) => id);
      try {
        for await (const columns of samplesOf(reader, names, Math.max(startMs, fromMs), Math.min(endMs, toMs))) {
          if (rows > 0 && rows + columns.timeMs.length > FILE_ROWS) await flush();
          appender ??= await freshPart(connection);
          append(appender, numbers.get(columns.channel)!, columns);
          rows += columns.timeMs.length;
        }
        await flush();
      } finally {
        appender?.closeSync();
      }
    }
    return files;
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

/** An empty table, of which an appender; rows deleted from a table in memory would stay in memory. */
async function freshPart(connection: DuckDBConnection): Promise<DuckDBAppender> {
  await connection.run(
    'CREATE OR REPLACE TABLE part(number INTEGER, time DOUBLE, value DOUBLE, quality UTINYINT, reason UTINYINT, origin UTINYINT)',
  );
  return connection.createAppender('part');
}

/** Channel by channel, as many at a time as fit into modest memory. */
async function* samplesOf(reader: StoreReader, channels: readonly string[], fromMs: number, toMs: number): AsyncGenerator<SampleColumns> {
  for (let at = 0; at < channels.length; ) {
    const read = (await reader.samplesOfFirst?.(channels.slice(at), fromMs, toMs, READ_ROWS)) ?? [
      await reader.samples(channels[at]!, fromMs, toMs),
    ];
    yield* read;
    at += read.length;
  }
}

function append(appender: DuckDBAppender, number: number, { timeMs, value, quality, reason, origin }: SampleColumns): void {
  for (let from = 0; from < timeMs.length; from += CHUNK_ROWS) {
    const to = Math.min(from + CHUNK_ROWS, timeMs.length);
    const chunk = DuckDBDataChunk.create(TYPES, to - from);
    chunk.setColumnValues(0, new Array<number>(to - from).fill(number));
    chunk.setColumnValues(1, Array.from(timeMs.subarray(from, to)));
    chunk.setColumnValues(
      2,
      Array.from(value.subarray(from, to), (one) => (Number.isNaN(one) ? null : one)),
    );
    chunk.setColumnValues(3, Array.from(quality.subarray(from, to)));
    chunk.setColumnValues(4, Array.from(reason.subarray(from, to)));
    chunk.setColumnValues(5, Array.from(origin.subarray(from, to)));
    appender.appendDataChunk(chunk);
  }
}

/** What `writePart` joins to the numbers of a table: names and units of the channels, in the order in which they are written. */
export async function nameChannels(
  connection: DuckDBConnection,
  channels: readonly { readonly id: string; readonly unit: string; readonly number: number }[],
): Promise<void> {
  await connection.run('CREATE OR REPLACE TEMP TABLE exported(number INTEGER, rank INTEGER, channel VARCHAR, unit VARCHAR)');
  const appender = await connection.createAppender('exported', 'main', 'temp');
  for (const [rank, { id, unit, number }] of channels.entries()) {
    appender.appendInteger(number);
    appender.appendInteger(rank);
    appender.appendVarchar(id);
    appender.appendVarchar(unit);
    appender.endRow();
  }
  appender.closeSync();
}

/** One file of a table or query with the columns number, time, value, quality, reason and origin. */
export async function writePart(
  connection: DuckDBConnection,
  source: string,
  {
    dir,
    folder,
    part,
    rows,
    format,
  }: {
    readonly dir: string;
    readonly folder: string;
    readonly part: number;
    readonly rows: number;
    readonly format: ExportFormat;
  },
): Promise<ExportedFile> {
  const path = join(folder, `part-${String(part).padStart(3, '0')}.${format}`);
  await copyTo(connection, source, path, format);
  return { path: relative(dir, path).replaceAll('\\', '/'), rows, sha256: await sha256Of(path) };
}

async function copyTo(connection: DuckDBConnection, source: string, path: string, format: ExportFormat): Promise<void> {
  const time =
    format === 'csv' ? "strftime(epoch_ms(time::BIGINT), '%Y-%m-%dT%H:%M:%S.%gZ') AS time" : 'epoch_ms(time::BIGINT)::TIMESTAMPTZ AS time';
  const columns = `channel, ${time}, value, unit, ${names(QUALITY_CODE, 'quality')}, ${names(REASON_CODE, 'reason')}, ${names(ORIGIN_CODE, 'origin')}`;
  const options = format === 'csv' ? 'FORMAT csv, HEADER' : 'FORMAT parquet, COMPRESSION zstd';
  await connection.run("SET TimeZone = 'UTC'");
  await connection.run(
    `COPY (SELECT ${columns} FROM ${source} AS part JOIN exported USING (number) ORDER BY rank, part.time) TO '${path.replaceAll("'", "''")}' (${options})`,
  );
}

export function* monthsOf(fromMs: number, toMs: number): Generator<readonly [number, number]> {
  const first = new Date(fromMs);
  for (let month = first.getUTCMonth(); ; month += 1) {
    const [startMs, endMs] = [Date.UTC(first.getUTCFullYear(), month), Date.UTC(first.getUTCFullYear(), month + 1)];
    if (startMs >= toMs) return;
    yield [startMs, endMs];
  }
}

async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) hash.update(chunk);
  return hash.digest('hex');
}
