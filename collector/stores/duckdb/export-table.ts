import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { type ExportedFile, type ExportFormat, FILE_ROWS, monthsOf, nameChannels, writePart } from './export.ts';
import { rows } from './query.ts';
import { bound } from './read.ts';

/**
 * `exportReadings` straight from the table of samples: no row passes through the program.
 *
 * @param channels in the order in which they are written, `number` as the table has them
 * @param fromMs, toMs UTC, `toMs` exclusive.
 */
export async function exportTable(
  connection: DuckDBConnection,
  channels: readonly { readonly id: string; readonly unit: string; readonly number: number }[],
  fromMs: number,
  toMs: number,
  dir: string,
  format: ExportFormat,
  onFile: (path: string, rows: number) => void = () => undefined,
): Promise<ExportedFile[]> {
  await nameChannels(connection, channels);
  const files: ExportedFile[] = [];
  for (const [startMs, endMs] of monthsOf(fromMs, toMs)) {
    const span = `time >= ${bound(Math.max(startMs, fromMs))} AND time < ${bound(Math.min(endMs, toMs))}`;
    const counted = await rows(connection, `SELECT channel, count(*)::DOUBLE FROM samples WHERE ${span} GROUP BY channel`);
    const counts = new Map(counted.map(([number, count]) => [Number(number), Number(count)]));
    const folder = join(dir, `month=${new Date(startMs).toISOString().slice(0, 7)}`);
    for (const [part, { numbers, count }] of partsOf(channels, counts).entries()) {
      await mkdir(folder, { recursive: true });
      const source = `(SELECT * RENAME (channel AS number) FROM samples WHERE ${span} AND channel IN (${numbers.join(', ')}))`;
      const file = await writePart(connection, source, { dir, folder, part, rows: count, format });
      files.push(file);
      onFile(file.path, count);
    }
  }
  return files;
}

interface Part {
  readonly numbers: number[];
  count: number;
}

/** Channels that have readings, as many in a file as it has room for. */
function partsOf(channels: readonly { readonly number: number }[], counts: ReadonlyMap<number, number>): readonly Part[] {
  const parts: Part[] = [];
  for (const { number } of channels) {
    const count = counts.get(number) ?? 0;
    if (count === 0) continue;
    const last = parts.at(-1);
    if (last === undefined || last.count + count > FILE_ROWS) parts.push({ numbers: [number], count });
    else {
      last.numbers.push(number);
      last.count += count;
    }
  }
  return parts;
}
