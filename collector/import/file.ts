import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import type { Plant } from '../../config/plant/plant.ts';
import { Fault, Faults } from '../../config/words/fault.ts';
import type { Judge } from '../sample/quality.ts';
import type { Origin, Sample } from '../sample/sample.ts';
import { ownSample, type Point, type Precision, parseLines, pointRows } from './line-protocol.ts';
import { type Mapped, type Mapping, mapTable } from './mapping.ts';
import { type Readings, readingsOf } from './readings.ts';
import { readTables, type Table } from './table.ts';

export interface FileOptions {
  readonly origin: Origin;
  /** UTC ms; what is later is a mistake. */
  readonly nowMs: number;
  readonly sheet?: string;
  /** Unit of the time stamps of line protocol. */
  readonly precision?: Precision;
  /** The plausibility checks that readings are held against, in the order of their times; absent: none. */
  readonly judge?: Judge;
  /** Heading or point name → channel id, null to leave it out. */
  readonly said: Readonly<Record<string, string | null>>;
  /** What a file with these headings was said to mean before. */
  readonly remembered: (headings: readonly string[]) => Promise<Mapping | null>;
}

/** What was found in one file. */
export interface FileReadings {
  readonly file: string;
  readonly sha256: string;
  readonly samples: readonly Sample[];
  readonly faults: readonly Fault[];
  /** What its columns were taken to mean, to be remembered. */
  readonly mapped: readonly Mapped[];
}

/**
 * The readings of a file: .csv, .txt, .xlsx, or line protocol in .lp.
 *
 * @throws Faults where a column means nothing known.
 */
export async function readImport(plant: Plant, file: string, options: FileOptions): Promise<FileReadings> {
  const sha256 = createHash('sha256')
    .update(await readFile(file).catch(() => ''))
    .digest('hex');
  const samples: Sample[] = [];
  const faults: Fault[] = [];
  const all: Mapped[] = [];
  const { tables, own } = await tablesOf(plant, file, options);
  for (const sample of own) samples.push(sample);
  for (const table of tables) {
    const mapped = await mappedOf(plant, table, options);
    const readings: Readings = readingsOf(table, mapped, plant, options);
    for (const sample of readings.samples) samples.push(options.judge?.(sample) ?? sample);
    for (const fault of readings.faults) faults.push(fault);
    all.push(mapped);
  }
  return { file, sha256, samples, faults, mapped: all };
}

async function mappedOf(plant: Plant, table: Table, { said, remembered }: FileOptions): Promise<Mapped> {
  const first = mapTable(table.rows, plant, said, null);
  if (first === null) throw new Faults([noTable(table.place)]);
  const known = await remembered(first.headings);
  const mapped = known === null ? first : (mapTable(table.rows, plant, said, known) ?? first);
  if (mapped.unknown.length === 0) return mapped;
  throw new Faults(mapped.unknown.map((name) => unknownColumn(`${table.place}:${mapped.headingRow + 1}`, name)));
}

async function tablesOf(
  plant: Plant,
  file: string,
  { sheet, precision = 'ns' }: FileOptions,
): Promise<{ readonly tables: readonly Table[]; readonly own: readonly Sample[] }> {
  if (extname(file).toLowerCase() !== '.lp') return { tables: await readTables(file, sheet), own: [] };
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new Fault({ code: 'import.file', place: file, zh: '读不到这个文件', en: 'cannot read this file', cause });
  });
  const own: Sample[] = [];
  const others: Point[] = [];
  for (const point of parseLines(text, file, precision)) {
    const sample = ownSample(point);
    if (sample === null) others.push(point);
    else if (plant.channels.has(sample.channel)) own.push(sample);
    else throw new Faults([unknownColumn(file, sample.channel)]);
  }
  const rows = pointRows(others, new Set(plant.channels.keys()));
  return { tables: others.length > 0 ? [{ place: file, rows }] : [], own };
}

function noTable(place: string): Fault {
  return new Fault({
    code: 'import.no-table',
    place,
    zh: '前 20 行内没有找到表头和时间列',
    en: 'no headings with a column of times within the first 20 rows',
  });
}

function unknownColumn(place: string, name: string): Fault {
  return new Fault({
    code: 'import.unknown-column',
    place,
    zh: `不知道“${name}”是哪个通道；请加 --map "${name}=通道"，不需要则 --skip "${name}"，以后会记住`,
    en: `what channel is "${name}"? say --map "${name}=CHANNEL", or --skip "${name}"; it will be remembered`,
  });
}
