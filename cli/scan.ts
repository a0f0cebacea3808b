import { type Command, Option } from 'commander';
import { isForbidden } from '../collector/sources/modbus/device.ts';
import { GATEWAY_EXCEPTIONS, type Table } from '../collector/sources/modbus/frame.ts';
import { loadPlant } from '../config/plant/load.ts';
import { durationMs } from '../config/plant/time.ts';
import { Fault } from '../config/words/fault.ts';
import { frameText, modbusDevice, spoken, withSession } from './commissioning.ts';
import { printJson, say } from './output.ts';
import { whole } from './probe.ts';

interface Options {
  readonly from: number;
  readonly to: number;
  readonly table: Table;
  readonly address: number;
  readonly timeout?: string;
  readonly json?: boolean;
}

interface Unit {
  readonly unit: number;
  readonly answer: string;
  readonly frames: readonly string[];
}

/** Progress is told so often, in units asked. */
const TELL_EVERY = 16;

export function define(program: Command): void {
  program
    .command('scan')
    .argument('<plant>', '企业文件或其文件夹 plant file or its folder')
    .argument('<device>', '设备 id device')
    .option('--from <n>', '第一个单元 first unit', whole(0, 255), 1)
    .option('--to <n>', '最后一个单元 last unit', whole(0, 255), 247)
    .addOption(
      new Option('--table <table>', '试读的寄存器表 table to ask for').choices(['coil', 'discrete', 'holding', 'input']).default('holding'),
    )
    .option('--address <n>', '试读的协议地址 protocol address to ask for', whole(0, 65_535), 0)
    .option('--timeout <duration>', '等待应答的时间，默认用设备的 how long to wait for an answer, default the device’s')
    .option('--json', '输出 JSON print JSON')
    .description('逐个询问单元地址，找出有应答的\nAsk every unit address and tell which answer')
    .action(scan);
}

/** A unit that answers with an exception is there all the same, unless a gateway says that it is not. Exit 1 where none answers. */
async function scan(path: string, id: string, options: Options): Promise<void> {
  const plant = await loadPlant(path);
  const device = modbusDevice(plant, id);
  if (options.from > options.to) {
    const zh = `--from ${options.from} 大于 --to ${options.to}：没有单元可问`;
    throw new Fault({
      code: 'scan.units',
      place: '--from',
      zh,
      en: `--from ${options.from} is beyond --to ${options.to}: there is no unit to ask`,
    });
  }
  const timeoutMs = durationMs(options.timeout ?? device.timeout);
  const units = await withSession(device, plant, timeoutMs, async (session) => {
    const found: Unit[] = [];
    for (let unit = options.from; unit <= options.to; unit++) {
      const request = { unit, table: options.table, address: options.address, count: 1 };
      if (isForbidden(device, request)) continue;
      const { outcome, trace } = await session.read(request);
      const answered = outcome.kind === 'data' || (outcome.kind === 'exception' && !GATEWAY_EXCEPTIONS.includes(outcome.code));
      if (answered) {
        found.push({ unit, answer: spoken(outcome), frames: trace.map(frameText) });
        say(`单元 ${unit} 有应答`, `unit ${unit} answers`);
      }
      const asked = unit - options.from + 1;
      if (asked % TELL_EVERY === 0) process.stderr.write(`${asked}/${options.to - options.from + 1}\n`);
    }
    return found;
  });
  if (units.length === 0) process.exitCode = 1;
  const asked = options.to - options.from + 1;
  if (options.json) {
    printJson({ device: id, from: options.from, to: options.to, units });
    return;
  }
  for (const { unit, answer, frames } of units)
    process.stdout.write(`${unit}  ${answer}\n${frames.map((frame) => `  ${frame}\n`).join('')}`);
  say(`询问 ${asked} 个单元，${units.length} 个有应答`, `${asked} units asked, ${units.length} answer`);
  if (units.length === asked && asked > 8)
    say('全部单元都应答：该设备多半不看单元地址。', 'Every unit answers: the device probably ignores the unit address.');
}
