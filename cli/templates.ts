import type { Command } from 'commander';
import { stringify } from 'yaml';
import { loadTemplates } from '../config/meters/load.ts';
import { CATEGORIES, type Template } from '../config/meters/template.ts';
import { Fault } from '../config/words/fault.ts';
import { word } from '../config/words/word.ts';
import { columns } from './columns.ts';
import { printJson, say } from './output.ts';
import { whole } from './probe.ts';

interface Options {
  readonly meter: string;
  readonly device: string;
  readonly unit: number;
  readonly json?: boolean;
}

export function define(program: Command): void {
  program
    .command('templates')
    .argument('[id]', '模板 template')
    .option('--meter <id>', '计量器具 id id of the meter', 'METER')
    .option('--device <id>', '设备 id id of the device', 'DEVICE')
    .option('--unit <n>', '单元（从站）地址 unit address', whole(0, 255), 1)
    .option('--json', '输出 JSON print JSON')
    .description('列出计量器具模板，或按模板写出可放入企业文件的计量器具\nList meter templates, or write one as a meter for the plant file')
    .action(templates);
}

async function templates(id: string | undefined, options: Options): Promise<void> {
  const all = await loadTemplates();
  if (id === undefined) {
    if (options.json) return printJson(all);
    for (const category of CATEGORIES) {
      const own = all.filter((template) => template.category === category);
      if (own.length === 0) continue;
      process.stdout.write(`\n${word('zh', `meterCategory.${category}`)} ${word('en', `meterCategory.${category}`)}\n`);
      process.stdout.write(`${columns(own.map(row))}\n`);
    }
    return;
  }
  const template = all.find((one) => one.id === id);
  if (template === undefined) {
    throw new Fault({ code: 'template.unknown', place: id, zh: '没有这个模板', en: 'there is no such template' });
  }
  const meter = meterOf(template, options);
  if (options.json) return printJson({ template, meter });
  const { document, pages, urls } = template.source;
  const limit = template.maxRegisters === undefined ? '' : `# device: maxRegisters: ${template.maxRegisters}\n`;
  process.stdout.write(
    `# ${document}, ${pages}\n${urls.map((url) => `# ${url}\n`).join('')}${limit}${stringify([meter], { lineWidth: 0 })}`,
  );
  if (template.unstated.length > 0) {
    const list = template.unstated.join(', ');
    say(
      `资料未写明：${list}；请用 probe 与表上显示核对`,
      `the document does not state ${list}: settle it with probe and the face of the meter`,
    );
  }
}

function row({ id, maker, models, instrument, channels, unstated }: Template): string[] {
  const open = unstated.length === 0 ? '' : `? ${unstated.join(', ')}`;
  return [id, maker, models.join(', '), instrument.zh, Object.keys(channels).join(', '), open];
}

/** The meter as the plant file has it, its name left for the engineer to write. */
export function meterOf(
  { maker, models, instrument, table, channels }: Template,
  { meter, device, unit }: Pick<Options, 'meter' | 'device' | 'unit'>,
): Record<string, unknown> {
  const readings = Object.entries(channels).map(([name, { kind, unit: measured, pdu, type, order, scale, plus, invalid }]) => {
    const read = {
      device,
      unit,
      table,
      address: { pdu },
      type,
      ...(order === undefined ? {} : { order }),
      ...(scale === 1 ? {} : { scale }),
      ...(plus === undefined ? {} : { plus: second(plus) }),
      ...(invalid === undefined ? {} : { invalid }),
    };
    return [name, { kind, unit: measured, read }] as const;
  });
  const { main, ...further } = Object.fromEntries(readings);
  return { id: meter, name: meter, ...main, channels: further, instrument: instrument.zh, maker, model: models[0] };
}

function second({ pdu, type, order, scale }: NonNullable<Template['channels'][string]['plus']>): Record<string, unknown> {
  return { address: { pdu }, type, ...(order === undefined ? {} : { order }), ...(scale === 1 ? {} : { scale }) };
}
