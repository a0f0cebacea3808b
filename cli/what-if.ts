import { type Command, InvalidArgumentError } from 'commander';
import { computeBalances } from '../balance/media/compute.ts';
import type { BalanceReport } from '../balance/media/result.ts';
import { changedPlant, type WhatIf } from '../balance/media/what-if.ts';
import { windowOf } from '../balance/window/window.ts';
import { loadPlant } from '../config/plant/load.ts';
import { instantMs } from '../config/plant/time.ts';
import { balanceTable } from './balance-table.ts';
import { openCaughtUpReader } from './caught-up.ts';
import { printJson } from './output.ts';

interface Options {
  readonly from: string;
  readonly to: string;
  readonly exclude: readonly string[];
  readonly add: WhatIf['add'];
  readonly tolerance: readonly (readonly [string, number])[];
  readonly json?: boolean;
}

/** `what-if PLANT`: the balances of a window as they are, and as they would be with other meters or tolerances. Keeps no revision. */
export function define(program: Command): void {
  program
    .command('what-if')
    .description(
      '假设分析：去掉或加装一块表、改变允许差额后，平衡会怎样；不改变记录\nThe balances with a meter left out or added, or another tolerance; the record is left alone',
    )
    .argument('<plant>', '企业文件或其文件夹 / plant file or its folder')
    .requiredOption('--from <time>', '开始 / start')
    .requiredOption('--to <time>', '结束（不含）/ end, exclusive')
    .option('--exclude <meter>', '去掉这块表，可重复 / leave this meter out; may be repeated', gathered, [])
    .option(
      '--add <stream=percent[@perHour]>',
      '在物流上加装读数 ± p % 的表，可重复 / a meter of ± p % on a stream; may be repeated',
      added,
      [],
    )
    .option('--tolerance <balance=percent>', '允许差额，可重复 / closure tolerance; may be repeated', tolerance, [])
    .option('--json', '输出一个 JSON 文档 / print one JSON document')
    .action(async (path: string, options: Options) => {
      const plant = await loadPlant(path);
      const at = (text: string) => instantMs(text, plant.offsetMinutes);
      const window = windowOf(at(options.from), at(options.to));
      const reader = await openCaughtUpReader(plant);
      try {
        const before: BalanceReport = await computeBalances(plant, reader, window, null);
        const change = { exclude: options.exclude, add: options.add, tolerance: Object.fromEntries(options.tolerance) };
        const changed = changedPlant(plant, change, before);
        const after = await computeBalances(changed, reader, window, null);
        if (options.json) printJson({ change, before, after });
        else process.stdout.write(`${balanceTable(before, plant)}\n→\n\n${balanceTable(after, changed)}`);
      } finally {
        await reader.close();
      }
    });
}

const gathered = (text: string, before: readonly string[]): readonly string[] => [...before, text];

function added(text: string, before: WhatIf['add']): WhatIf['add'] {
  const match = /^([^=]+)=([\d.]+)(?:@(-?[\d.]+))?$/.exec(text);
  const percent = Number(match?.[2]);
  if (!match || !(percent > 0)) throw new InvalidArgumentError('S1=0.5, S1=0.5@12.3');
  return [...before, { stream: match[1]!, percent, perHour: match[3] === undefined ? null : Number(match[3]) }];
}

function tolerance(text: string, before: Options['tolerance']): Options['tolerance'] {
  const match = /^([^=]+)=([\d.]+)$/.exec(text);
  const percent = Number(match?.[2]);
  if (!match || !(percent > 0)) throw new InvalidArgumentError('water=3');
  return [...before, [match[1]!, percent]];
}
