import type { Command } from 'commander';
import { type DecodedAgain, readingsDecodedAgain } from '../collector/import/again.ts';
import { MARKED } from '../collector/import/marks.ts';
import { openJournalReader } from '../collector/journal/reader.ts';
import type { JournalRecord } from '../collector/journal/record.ts';
import { writtenBefore } from '../collector/journal/segment.ts';
import { qualityChecks } from '../collector/recorder/checks.ts';
import { HOUR_MS } from '../collector/sample/hour.ts';
import { qualityStage } from '../collector/sample/quality.ts';
import type { Sample } from '../collector/sample/sample.ts';
import { loadPlant } from '../config/plant/load.ts';
import type { Plant } from '../config/plant/plant.ts';
import { formatInstant, instantMs } from '../config/plant/time.ts';
import { Fault } from '../config/words/fault.ts';
import { channelsNamed } from './channels-named.ts';
import { journalDir } from './collecting.ts';
import { decodersOf, spansOf } from './decoders.ts';
import { openImportTarget } from './import-target.ts';
import { printJson, say } from './output.ts';
import { personIn } from './person.ts';

interface Options {
  readonly from: string;
  readonly to?: string;
  readonly by: string;
  readonly why?: string;
  readonly dryRun?: true;
  readonly json?: true;
}

/** Records of one group of the journal, and of one file on their way to a collector. */
const BATCH = 5_000;
/** Event by which a group of the journal with readings that were decoded again is known. */
const AGAIN = 'decoded-again';

export function define(program: Command): void {
  program
    .command('decode-again')
    .argument('<plant>', '企业文件或其文件夹 plant file or its folder')
    .argument('<channels...>', '通道或计量器具（含其全部通道） channels, or meters with all their channels')
    .requiredOption('--from <time>', '从 from')
    .option('--to <time>', '到（不含），默认现在 to, exclusive; default: now')
    .requiredOption('--by <name>', '由谁 who says so', personIn)
    .option('--why <text>', '说明 a note')
    .option('--dry-run', '只显示，不写入 say what would change, write nothing')
    .option('--json', '输出 JSON print JSON')
    .description(
      '类型、字节序、系数写错了一段时间：先改企业文件，再用本命令按日志中保存的寄存器重新解码；原记录留在日志，采集运行时也可\nType, byte order or scale were wrong for a time: correct the plant file, then decode the registers in the journal once more; the journal keeps what was, also while the collector runs',
    )
    .action(decodeAgain);
}

/** Exit 1 where no reading of the time has registers that can be decoded. */
async function decodeAgain(place: string, names: readonly string[], options: Options): Promise<void> {
  const plant = await loadPlant(place);
  const fromMs = instantMs(options.from, plant.offsetMinutes);
  const toMs = options.to === undefined ? Date.now() : instantMs(options.to, plant.offsetMinutes);
  if (toMs <= fromMs) {
    const where = `${options.from} … ${options.to ?? ''}`;
    throw new Fault({ code: 'decode-again.span', place: where, zh: '结束须晚于开始', en: 'the end lies before the start' });
  }
  const channels = [...new Set(names.flatMap((name) => channelsNamed(plant, name)))];
  const decoders = await decodersOf(plant, channels);
  const checks = qualityChecks(channels.map((id) => plant.channels.get(id)!));
  const judge = qualityStage(checks);
  const longestMs = Math.max(0, ...[...checks.values()].map(({ frozen }) => frozen?.forMs ?? 0));
  const target = await openImportTarget(plant);
  const sums = { read: 0, without: 0, changed: 0, marked: 0 };
  let example: { readonly before: Sample | null; readonly after: Sample } | null = null;
  try {
    const reader = await openJournalReader(journalDir(plant));
    for (const span of spansOf(plant, channels, fromMs, toMs)) {
      // Later stretches follow on what the checks have seen of those before them.
      const leadMs = span.fromMs === fromMs ? longestMs + HOUR_MS : 0;
      const groups = reader.groups(await writtenBefore(reader.dir, span.fromMs - leadMs));
      const found = await readingsDecodedAgain(groups, { decoders, judge, ...span, leadMs });
      if (!options.dryRun) await target.write(groupsOf(found, options));
      example ??= found.changed.length === 0 ? null : { before: found.before[0]!, after: found.changed[0]! };
      sums.read += found.read;
      sums.without += found.without;
      sums.changed += found.changed.length;
      sums.marked += found.marked.length;
    }
  } finally {
    await target.close();
  }
  if (sums.read === 0) process.exitCode = 1;
  tell(plant, { channels, fromMs, toMs, example, ...sums }, options, target.throughCollector);
}

interface Told {
  readonly channels: readonly string[];
  readonly fromMs: number;
  readonly toMs: number;
  readonly read: number;
  readonly without: number;
  readonly changed: number;
  readonly marked: number;
  readonly example: { readonly before: Sample | null; readonly after: Sample } | null;
}

function tell(plant: Plant, { example, fromMs, toMs, ...sums }: Told, options: Options, throughCollector: boolean): void {
  const written = options.dryRun !== true;
  const at = (ms: number): string => formatInstant(ms, plant.offsetMinutes);
  const first =
    example === null
      ? null
      : {
          channel: example.after.channel,
          time: at(example.after.timeMs),
          before: example.before?.value ?? null,
          after: example.after.value,
        };
  if (options.json) {
    printJson({ plant: plant.id, from: at(fromMs), to: at(toMs), by: options.by, ...sums, first, written, throughCollector });
    return;
  }
  say(
    `${sums.read} 个读数有寄存器可解码，${written ? '已改' : '将改'} ${sums.changed} 个；${sums.without} 个没有可用的寄存器，不动`,
    `${sums.read} readings have registers to decode, ${sums.changed} ${written ? 'changed' : 'would change'}; ${sums.without} have none and stay`,
  );
  if (first === null) return;
  const shown = (value: number | null): string => (value === null ? '—' : String(value));
  process.stdout.write(`  ${first.channel} ${first.time}: ${shown(first.before)} → ${shown(first.after)}\n`);
}

function groupsOf({ changed, marked }: DecodedAgain, { by, why }: Options): JournalRecord[][] {
  const batched = (samples: readonly Sample[], event: string, what: string): JournalRecord[][] =>
    Array.from({ length: Math.ceil(samples.length / BATCH) }, (_, index) => {
      const batch = samples.slice(index * BATCH, (index + 1) * BATCH);
      const detail = `${batch.length} readings${what}; by ${by}${why === undefined ? '' : `; ${why}`}`;
      return [
        ...batch.map((sample): JournalRecord => ({ kind: 'sample', sample })),
        { kind: 'event', timeMs: Date.now(), source: 'import', event, detail },
      ];
    });
  return [
    ...batched(changed, AGAIN, ' decoded again from their registers'),
    ...batched(marked, MARKED, ': their marks over what was decoded again'),
  ];
}
