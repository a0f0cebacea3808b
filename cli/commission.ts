import { rename, writeFile } from 'node:fs/promises';
import type { Command } from 'commander';
import type { Sample } from '../collector/sample/sample.ts';
import { checkPlant } from '../config/plant/check.ts';
import { editYaml } from '../config/plant/edit.ts';
import { type FaceDifference, faceDifference } from '../config/plant/face.ts';
import { parsePlant, readPlantText } from '../config/plant/load.ts';
import type { Plant } from '../config/plant/plant.ts';
import type { Meter } from '../config/plant/schema.ts';
import { formatInstant, instantMs } from '../config/plant/time.ts';
import { Fault, Faults } from '../config/words/fault.ts';
import { nearest } from '../config/words/nearest.ts';
import { openCaughtUpReader } from './caught-up.ts';
import { printJson, say } from './output.ts';
import { personIn } from './person.ts';

interface Options {
  readonly face: string;
  readonly by: string;
  readonly reading?: string;
  readonly at?: string;
  readonly anyway?: true;
  readonly json?: true;
}

export function define(program: Command): void {
  program
    .command('commission')
    .argument('<plant>', '企业文件或其文件夹 plant file or its folder')
    .argument('<meter>', '计量器具 meter')
    .requiredOption('--face <value>', '表盘上的示值，按计量器具的单位 what its face shows, in its unit')
    .requiredOption('--by <name>', '核对人 who looked at it', personIn)
    .option('--reading <value>', '同一时刻采集到的读数；默认最新的读数 what was read at that moment; default: the newest reading')
    .option('--at <time>', '核对的时间，默认读数的时间或现在 when; default: the time of the reading, or now')
    .option('--anyway', '差值超过最大允许误差也签字 sign although they differ by more than the permissible error')
    .option('--json', '输出 JSON print JSON')
    .description(
      '投运核对：把表盘示值与读数并列写入企业文件并签字；未核对的表在报告中列为“未经投运核对”\nSign that face and reading of a meter agree; until then reports call it not commissioned',
    )
    .action(commission);
}

/** Exit 1, and nothing is written, where face and reading differ by more than the meter may err. */
async function commission(place: string, id: string, options: Options): Promise<void> {
  const { text, path } = await readPlantText(place);
  const plant = parsePlant(text, path);
  const index = plant.file.meters.findIndex((meter) => meter.id === id);
  const meter = plant.file.meters[index];
  if (meter === undefined) throw unknownMeter(plant, id);
  const face = numberOf('--face', options.face);
  const newest = options.reading === undefined ? await newestReading(plant, meter) : null;
  const reading = newest === null ? numberOf('--reading', options.reading ?? '') : (newest.value as number);
  const atMs = options.at === undefined ? (newest?.timeMs ?? Date.now()) : instantMs(options.at, plant.offsetMinutes);
  const found = faceDifference(meter, face, reading, atMs, plant.offsetMinutes);
  const written = found.agrees !== false || options.anyway === true;
  const signed = { by: options.by, at: formatInstant(atMs, plant.offsetMinutes), face, reading };
  if (written) await sign(path, text, index, signed);
  else process.exitCode = 1;
  if (options.json) printJson({ meter: id, unit: meter.unit, ...signed, ...found, written });
  else tell(meter, signed, found, written);
}

async function sign(path: string, text: string, index: number, signed: object): Promise<void> {
  const edited = editYaml(text, [{ path: ['meters', index, 'commissioned'], value: signed }]);
  const { file, faults } = checkPlant(edited, path, Date.now());
  if (file === null || faults.length > 0) throw new Faults(faults);
  await writeFile(`${path}.new`, edited);
  await rename(`${path}.new`, path);
}

/** @throws Fault commission.no-reading where there is no good one. */
async function newestReading(plant: Plant, { id }: Meter): Promise<Sample> {
  const reader = await openCaughtUpReader(plant);
  try {
    const newest = (await reader.latest([id])).get(id);
    if (newest?.value !== null && newest?.quality === 'good') return newest;
  } finally {
    await reader.close();
  }
  throw new Fault({
    code: 'commission.no-reading',
    place: id,
    zh: '没有这块表的正常读数；请先采集，或用 --reading 写明同一时刻的读数',
    en: 'there is no good reading of this meter; collect first, or say --reading with what was read at that moment',
  });
}

function tell(
  meter: Meter,
  signed: { by: string; at: string; face: number; reading: number },
  found: FaceDifference,
  written: boolean,
): void {
  const { face, reading, at } = signed;
  const digits = (value: number): string => `${Number(value.toPrecision(6))} ${meter.unit}`;
  const limit =
    found.permissible === null
      ? [
          '（台账没有准确度或量程，无法判断差值是否允许）',
          ' (no accuracy or range in the ledger: nobody can say whether that is permissible)',
        ]
      : [`，允许 ±${digits(found.permissible)}`, `, permissible ±${digits(found.permissible)}`];
  say(
    `${meter.id} ${at}：表盘 ${digits(face)}，读数 ${digits(reading)}，差 ${digits(found.difference)}${limit[0]}；${written ? '已签字写入' : '差值过大，未写入（--anyway 仍然签字）'}`,
    `${meter.id} ${at}: face ${digits(face)}, reading ${digits(reading)}, difference ${digits(found.difference)}${limit[1]}; ${written ? 'signed and written' : 'too far apart, not written (--anyway signs all the same)'}`,
  );
}

function numberOf(option: string, text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && Number.isFinite(value)) return value;
  throw new Fault({ code: 'commission.number', place: option, zh: `“${text}”不是数`, en: `"${text}" is no number` });
}

function unknownMeter(plant: Plant, id: string): Fault {
  const near = nearest(id, [...plant.meters.keys()]);
  const [zh, en] = near === undefined ? ['', ''] : [`，是否应为“${near}”？`, `; did you mean "${near}"?`];
  return new Fault({ code: 'commission.meter', place: plant.path, zh: `没有计量器具“${id}”${zh}`, en: `there is no meter "${id}"${en}` });
}
