import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { newsAgainst } from '../collector/import/held.ts';
import { mapTable } from '../collector/import/mapping.ts';
import { readingsOf } from '../collector/import/readings.ts';
import { remember, remembered } from '../collector/import/remembered.ts';
import { readTables } from '../collector/import/table.ts';
import { type Journal, openJournal } from '../collector/journal/journal.ts';
import type { JournalRecord } from '../collector/journal/record.ts';
import { absenceRecords } from '../collector/recorder/absence.ts';
import type { Sample } from '../collector/sample/sample.ts';
import { loadPlant } from '../config/plant/load.ts';
import type { Plant } from '../config/plant/plant.ts';
import { formatInstant } from '../config/plant/time.ts';
import { Fault, Faults } from '../config/words/fault.ts';
import { journalDir, lastRecordMs } from './collecting.ts';
import { printFaults, printJson, say } from './output.ts';

export interface ReadingsImport {
  readonly origin: 'import' | 'manual' | 'laboratory';
  readonly map: readonly string[];
  readonly skip: readonly string[];
  readonly sheet?: string;
  readonly cma?: string;
  readonly by?: string;
  readonly correct?: boolean;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

const BATCH = 5_000;

/** What was found in one file. */
interface FileNews {
  readonly file: string;
  readonly sha256: string;
  readonly samples: readonly Sample[];
  readonly faults: readonly Fault[];
}

/**
 * Puts the readings of files into the journal; what it holds already is left alone, so that importing again changes nothing. A reading
 * that it holds otherwise is corrected only where that is asked for. Exit 1 where something was left out or differs.
 *
 * @throws Faults where a column means nothing known; nothing is imported then.
 */
export async function importReadings(place: string, files: readonly string[], options: ReadingsImport): Promise<void> {
  if (options.correct && options.by === undefined) {
    throw new Fault({ code: 'import.by', place, zh: '更正须写明由谁：--by 姓名', en: 'say who corrects: --by NAME' });
  }
  const plant = await loadPlant(place);
  const found: FileNews[] = [];
  for (const file of files) found.push(await readFileOf(plant, file, options));
  const journal = await openFor(plant);
  try {
    const report = [];
    for (const one of found) {
      const news = await newsAgainst(journal.groups(0), one.samples);
      if (!options.dryRun) {
        await absence(plant, journal, news.fresh.length + (options.correct ? news.changed.length : 0));
        await append(journal, one, news.fresh, options);
        if (options.correct) await correct(journal, one, news.changed, options);
      }
      printFaults(new Faults(one.faults.slice(0, 20)));
      if (one.faults.length > 20) say(`还有 ${one.faults.length - 20} 处`, `and ${one.faults.length - 20} more`);
      if (one.faults.length > 0 || (news.changed.length > 0 && !options.correct)) process.exitCode = 1;
      report.push({
        file: one.file,
        sha256: one.sha256,
        readings: one.samples.length,
        imported: news.fresh.length,
        known: news.known,
        changed: news.changed.map(([before, after]) => ({
          channel: after.channel,
          time: formatInstant(after.timeMs, plant.offsetMinutes),
          before: before.value,
          after: after.value,
        })),
        below: one.samples.filter(({ reason }) => reason === 'below-detection').length,
        missing: one.samples.filter(({ quality }) => quality === 'missing').length,
        problems: one.faults.map(({ code, place: at, zh, en }) => ({ code, place: at, zh, en })),
      });
    }
    if (options.json) printJson({ plant: plant.id, written: options.dryRun !== true, files: report });
    else for (const one of report) tell(one, options);
  } finally {
    await journal.close();
  }
}

async function readFileOf(plant: Plant, file: string, options: ReadingsImport): Promise<FileNews> {
  const said = saidOf(plant, options);
  const samples: Sample[] = [];
  const faults: Fault[] = [];
  for (const table of await readTables(file, options.sheet)) {
    const first = mapTable(table.rows, plant, said, null);
    if (first === null) throw new Faults([noTable(table.place)]);
    const known = await remembered(plant, first.headings);
    const mapped = known === null ? first : (mapTable(table.rows, plant, said, known) ?? first);
    if (mapped.unknown.length > 0)
      throw new Faults(mapped.unknown.map((name) => unknownColumn(`${table.place}:${mapped.headingRow + 1}`, name)));
    if (!options.dryRun) await remember(plant, mapped.headings, mapped.mapping);
    const readings = readingsOf(table, mapped, { origin: options.origin, offsetMinutes: plant.offsetMinutes, nowMs: Date.now() });
    for (const sample of readings.samples) samples.push(sample);
    faults.push(...readings.faults);
  }
  const sha256 = createHash('sha256')
    .update(await readFile(file))
    .digest('hex');
  return { file, sha256, samples, faults };
}

/** `heading=channel` for what is mapped, and headings that are left out. */
function saidOf(plant: Plant, { map, skip }: ReadingsImport): Record<string, string | null> {
  const said: Record<string, string | null> = Object.fromEntries(skip.map((heading) => [heading, null]));
  for (const text of map) {
    const at = text.lastIndexOf('=');
    const [heading, channel] = [text.slice(0, at).trim(), text.slice(at + 1).trim()];
    if (at > 0 && plant.channels.has(channel)) said[heading] = channel;
    else {
      const zh = at > 0 ? `没有通道“${channel}”` : '请写成 列名=通道';
      throw new Fault({ code: 'import.map', place: text, zh, en: at > 0 ? `there is no channel "${channel}"` : 'write heading=channel' });
    }
  }
  return said;
}

async function openFor(plant: Plant): Promise<Journal> {
  try {
    return await openJournal(journalDir(plant), { plant: plant.id });
  } catch (cause) {
    if (!(cause instanceof Fault) || cause.code !== 'journal.locked') throw cause;
    throw new Fault({
      code: 'import.collector-running',
      place: cause.place,
      zh: `采集器正在运行，日志由它写入（${cause.zh}）；请先停止采集（Ctrl-C 或停止服务），导入后再启动，停止期间的缺失会如实记录`,
      en: `the collector is running and writes the journal (${cause.en}); stop it (Ctrl-C, or stop the service), import, and start it again: what it misses meanwhile is recorded as missed`,
      cause,
    });
  }
}

/** What the collector missed until now goes first: afterwards the import is the journal's latest entry. */
async function absence(plant: Plant, journal: Journal, news: number): Promise<void> {
  const lastMs = news > 0 ? await lastRecordMs(journal) : null;
  if (lastMs === null) return;
  for (const batch of absenceRecords(plant.channels.values(), lastMs, Date.now())) await journal.append(batch);
}

async function append(journal: Journal, one: FileNews, fresh: readonly Sample[], options: ReadingsImport): Promise<void> {
  for (let at = 0; at < fresh.length; at += BATCH) {
    const batch = fresh.slice(at, at + BATCH).map((sample): JournalRecord => ({ kind: 'sample', sample }));
    await journal.append([...batch, eventOf(one, options, `readings ${at + 1} to ${at + batch.length} of ${fresh.length}`)]);
  }
}

async function correct(
  journal: Journal,
  one: FileNews,
  changed: readonly (readonly [Sample, Sample])[],
  options: ReadingsImport,
): Promise<void> {
  for (let at = 0; at < changed.length; at += BATCH) {
    const batch = changed.slice(at, at + BATCH).map(
      ([, { channel, timeMs, value }]): JournalRecord => ({
        kind: 'correction',
        timeMs: Date.now(),
        channel,
        sampleTimeMs: timeMs,
        value,
        by: options.by as string,
        why: `imported again from ${one.file}, sha256 ${one.sha256}`,
      }),
    );
    await journal.append([...batch, eventOf(one, options, `corrections ${at + 1} to ${at + batch.length} of ${changed.length}`)]);
  }
}

function eventOf(one: FileNews, { origin, by, cma }: ReadingsImport, what: string): JournalRecord {
  const who = `${by === undefined ? '' : `; by ${by}`}${cma === undefined ? '' : `; CMA ${cma}`}`;
  return { kind: 'event', timeMs: Date.now(), source: 'import', event: origin, detail: `${one.file}, sha256 ${one.sha256}: ${what}${who}` };
}

function tell(
  one: { file: string; imported: number; known: number; changed: readonly unknown[]; below: number; missing: number },
  options: ReadingsImport,
): void {
  const { file, imported, known, changed, below, missing } = one;
  const [zh, en] = options.dryRun ? ['将导入', 'would import'] : ['导入', 'imported'];
  const differ =
    changed.length === 0
      ? ['', '']
      : options.correct
        ? [`，更正 ${changed.length} 个`, `, ${changed.length} corrected`]
        : [
            `，${changed.length} 个与已有读数不同、未改（--correct 更正）`,
            `, ${changed.length} differ from what is held and were left (--correct corrects)`,
          ];
  say(
    `${file}：${zh} ${imported} 个读数，已有 ${known} 个${differ[0]}；其中低于检出限 ${below} 个，缺失 ${missing} 个`,
    `${file}: ${en} ${imported} readings, ${known} held already${differ[1]}; of all, ${below} below detection, ${missing} missing`,
  );
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
