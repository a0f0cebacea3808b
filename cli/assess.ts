import { writeFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { type AgencyCheck, agencyChecks } from '../balance/audit/agency.ts';
import { type Assessment, assess } from '../balance/audit/assess.ts';
import { dutiesCalendar } from '../balance/audit/calendar-file.ts';
import { profileOf } from '../balance/audit/profile.ts';
import { newestKept } from '../balance/media/revisions.ts';
import { coverageOf } from '../collector/coverage/coverage.ts';
import { loadPlant } from '../config/plant/load.ts';
import { instantMs } from '../config/plant/time.ts';
import { loadCalendar } from '../config/rules/calendar.ts';
import { loadRules } from '../config/rules/load.ts';
import type { Rule } from '../config/rules/rule.ts';
import { word } from '../config/words/word.ts';
import { columns } from './columns.ts';
import { depthOf, depthText } from './depth.ts';
import { meterDues } from './due-text.ts';
import { printJson, say } from './output.ts';
import { readProfile } from './read-profile.ts';
import { statusText } from './rule-text.ts';
import { score, scoreText } from './score.ts';

interface Options {
  readonly profile?: string;
  readonly at?: string;
  readonly ics?: string;
  readonly score?: string;
  readonly facts?: readonly string[];
  readonly book?: string;
  readonly scored?: string;
  readonly deviation?: string;
  readonly json?: boolean;
}

/** `assess PLANT`: which classes a plant is in, what it must do by which day, and by which rule. */
export function define(program: Command): void {
  program
    .command('assess')
    .description('按规则评定：企业属于哪类、应在何日前做什么\nWhich classes a plant is in, and what it must do by which day')
    .argument('<plant>', '企业文件或其文件夹 / a plant file or its folder')
    .option('--profile <file>', '企业概况（YAML），默认为企业文件旁的 profile.yaml / profile, default profile.yaml beside the plant file')
    .option('--at <time>', '评定时刻，默认现在 / the instant; default now')
    .option(
      '--ics <file>',
      '把各项期限和仪表检定、校准到期日写成日历文件（仪表提前 30 天提醒）/ write the days of duties and of meters’ verifications as a calendar file (meters with an alarm 30 days before)',
    )
    .option('--score <sheet>', '评分表的规则编号：预填能算的行 / a score sheet by the id of its rule: fill in what can be computed')
    .option(
      '--facts <file...>',
      '审核事实（YAML 或报告的 facts.json），加在企业文件旁的 audit-facts.yaml 上 / facts of the audit, e.g. a report’s facts.json, added to audit-facts.yaml',
    )
    .option('--book <file>', '把预填的评分表写成 .xlsx / write the prefilled sheet as a workbook')
    .option('--scored <file>', '读回专家评过的 .xlsx 并合计 / read the scored workbook back and add it up')
    .option('--deviation <percent>', '与环境统计的偏差超过此值即提示（%，自定）/ warn of deviations from the statistics beyond this')
    .option('--json', '输出一个 JSON 文档 / print one JSON document')
    .action(async (path: string, options: Options) => {
      const plant = await loadPlant(path);
      const stated = await readProfile(plant, options.profile);
      const profile = profileOf(plant.file.plant.jurisdiction, stated);
      const atMs = options.at === undefined ? Date.now() : instantMs(options.at, plant.offsetMinutes);
      const rules = await loadRules();
      const found = assess(rules, profile, atMs, await loadCalendar());
      const agency = agencyChecks(rules, profile.jurisdiction, stated.agency ?? {}, atMs);
      if (options.ics !== undefined) {
        await writeFile(options.ics, dutiesCalendar(plant.id, found.duties, atMs, meterDues(coverageOf(plant, rules, atMs).verification)));
        say(`日历已写入 ${options.ics}`, `calendar written to ${options.ics}`);
      }
      const kept = await newestKept(plant.dataDir);
      const judged = kept ? await depthOf(plant, kept) : { depth: null, acceptance: null };
      const scored = options.score === undefined ? null : await score(plant, kept, { ...options, score: options.score });
      if (options.json)
        printJson({
          ...documentOf(plant.id, found),
          agency: agency.map(agencyDocument),
          window: kept?.window ?? null,
          ...judged,
          score: scored,
        });
      else
        process.stdout.write(
          `${textOf(found)}${[...agencyText(agency), ...depthText(judged), ...(scored ? scoreText(scored) : [])].join('\n')}\n`,
        );
    });
}

const reference = (rule: Pick<Rule, 'id' | 'document' | 'article' | 'status'>) => ({
  rule: rule.id,
  document: rule.document.number ?? rule.document.title,
  article: rule.article,
  status: rule.status,
});

function documentOf(plant: string, found: Assessment) {
  return {
    plant,
    classes: found.classes.map(({ id, duty, rules }) => ({ id, duty, by: rules.map(reference) })),
    duties: found.duties.map(({ rule, content, due }) => ({
      duty: content.duty,
      due: due?.day ?? null,
      provisional: due?.provisional ?? false,
      base: content.base,
      to: content.to,
      ...reference(rule),
    })),
    thresholds: found.reached.map(({ rule, makes, atLeast, unit }) => ({ makes, atLeast, unit, ...reference(rule) })),
    balances: found.balances.map((rule) => ({ kinds: rule.content?.balances.map(({ kind }) => kind), ...reference(rule) })),
    disclosures: found.disclosures.map((rule) => ({ fields: rule.content?.fields, medium: rule.content?.medium, ...reference(rule) })),
    newer: found.newer.map(({ number, title, from, status }) => ({ document: number ?? title, from, status })),
    teams: found.teams.map(({ rule, ...team }) => ({ ...team, ...reference(rule) })),
    reportContents: found.reportContents.map((rule) => ({ parts: rule.content?.parts, ...reference(rule) })),
  };
}

const agencyDocument = ({ rule, counts, confirm }: AgencyCheck) => ({ ...reference(rule), counts, confirm });

const where = (rule: Pick<Rule, 'document' | 'article' | 'status'>) =>
  `${rule.document.number ?? rule.document.title} ${rule.article ?? ''}${statusText(rule.status)}`.trimEnd();

/** What an agency that helps with the audit must be, with what the profile says of the one that does. */
function agencyText(checks: readonly AgencyCheck[]): string[] {
  const rows = checks.flatMap(({ rule, counts, confirm }) => [
    ...counts.map(({ atLeast, has, met, text }) => [
      `  ${text}`,
      `${has ?? '?'}/${atLeast}`,
      met === null ? '未填 not stated' : met ? '达到 met' : '未达到 not met',
      where(rule),
    ]),
    ...(confirm.length === 0 ? [] : [[`  由人确认 ${confirm.length} 项 for people to confirm`, '', '', where(rule)]]),
  ]);
  return rows.length === 0 ? [] : ['', '咨询服务机构 agency:', columns(rows), ''];
}

const SELF_AUDIT = {
  allowed: '可以 allowed',
  'if-able': '具备能力的可以 where the plant is able to',
  'not-allowed': '不可以，须委托咨询服务机构 not allowed, an agency must be commissioned',
} as const;

function teamText(auditors: number | null, senior: number | null, years: number | null): string[] {
  return [
    ...(auditors === null ? [] : [`审核人员 auditors ≥ ${auditors}`]),
    ...(senior === null ? [] : [`其中高级职称 of them senior ≥ ${senior}`]),
    ...(years === null ? [] : [`从业年数 years of experience ≥ ${years}`]),
  ];
}

function textOf(found: Assessment): string {
  const parts = [
    '类别 classes:',
    columns(found.classes.map(({ id, duty, rules }) => [`  ${id}`, duty, rules.map(where).join('；')])),
    '',
    '期限 duties:',
    columns(
      found.duties.map(({ rule, content, due }) => [
        `  ${due?.day ?? '—'}${due?.provisional ? '（暂定 provisional）' : ''}`,
        `${word('zh', `duty.${content.duty}`)} ${content.duty}`,
        content.base ?? '',
        where(rule),
      ]),
    ),
  ];
  for (const { rule, makes, atLeast, unit } of found.reached)
    parts.push('', `达到限值 reached: ${makes} ≥ ${atLeast} ${unit}  ${where(rule)}`);
  for (const rule of found.balances)
    parts.push('', `应做平衡 balances: ${rule.content?.balances.map(({ text }) => text).join('、')}  ${where(rule)}`);
  for (const rule of found.disclosures)
    parts.push('', `应公布 to publish: ${rule.content?.fields.join('；') || '—'}  ${rule.content?.medium ?? ''}  ${where(rule)}`);
  for (const { rule, selfAudit, auditors, senior, years } of found.teams)
    parts.push('', `自行审核 self-audit: ${[SELF_AUDIT[selfAudit], ...teamText(auditors, senior, years)].join('；')}  ${where(rule)}`);
  for (const { number, title, from } of found.newer)
    parts.push(
      '',
      `注意：${number ?? title}（${title}）自 ${from} 起施行，晚于以上文件，其改动未计入 / newer and not counted in: ${number ?? title}`,
    );
  return `${parts.join('\n')}\n`;
}
