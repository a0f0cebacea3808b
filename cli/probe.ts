import { type Command, InvalidArgumentError, Option } from 'commander';
import { isForbidden, type ModbusDevice } from '../collector/sources/modbus/device.ts';
import { identificationIn, type Table } from '../collector/sources/modbus/frame.ts';
import { type Base, type Expectation, type Guess, guesses, type Registers, textIn } from '../collector/sources/modbus/guess.ts';
import type { Session } from '../collector/sources/modbus/session.ts';
import { ofModicon } from '../config/plant/address.ts';
import { loadPlant } from '../config/plant/load.ts';
import type { Plant } from '../config/plant/plant.ts';
import { Fault } from '../config/words/fault.ts';
import { nearest } from '../config/words/nearest.ts';
import { columns } from './columns.ts';
import { frameText, modbusDevice, spoken, withSession } from './commissioning.ts';
import { printJson, say } from './output.ts';

interface Options {
  readonly unit: number;
  readonly address: number;
  readonly table: 'holding' | 'input' | 'both';
  readonly expect?: number;
  readonly range?: readonly [number, number];
  readonly meter?: string;
  readonly all?: boolean;
  readonly json?: boolean;
}

export function define(program: Command): void {
  program
    .command('probe')
    .argument('<plant>', '企业文件或其文件夹 plant file or its folder')
    .argument('<device>', '设备 id device')
    .requiredOption('--unit <n>', '单元（从站）地址 unit address', whole(0, 255))
    .requiredOption(
      '--address <n>',
      '手册上的寄存器号，按 0 起和 1 起各试一次，像 40001 的也按 Modicon 记法试 register as the manual has it, tried as counted from 0 and from 1, and one like 40001 as Modicon notation too',
      whole(0, 465_536),
    )
    .addOption(new Option('--table <table>', '寄存器表 table').choices(['holding', 'input', 'both']).default('both'))
    .option('--expect <value>', '表上显示的值 what the face shows', number)
    .option('--range <low,high>', '铭牌量程 range on the nameplate', range)
    .option('--meter <id>', '取企业文件中该表（通道）的量程 take the range of this meter or channel in the plant file')
    .option('--all', '列出全部读法 print every reading')
    .option('--json', '输出 JSON print JSON')
    .description(
      '试读一个寄存器：按各种类型、字节序和起始号解码，按可信程度排列\nRead a register under every type, byte order and base, the likeliest first',
    )
    .action(probe);
}

/** One attempt to read registers, with its bytes. */
interface Attempt {
  readonly table: Table;
  readonly address: number;
  readonly count: number;
  readonly outcome: string;
  readonly frames: readonly string[];
}

/** Exit 1 where nothing could be read, or nothing fits what is known. */
async function probe(path: string, id: string, options: Options): Promise<void> {
  const plant = await loadPlant(path);
  const device = modbusDevice(plant, id);
  const range = options.range ?? (options.meter === undefined ? undefined : nameplateRange(plant, options.meter));
  const known: Expectation = options.expect !== undefined ? { value: options.expect } : range !== undefined ? { range } : null;
  const tables: readonly Table[] = options.table === 'both' ? ['holding', 'input'] : [options.table];
  const attempts: Attempt[] = [];
  const { found, identification } = await withSession(device, plant, undefined, async (session) => {
    const list: Registers[] = [];
    for (const { table, address, base } of placesOf(options.address, tables)) {
      const words = await wordsAt(session, device, { unit: options.unit, table, address }, attempts);
      if (words !== null) list.push({ table, address, base, words });
    }
    return { found: list, identification: await identified(session, options.unit) };
  });
  const texts = found.flatMap(({ table, address, words }) => {
    const text = textIn(words);
    return text === null ? [] : [{ table, address, text }];
  });
  const ranked = guesses(found, known);
  if (ranked.length === 0 || (known !== null && !ranked[0]!.plausible)) process.exitCode = 1;
  if (options.json) {
    printJson({
      device: id,
      unit: options.unit,
      address: options.address,
      known,
      identification,
      texts,
      guesses: ranked,
      requests: attempts,
    });
    return;
  }
  for (const { table, address, count, outcome, frames } of attempts) {
    process.stderr.write(`${table} ${address}+${count}: ${outcome}\n${frames.map((frame) => `  ${frame}\n`).join('')}`);
  }
  if (found.length === 0) {
    say(
      '什么也没有读到：请核对单元地址（scan 可找出有应答的）、寄存器号和接线。',
      'Nothing was read: check the unit address (scan finds those that answer), the register and the wiring.',
    );
    return;
  }
  if (identification !== null) process.stderr.write(`设备自述 identification: ${Object.values(identification).join(' · ')}\n`);
  for (const { table, address, text } of texts) process.stderr.write(`${table} ${address}: 文本 text “${text}”\n`);
  const shown = options.all ? ranked : ranked.filter(({ plausible }) => plausible).slice(0, 20);
  const head = ['', '值 value', '类型 type', '字节序 order', '倍率 scale', '表 table', 'pdu', '起始 base'];
  process.stdout.write(`${columns([head, ...(shown.length > 0 ? shown : ranked.slice(0, 20)).map(row)])}\n`);
}

/** Where a register of a manual may lie, each table as the number may have been counted. */
function placesOf(number: number, tables: readonly Table[]): { readonly table: Table; readonly address: number; readonly base: Base }[] {
  const modicon = ofModicon(number);
  const plain = tables.flatMap((table) => ([0, 1] as const).map((base) => ({ table, address: number - base, base })));
  return [
    ...(modicon !== null && tables.includes(modicon.table) ? [{ ...modicon, base: 'modicon' as const }] : []),
    ...plain.filter(({ address }) => address >= 0 && address <= 65_535),
  ];
}

/**
 * The range on the nameplate of a channel, as the plant file has it.
 *
 * @throws Fault probe.range where it has none, or the range is no range of its reading: that of a counter is of its flow.
 */
function nameplateRange(plant: Plant, id: string): readonly [number, number] {
  const channel = plant.channels.get(id);
  if (channel === undefined) {
    const near = nearest(id, [...plant.channels.keys()]);
    const [zh, en] = near === undefined ? ['', ''] : [`，是否应为“${near}”？`, `; did you mean "${near}"?`];
    throw new Fault({ code: 'probe.meter', place: plant.path, zh: `没有“${id}”${zh}`, en: `there is no "${id}"${en}` });
  }
  if (channel.range !== undefined && channel.kind !== 'counter') return channel.range;
  throw new Fault({
    code: 'probe.range',
    place: id,
    zh: channel.kind === 'counter' ? '累计量没有量程可比，请用 --expect 写表上的示值' : '企业文件没有写它的量程（range）',
    en:
      channel.kind === 'counter'
        ? 'a counter has no range to go by: say --expect with what its face shows'
        : 'the plant file states no range of it',
  });
}

function row({ plausible, value, type, order, scale, table, address, base }: Guess): string[] {
  return [
    plausible ? '*' : '',
    value === null ? '—' : String(Number(value.toPrecision(9))),
    type,
    order,
    String(scale),
    table,
    String(address),
    String(base),
  ];
}

/** As many of four registers as the device gives from an address, null where it gives none or the plant file forbids to ask. */
async function wordsAt(
  session: Session,
  device: ModbusDevice,
  at: { readonly unit: number; readonly table: Table; readonly address: number },
  attempts: Attempt[],
): Promise<Buffer | null> {
  for (const wanted of [4, 2, 1]) {
    const request = { ...at, count: Math.min(wanted, 65_536 - at.address) };
    const { table, address, count } = request;
    if (isForbidden(device, request)) {
      attempts.push({ table, address, count, outcome: '禁止读取 forbidden', frames: [] });
      continue;
    }
    const { outcome, trace } = await session.read(request);
    attempts.push({ table, address, count, outcome: spoken(outcome), frames: trace.map(frameText) });
    if (outcome.kind === 'data') return Buffer.from(outcome.data);
    if (outcome.kind !== 'exception') return null;
  }
  return null;
}

/** Names of the basic objects of a device identification. */
const OBJECTS = ['maker', 'product', 'revision'];

/** What the device says of itself (function 43/14), null where it does not. */
async function identified(session: Session, unit: number): Promise<Record<string, string> | null> {
  const objects: Record<string, string> = {};
  for (let from = 0, part = 0; part < OBJECTS.length; part++) {
    const { outcome } = await session.read({ unit, identify: 'basic', from }).catch(() => ({ outcome: null }));
    if (outcome?.kind !== 'data') break;
    const { objects: told, next } = identificationIn(outcome.data);
    for (const [id, text] of told) objects[OBJECTS[id] ?? `object${id}`] = text;
    if (next === null || next <= from) break;
    from = next;
  }
  return Object.keys(objects).length === 0 ? null : objects;
}

export function whole(low: number, high: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!Number.isInteger(value) || value < low || value > high) throw new InvalidArgumentError(`${low}–${high}`);
    return value;
  };
}

function number(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value)) throw new InvalidArgumentError('请写一个数 write a number');
  return value;
}

function range(text: string): [number, number] {
  const [low, high, ...rest] = text.split(',').map(number);
  if (low === undefined || high === undefined || rest.length > 0 || low >= high) throw new InvalidArgumentError('请写成 0,200 write 0,200');
  return [low, high];
}
