import { type FileReadings, readImport } from '../collector/import/file.ts';
import { newsAgainst } from '../collector/import/held.ts';
import type { Precision } from '../collector/import/line-protocol.ts';
import { remember, remembered } from '../collector/import/remembered.ts';
import type { JournalRecord } from '../collector/journal/record.ts';
import { qualityChecks } from '../collector/recorder/checks.ts';
import { qualityStage } from '../collector/sample/quality.ts';
import type { Sample } from '../collector/sample/sample.ts';
import { loadPlant } from '../config/plant/load.ts';
import type { Plant } from '../config/plant/plant.ts';
import { formatInstant } from '../config/plant/time.ts';
import { Fault, Faults } from '../config/words/fault.ts';
import { openImportTarget } from './import-target.ts';
import { printFaults, printJson, say } from './output.ts';

export interface ReadingsImport {
  readonly origin: 'import' | 'manual' | 'laboratory';
  readonly map: readonly string[];
  readonly skip: readonly string[];
  readonly sheet?: string;
  readonly precision?: Precision;
  readonly cma?: string;
  readonly by?: string;
  readonly correct?: boolean;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

/** Readings that are not understood, of which so many are shown. */
const SHOWN = 5;
const BATCH = 5_000;

/**
 * Puts the readings of files into the journal; what it holds already is left alone, so that importing again changes nothing. A reading
 * that it holds otherwise is corrected only where that is asked for. While a collector runs the readings go through it. Exit 1 where something was left out or differs.
 *
 * @throws Faults where a column means nothing known; nothing is imported then.
 */
export async function importReadings(place: string, files: readonly string[], options: ReadingsImport): Promise<void> {
  if (options.correct && options.by === undefined) {
    throw new Fault({ code: 'import.by', place, zh: '更正须写明由谁：--by 姓名', en: 'say who corrects: --by NAME' });
  }
  const plant = await loadPlant(place);
  const said = saidOf(plant, options);
  const found: FileReadings[] = [];
  for (const file of files) {
    found.push(
      await readImport(plant, file, {
        origin: options.origin,
        nowMs: Date.now(),
        said,
        judge: qualityStage(qualityChecks(plant.channels.values())),
        remembered: (headings) => remembered(plant, headings),
        ...(options.sheet === undefined ? {} : { sheet: options.sheet }),
        ...(options.precision === undefined ? {} : { precision: options.precision }),
      }),
    );
  }
  if (!options.dryRun) for (const { headings, mapping } of found.flatMap(({ mapped }) => mapped)) await remember(plant, headings, mapping);
  const target = await openImportTarget(plant);
  try {
    const report = [];
    for (const one of found) {
      const news = await newsAgainst(target.groups(), one.samples);
      if (!options.dryRun) {
        await target.write([
          ...freshGroups(one, news.fresh, options),
          ...(options.correct ? correctedGroups(one, news.changed, options) : []),
        ]);
      }
      if (one.faults.length > 0) printFaults(new Faults(one.faults.slice(0, 20)));
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
        doubted: one.samples.filter(({ quality, reason }) => quality === 'suspect' && reason !== 'below-detection').length,
        below: one.samples.filter(({ reason }) => reason === 'below-detection').length,
        missing: one.samples.filter(({ quality }) => quality === 'missing').length,
        unreadable: one.samples
          .filter(({ reason }) => reason === 'unreadable')
          .map(({ channel, timeMs, raw }) => ({ channel, time: formatInstant(timeMs, plant.offsetMinutes), raw })),
        problems: one.faults.map(({ code, place: at, zh, en }) => ({ code, place: at, zh, en })),
      });
    }
    if (options.json)
      printJson({ plant: plant.id, written: options.dryRun !== true, throughCollector: target.throughCollector, files: report });
    else for (const one of report) tell(one, options);
  } finally {
    await target.close();
  }
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

/** Records as they stand in the journal group by group: the readings, and where they come from. */
function freshGroups(one: FileReadings, fresh: readonly Sample[], options: ReadingsImport): JournalRecord[][] {
  return batches(fresh).map(({ from, batch }) => [
    ...batch.map((sample): JournalRecord => ({ kind: 'sample', sample })),
    eventOf(one, options, `readings ${from + 1} to ${from + batch.length} of ${fresh.length}`),
  ]);
}

/** A correction says who and why; the reading behind it says what holds now: a limit stays one, and a laboratory's result one of a laboratory. */
function correctedGroups(one: FileReadings, changed: readonly (readonly [Sample, Sample])[], options: ReadingsImport): JournalRecord[][] {
  return batches(changed).map(({ from, batch }) => [
    ...batch.flatMap(([, sample]): JournalRecord[] => [
      {
        kind: 'correction',
        timeMs: Date.now(),
        channel: sample.channel,
        sampleTimeMs: sample.timeMs,
        value: sample.value,
        by: options.by as string,
        why: `imported again from ${one.file}, sha256 ${one.sha256}`,
      },
      { kind: 'sample', sample },
    ]),
    eventOf(one, options, `corrections ${from + 1} to ${from + batch.length} of ${changed.length}`),
  ]);
}

function batches<T>(list: readonly T[]): { readonly from: number; readonly batch: readonly T[] }[] {
  return Array.from({ length: Math.ceil(list.length / BATCH) }, (_, index) => ({
    from: index * BATCH,
    batch: list.slice(index * BATCH, (index + 1) * BATCH),
  }));
}

function eventOf(one: FileReadings, { origin, by, cma }: ReadingsImport, what: string): JournalRecord {
  const who = `${by === undefined ? '' : `; by ${by}`}${cma === undefined ? '' : `; CMA ${cma}`}`;
  return { kind: 'event', timeMs: Date.now(), source: 'import', event: origin, detail: `${one.file}, sha256 ${one.sha256}: ${what}${who}` };
}

function tell(
  one: {
    readonly file: string;
    readonly imported: number;
    readonly known: number;
    readonly changed: readonly unknown[];
    readonly doubted: number;
    readonly below: number;
    readonly missing: number;
    readonly unreadable: readonly { readonly channel: string; readonly time: string; readonly raw: string | null }[];
  },
  options: ReadingsImport,
): void {
  const { file, imported, known, changed, doubted, below, missing, unreadable } = one;
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
    `${file}：${zh} ${imported} 个读数，已有 ${known} 个${differ[0]}；其中存疑 ${doubted} 个，低于检出限 ${below} 个，缺失 ${missing} 个`,
    `${file}: ${en} ${imported} readings, ${known} held already${differ[1]}; of all, ${doubted} suspect, ${below} below detection, ${missing} missing`,
  );
  if (unreadable.length === 0) return;
  const few = unreadable.slice(0, SHOWN).map(({ channel, time, raw }) => `${channel} ${time} “${raw}”`);
  const more = unreadable.length > SHOWN ? ['…'] : [];
  say(
    `  缺失的读数中 ${unreadable.length} 个看不懂：${[...few, ...more].join('；')}`,
    `  of those missing, ${unreadable.length} are not understood: ${[...few, ...more].join('; ')}`,
  );
}
