import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import readExcelFile from 'read-excel-file/node';
import writeExcelFile from 'write-excel-file/node';
import { parse } from 'yaml';
import type { Facts } from '../balance/audit/condition.ts';
import { factsOf, factsSchema, knownAndBlank } from '../balance/audit/facts.ts';
import { type BookRow, bookOf, missingText, scoredBook } from '../balance/audit/score-book.ts';
import { type PrefilledSheet, prefill, shownValue } from '../balance/audit/score-prefill.ts';
import { type Scored, scoreSheet } from '../balance/audit/score-sheet.ts';
import type { BalanceReport } from '../balance/media/result.ts';
import type { Plant } from '../config/plant/plant.ts';
import type { ScoreSheet } from '../config/rules/families/judgement.ts';
import { loadRules } from '../config/rules/load.ts';
import type { RuleStatus } from '../config/rules/rule.ts';
import { Fault, Faults } from '../config/words/fault.ts';
import { columns } from './columns.ts';
import { depthOf } from './depth.ts';
import { statusText } from './rule-text.ts';

/** What `assess --score` is called with. */
export interface ScoreOptions {
  readonly score: string;
  readonly facts?: readonly string[];
  readonly scored?: string;
  readonly book?: string;
  readonly deviation?: string;
}

export interface ScoreResult {
  readonly sheet: string;
  /** Of the rule that holds the sheet. */
  readonly status: RuleStatus;
  readonly prefilled: PrefilledSheet;
  /** What the assessors gave; null where no workbook of theirs was read. */
  readonly scored: (Scored & { readonly class: string | null }) | null;
}

/** Prefills a score sheet from balances and the facts that people keep, reads the assessors' workbook back, and adds it up. */
export async function score(plant: Plant, balances: BalanceReport | null, options: ScoreOptions): Promise<ScoreResult> {
  const rule = (await loadRules()).find(({ id }) => id === options.score);
  if (rule?.family !== 'score-sheet' || rule.content === null)
    throw new Fault({ code: 'score.sheet', place: options.score, zh: '没有这张评分表', en: 'there is no such score sheet' });
  const sheet: ScoreSheet = rule.content;
  const depth = balances === null ? null : (await depthOf(plant, balances)).depth;
  const told = await readFacts(plant, options.facts ?? []);
  const facts: Facts = { ...(balances === null ? {} : factsOf(plant, balances, depth)), ...told.facts };
  const percent = options.deviation === undefined ? undefined : Number(options.deviation);
  const prefilled = prefill(sheet, facts, {
    blanks: told.blanks,
    ...(percent === undefined || Number.isNaN(percent) ? {} : { deviationPercent: percent }),
  });
  if (options.book !== undefined) await writeBook(options.book, rule.id, bookOf(sheet, prefilled));
  const scored = options.scored === undefined ? null : added(sheet, options.scored, await readBook(options.scored));
  return { sheet: rule.id, status: rule.status, prefilled, scored };
}

function added(sheet: ScoreSheet, place: string, rows: readonly BookRow[]): Scored & { readonly class: string | null } {
  const book = scoredBook(sheet, rows);
  if (book.problems.length > 0)
    throw new Faults(book.problems.map(({ row, zh, en }) => new Fault({ code: 'score.row', place: `${place}:${row}`, zh, en })));
  try {
    return { ...scoreSheet(sheet, book.points, book.vetoes, book.bonus), class: book.class };
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new Fault({ code: 'score.points', place, zh: `评分表不成立：${cause.message}`, en: cause.message, cause });
  }
}

/** Facts that people keep beside the plant file, and those of the files named, a later one counting more. */
async function readFacts(plant: Plant, files: readonly string[]): Promise<ReturnType<typeof knownAndBlank>> {
  const own = join(dirname(plant.path), 'audit-facts.yaml');
  const read = [await readFactsFile(own, true), ...(await Promise.all(files.map((file) => readFactsFile(file, false))))];
  const facts = Object.assign({}, ...read.map((one) => one.facts)) as Facts;
  const blanks = Object.assign({}, ...read.map((one) => one.blanks)) as Record<string, string>;
  return { facts, blanks };
}

async function readFactsFile(path: string, mayBeMissing: boolean): Promise<ReturnType<typeof knownAndBlank>> {
  const text = await readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    if (mayBeMissing && cause.code === 'ENOENT') return '{}';
    throw new Fault({ code: 'score.facts', place: path, zh: '读不到审核事实文件', en: 'cannot read the facts of the audit', cause });
  });
  const result = factsSchema.safeParse(parse(text));
  if (result.success) return knownAndBlank(result.data);
  throw new Faults(
    result.error.issues.map(({ path: where, message }) => {
      const field = where.map(String).join('.');
      return new Fault({ code: 'score.facts', place: path, zh: `${field}：${message}`, en: `${field}: ${message}` });
    }),
  );
}

async function readBook(path: string): Promise<readonly BookRow[]> {
  try {
    const [first] = await readExcelFile(await readFile(path));
    return (first?.data ?? []) as readonly BookRow[];
  } catch (cause) {
    throw new Fault({
      code: 'score.file',
      place: path,
      zh: '读不到评分表；需要 .xlsx 工作簿',
      en: 'cannot read the score sheet; an .xlsx workbook is needed',
      cause,
    });
  }
}

async function writeBook(path: string, name: string, rows: readonly BookRow[]): Promise<void> {
  const data = rows.map((row, index) =>
    row.map((value) => {
      if (value === null || value === '') return null;
      if (typeof value === 'number') return { value, type: Number };
      return { value: String(value), type: String, ...(index === 0 ? { fontWeight: 'bold' as const } : {}) };
    }),
  );
  const columns = [14, 60, 8, 8, 10, 60].map((width) => ({ width }));
  await writeExcelFile([{ sheet: name.split('/')[1] ?? name, data, columns, stickyRowsCount: 1 }]).toFile(path);
}

/** A score sheet for a person: what the data filled in, what is left to people, and the total where assessors have scored. */
export function scoreText({ sheet, status, prefilled, scored }: ScoreResult): string[] {
  const rows = prefilled.rows.filter(({ points, evidence, missing }) => points !== null || evidence.length > 0 || missing.length > 0);
  const parts = [
    '',
    `评分表 score sheet: ${sheet}${statusText(status)}`,
    columns(
      rows.map(({ key, most, points, text, evidence, missing, blanks }) => [
        `  ${key}`,
        `${points ?? '–'}/${most}`,
        text.slice(0, 40),
        [
          ...evidence.map(({ fact, value, at }) => `${fact} = ${shownValue(value)} (${at})`),
          ...(missing.length > 0 ? [`缺 missing ${missingText(missing, blanks)}`] : []),
        ].join('; '),
      ]),
    ),
    `  其余 ${prefilled.rows.length - rows.length} 行由人评定 / the other ${prefilled.rows.length - rows.length} rows are people's`,
  ];
  for (const { no, text, warning } of prefilled.vetoes)
    if (warning) parts.push(`  ⚠ 否决项 veto ${no}: ${text}：数据提示可能成立，由人决定 / the data speak for it; people decide`);
  if (scored)
    parts.push(
      `  合计 total ${scored.total}: ${scored.outcome}${scored.grade ? ` ${scored.grade}` : ''}${scored.class ? `  ${scored.class} 类` : ''}`,
      ...(scored.open.length > 0 ? [`  未评 open: ${scored.open.join(', ')}`] : []),
    );
  return parts;
}
