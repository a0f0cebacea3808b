import type { Command } from 'commander';
import { coverageOf } from '../collector/coverage/coverage.ts';
import { loadPlant } from '../config/plant/load.ts';
import { instantMs } from '../config/plant/time.ts';
import { loadCalendar } from '../config/rules/calendar.ts';
import { diffRules } from '../config/rules/diff.ts';
import { lintRules } from '../config/rules/lint.ts';
import { loadRules, RULES_FOLDER } from '../config/rules/load.ts';
import type { Rule } from '../config/rules/rule.ts';
import { SourceText } from '../config/rules/text.ts';
import { Fault, Faults } from '../config/words/fault.ts';
import { type WordKey, word } from '../config/words/word.ts';
import { columns } from './columns.ts';
import { printJson, say } from './output.ts';
import { profileBeside } from './read-profile.ts';
import { ruleText } from './rule-text.ts';
import { traceCoverage, traceDuty } from './rules-why.ts';

interface Options {
  json?: boolean;
  folder: string;
}

/** `rules list|show|diff|why|lint`: what the rules say, where it stands, and why a verdict is what it is. */
export function define(program: Command): void {
  const rules = program
    .command('rules')
    .description('规则数据：列出、查看、比较、追溯、核对\nThe rules as data: list, show, compare, trace, prove');
  const sub = (name: string, description: string) =>
    rules
      .command(name)
      .description(description)
      .option('--json', '输出一个 JSON 文档 / print one JSON document')
      .option('--folder <folder>', '规则文件夹 / folder of the rules', RULES_FOLDER);

  sub('list', '列出全部规则\nEvery rule held').action(async (options: Options) => {
    const list = (await loadRules(options.folder)).map(listed);
    if (options.json) printJson(list);
    else process.stdout.write(`${columns(list.map((each) => [each.id, each.family, each.document, each.article ?? '–', each.status]))}\n`);
  });

  sub('show', '查看一条规则及其原文\nOne rule and its text')
    .argument('<id>', '规则编号 / id of the rule')
    .action(async (id: string, options: Options) => {
      const rule = find(await loadRules(options.folder), id);
      if (options.json) printJson(rule);
      else process.stdout.write(await ruleText(rule, new SourceText(options.folder)));
    });

  sub('diff', '比较两条规则\nWhat differs between two rules')
    .argument('<a>', '规则编号 / id of a rule')
    .argument('<b>', '规则编号 / id of another rule')
    .action(async (a: string, b: string, options: Options) => {
      const all = await loadRules(options.folder);
      const differences = diffRules(find(all, a), find(all, b));
      if (options.json) printJson(differences);
      else process.stdout.write(`${columns([['', a, b], ...differences.map((each) => [each.field, written(each.a), written(each.b)])])}\n`);
    });

  sub(
    'why',
    '某一判定从何而来：配备率某格、平衡深度、验收类别、检定到期日、期限\nWhere a verdict comes from: a coverage cell, depth, acceptance, a due day, a duty',
  )
    .argument('<plant>', '企业文件或其文件夹 / a plant file or its folder')
    .argument('<what>', 'steam/2、depth、acceptance/A、due/METER、duty/start-audit')
    .option('--profile <file>', '企业概况，默认为企业文件旁的 profile.yaml / profile, default profile.yaml beside the plant file')
    .option('--at <time>', '判定时刻，默认现在 / the instant to judge; default now')
    .action(async (path: string, name: string, options: Options & { at?: string; profile?: string }) => {
      const plant = await loadPlant(path);
      const all = await loadRules(options.folder);
      const atMs = options.at === undefined ? Date.now() : instantMs(options.at, plant.offsetMinutes);
      const report = coverageOf(plant, all, atMs);
      const trace = name.startsWith('duty/')
        ? traceDuty(all, await profileBeside(plant, options.profile), atMs, await loadCalendar(), name)
        : traceCoverage(report, name);
      if (trace) {
        const because = trace.rules.map((id) => find(all, id));
        if (options.json) return printJson({ ...trace, rules: because });
        process.stdout.write(`${trace.says.join('\n')}\n`);
        for (const rule of because) process.stdout.write(`\n${await ruleText(rule, new SourceText(options.folder))}`);
        return;
      }
      const cell = report.cells.find(({ kind, level }) => `${kind}/${level}` === name);
      if (!cell)
        throw notFound(name, '没有这一判定', 'there is no such verdict', [
          ...report.cells.map(({ kind, level }) => `${kind}/${level}`),
          ...report.verification.meters.map(({ meter }) => `due/${meter}`),
        ]);
      const rule = find(all, cell.rule);
      if (options.json) printJson({ cell, rule, findings: report.findings });
      else
        process.stdout.write(
          `${cell.name} ${name}: n=${cell.fitted}, N=${cell.required}, R=${cell.ratio ?? '–'}, ≥ ${cell.threshold ?? '–'}: ${cell.verdict}\n` +
            `${cell.caution ? `‡ ${cell.caution.zh} / ${cell.caution.en}\n` : ''}` +
            `${cell.basis === 'listed' ? '没有画出物流：应装数以计量点清单为准 / no streams are drawn: N rests on the list of points\n' : ''}` +
            `${cell.lacking.map(({ point, fault, streams }) => `  ${point}: ${both(`lackingFault.${fault}`)}${streams.length > 0 ? ` (${streams.join(', ')})` : ''}\n`).join('')}` +
            `\n${await ruleText(rule, new SourceText(options.folder))}`,
        );
    });

  sub('lint', '逐条核对引文、表格与状态\nProve every quote, table and status').action(async (options: Options) => {
    const all = await loadRules(options.folder);
    const faults = await lintRules(all, options.folder);
    if (options.json) printJson({ rules: all.length, faults: faults.map(({ code, place, zh, en }) => ({ code, place, zh, en })) });
    if (faults.length > 0 && !options.json) throw new Faults(faults);
    if (faults.length > 0) process.exitCode = 1;
    else say(`${all.length} 条规则全部核对无误`, `${all.length} rules proved`);
  });
}

function both(key: WordKey): string {
  return `${word('zh', key)} ${word('en', key)}`;
}

function listed(rule: Rule) {
  return {
    id: rule.id,
    jurisdiction: rule.jurisdiction,
    family: rule.family,
    document: rule.document.number ?? rule.document.title,
    article: rule.article,
    from: rule.document.from ?? rule.document.issued,
    to: rule.document.to,
    status: rule.status,
  };
}

function find(rules: readonly Rule[], id: string): Rule {
  const rule = rules.find((each) => each.id === id);
  if (rule) return rule;
  throw notFound(
    id,
    '没有这条规则',
    'there is no such rule',
    rules.map((each) => each.id),
  );
}

function notFound(name: string, zh: string, en: string, known: readonly string[]): Fault {
  const near = known.filter((each) => each.includes(name) || name.includes(each)).slice(0, 5);
  const hint = near.length > 0 ? `: ${near.join(', ')}` : '';
  return new Fault({ code: 'rules.not-found', place: name, zh: `${zh}${hint}`, en: `${en}${hint}` });
}

function written(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
