import type { Command } from 'commander';
import { type Grant, grantsOf } from '../balance/audit/grants.ts';
import { type OptionResult, type SavingsReport, savingsOf } from '../balance/audit/savings.ts';
import { computeBalances } from '../balance/media/compute.ts';
import { loadPlant } from '../config/plant/load.ts';
import { loadRules } from '../config/rules/load.ts';
import { Fault } from '../config/words/fault.ts';
import { word } from '../config/words/word.ts';
import { DASH, writtenNumber } from '../config/words/written.ts';
import { openCaughtUpReader } from './caught-up.ts';
import { columns } from './columns.ts';
import { printJson } from './output.ts';

/** `options PLANT`: the register of cleaner-production options with what each saved. */
export function define(program: Command): void {
  program
    .command('options')
    .description(
      '方案台账与节约：前后两个窗口按产品折算；补助至多多少\nRegister of options and what they saved, per unit of product before and after; what grants give at most',
    )
    .argument('<plant>', '企业文件或其文件夹 / plant file or its folder')
    .option('--json', '输出一个 JSON 文档 / print one JSON document')
    .action(async (path: string, options: { json?: boolean }) => {
      const plant = await loadPlant(path);
      const reader = await openCaughtUpReader(plant);
      try {
        const savings = await savingsOf(plant, (window) => computeBalances(plant, reader, window, null));
        if (savings === null) {
          const [zh, en] = ['企业文件中没有方案台账（auditRound 与 options）', 'the plant file keeps no register (auditRound and options)'];
          throw new Fault({ code: 'options.none', place: plant.path, zh, en });
        }
        const grants = grantsOf(plant, await loadRules(), Date.now());
        if (options.json) printJson({ ...savings, grants });
        else process.stdout.write(optionsText(savings) + grantsText(grants));
      } finally {
        await reader.close();
      }
    });
}

function optionsText({ options, sums }: SavingsReport): string {
  const head = ['方案 option', '类别 class', '状态 state', '投资 万元', '效益 万元/年', '节约 saved (k = 2)'];
  const amount = (value: number | null) => (value === null ? DASH : String(value));
  const rows = options.map((option) => [
    `${option.id} ${option.name.zh}`,
    word('zh', `options.${option.cost}`),
    option.counts ? word('zh', `options.state.${option.state}`) : word('zh', 'options.beforeRound'),
    amount(option.investment),
    amount(option.benefit),
    savedText(option),
  ]);
  const total = sums.map(({ cost, proposed, done, investmentDone, benefitDone }) => [
    word('zh', `options.${cost}`),
    `${done}/${proposed}`,
    '',
    String(investmentDone),
    String(benefitDone),
  ]);
  return `${columns([head, ...rows, [], ...total])}\n`;
}

function savedText({ saves }: OptionResult): string {
  if (saves.length === 0) return DASH;
  return saves
    .map(({ saved }) => (saved === null ? '?' : `${writtenNumber(saved.percent, 1)} % ± ${writtenNumber(saved.U, 1)} %`))
    .join('; ');
}

function grantsText(grants: readonly Grant[]): string {
  if (grants.length === 0) return '';
  const head = ['补助 grant', '按 of', '基数 万元 sum', '至多 万元 at most', '依据（条件由人核对） source, its conditions are for people'];
  const rows = grants.map(({ option, of, sum, most, rule }) => [
    option ?? word('zh', 'options.audit'),
    word('zh', `options.grant.${of}`),
    writtenNumber(sum, 2),
    writtenNumber(most, 2),
    [rule.document, rule.article, rule.text].filter((part) => part !== null).join(' '),
  ]);
  return `\n${columns([head, ...rows])}\n`;
}
