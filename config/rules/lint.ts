import { Fault } from '../words/fault.ts';
import type { Coverage } from './families/coverage.ts';
import type { ScoreSheet } from './families/judgement.ts';
import { loadJurisdictions, RULES_FOLDER } from './load.ts';
import type { Rule } from './rule.ts';
import { bare, SourceText } from './text.ts';

/**
 * Proves the rules against the regulations' text: every quote stands in the lines that it names (lines joined, white space aside),
 * everything that a content gives as printed stands there too, every printed row of a coverage table reads as its line does, every score
 * sheet adds up, and a status agrees with its dates.
 *
 * @returns one Fault a mistake, none where all holds.
 */
export async function lintRules(rules: readonly Rule[], folder: string = RULES_FOLDER): Promise<Fault[]> {
  const text = new SourceText(folder);
  const top = new Set((await loadJurisdictions(folder)).filter(({ parent }) => parent === null).map(({ id }) => id));
  const faults: Fault[] = [];
  for (const rule of rules) {
    faults.push(
      ...(await lintQuotes(rule, text)),
      ...(await lintPrinted(rule, text)),
      ...(await lintTable(rule, text)),
      ...(await lintForm(rule, text)),
    );
    faults.push(...lintScores(rule), ...lintStatus(rule, rules), ...lintRoles(rule, rules), ...lintReach(rule));
    if (rule.reach === 'nationwide' && !top.has(rule.jurisdiction))
      faults.push(fault(rule, '只有最上级辖区的规定能通行全国', 'only the topmost jurisdiction can lay down what holds everywhere'));
  }
  return faults;
}

async function lintQuotes(rule: Rule, text: SourceText): Promise<Fault[]> {
  const source = rule.document.source;
  const quotes = [...(rule.quote !== null && rule.lines !== null ? [{ text: rule.quote, lines: rule.lines }] : []), ...rule.quotes];
  if (!('file' in source)) return quotes.length === 0 ? [] : [fault(rule, '引文没有可核对的原文', 'quotes a text that is not shipped')];
  const faults: Fault[] = [];
  if (quotes.length === 0) faults.push(fault(rule, '缺引文或行号', 'has no quote with its lines'));
  for (const quote of quotes) {
    const [from, to] = quote.lines;
    const passage = await text.passage(source.file, from, to).catch(() => null);
    if (passage === null) faults.push(fault(rule, `原文没有 ${from}–${to} 行`, `the source has no lines ${from}–${to}`));
    else if (!passage.includes(bare(quote.text)))
      faults.push(
        fault(rule, `引文不在原文 ${from}–${to} 行：${quote.text}`, `the quote does not stand in lines ${from}–${to}: ${quote.text}`),
      );
    if (from < source.lines[0] || to > source.lines[1])
      faults.push(fault(rule, `${from}–${to} 行不属于该文件`, `lines ${from}–${to} lie outside the document`));
  }
  return faults;
}

/** Keys whose strings are given as the source prints them. */
const PRINTED: ReadonlySet<string> = new Set(['text', 'printed', 'fields', 'parts', 'papers']);

async function lintPrinted(rule: Rule, text: SourceText): Promise<Fault[]> {
  const source = rule.document.source;
  if (!('file' in source) || rule.lines === null) return [];
  const passage = await text.passage(source.file, ...rule.lines).catch(() => null);
  if (passage === null) return [fault(rule, '读不出表所在的行', 'the lines of the form cannot be read')];
  return printedIn(rule.content)
    .filter((printed) => !passage.includes(bare(printed)))
    .map((printed) => fault(rule, `原文这几行没有：${printed}`, `not printed in its lines: ${printed}`));
}

function printedIn(value: unknown, key = ''): string[] {
  if (typeof value === 'string') return PRINTED.has(key) ? [value] : [];
  if (Array.isArray(value)) return value.flatMap((each) => printedIn(each, key));
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([name, each]) => printedIn(each, name));
}

function lintScores(rule: Rule): Fault[] {
  if (rule.family !== 'score-sheet' || rule.content === null) return [];
  const sheet: ScoreSheet = rule.content;
  const faults: Fault[] = [];
  const compare = (what: string, points: number, parts: readonly number[]) => {
    const sum = parts.reduce((total, each) => total + each, 0);
    if (sum !== points)
      faults.push(fault(rule, `${what}：各项合计 ${sum}，印作 ${points}`, `${what}: its parts add up to ${sum}, printed ${points}`));
  };
  compare(
    rule.id,
    sheet.total,
    sheet.sections.map(({ points }) => points),
  );
  for (const section of sheet.sections) {
    compare(
      section.text,
      section.points,
      section.rows.map(({ points }) => points),
    );
    for (const row of section.rows) {
      const parts = (row.parts ?? []).map(({ points }) => points);
      if (parts.length > 0 && parts.every((points) => points !== null)) compare(row.text, row.points, parts as number[]);
    }
  }
  return faults;
}

async function lintTable(rule: Rule, text: SourceText): Promise<Fault[]> {
  const source = rule.document.source;
  if (!rule.family.startsWith('coverage-') || rule.content === null || !('file' in source)) return [];
  const faults: Fault[] = [];
  for (const row of (rule.content as Coverage).rows) {
    if (row.lines.length === 0) faults.push(fault(rule, `${row.name}：缺行号`, `${row.name}: no printed line is named`));
    const printed = bare(row.thresholds.join(''));
    for (const line of row.lines) {
      const passage = (await text.passage(source.file, line, line).catch(() => null)) ?? '';
      if (!passage.includes(row.name) || !passage.endsWith(printed))
        faults.push(fault(rule, `${row.name}：第 ${line} 行印作“${passage}”`, `${row.name}: line ${line} reads “${passage}”`));
    }
  }
  return faults;
}

/** What a form prints beside its fields and notes: places for dates, sums and seals, boxes, numbers, dots. */
const BLANKS = /^附件?|备?注：|万元|年月日?|（盖章）|（公章）|是□否□|投资：（万元）|效益：（万元）(\/年)?|[\d：:、，。．；（）()/.]/g;

/** A form is whole where its title, fields and notes leave nothing of what its lines print. */
async function lintForm(rule: Rule, text: SourceText): Promise<Fault[]> {
  const source = rule.document.source;
  if (rule.family !== 'form' || rule.content === null || !('file' in source) || rule.lines === null) return [];
  const { title, fields, notes } = rule.content;
  const passage = await text.passage(source.file, ...rule.lines).catch(() => null);
  if (passage === null) return [fault(rule, '读不出表所在的行', 'the lines of the form cannot be read')];
  const printed = [title, ...[...fields, ...notes].map((each) => each.text)].map(bare).sort((a, b) => b.length - a.length);
  const left = printed
    .reduce((rest, each) => rest.replaceAll(each, '|'), passage)
    .replaceAll('|', '')
    .replace(BLANKS, '');
  if (left.length === 0) return [];
  return [fault(rule, `表中还有未列的内容：${left}`, `the form prints more than its fields: ${left}`)];
}

/** Who a rule can speak of beside the classes that its jurisdiction or the topmost one defines. */
const ROLES = ['compulsory', 'directed', 'voluntary', 'all', 'listed', 'authority', 'county', 'city', 'province', 'agency', 'experts'];

function lintRoles(rule: Rule, rules: readonly Rule[]): Fault[] {
  const content = rule.content;
  if (content === null) return [];
  const named =
    rule.family === 'deadline' || rule.family === 'disclosure'
      ? (content as { who: string[] }).who
      : rule.family === 'listing'
        ? (content as { classes: string[] }).classes
        : rule.family === 'penalty'
          ? (content as { items: { classes: string[] }[] }).items.flatMap(({ classes }) => classes)
          : [];
  const others = named.filter((who) => !ROLES.includes(who));
  if (others.length === 0) return [];
  const defined = rules.flatMap((each) =>
    each.family === 'audit-class' && each.content && (each.jurisdiction === rule.jurisdiction || each.reach === 'nationwide')
      ? each.content.classes.map(({ id }) => id)
      : [],
  );
  return others.filter((who) => !defined.includes(who)).map((who) => fault(rule, `没有“${who}”这一类`, `nothing defines the class ${who}`));
}

/** A day of the calendar binds whom the document had before it; whoever comes into a wide class later is not late on the day before. */
function lintReach(rule: Rule): Fault[] {
  if (rule.family !== 'deadline' || !rule.content?.on) return [];
  const { who, onlyIf } = rule.content;
  if (!who.some((each) => each === 'all' || each === 'compulsory') || onlyIf.length > 0) return [];
  return [fault(rule, '有固定日期而约束一大类企业：须在 onlyIf 中写明哪些', 'a fixed day for a wide class of plants: say in onlyIf which')];
}

function lintStatus(rule: Rule, rules: readonly Rule[]): Fault[] {
  const { to, supersededBy, status } = rule.document;
  const faults: Fault[] = [];
  if ((status === 'superseded') !== (to !== null)) faults.push(fault(rule, '状态与废止日期不符', 'status and the date of repeal disagree'));
  if (supersededBy?.includes('/') && !rules.some((each) => each.id.startsWith(`${supersededBy}/`)))
    faults.push(fault(rule, `没有取代它的文件 ${supersededBy}`, `its successor ${supersededBy} is not held`));
  for (const id of [...rule.incorporates, ...(rule.extractOf === null ? [] : [rule.extractOf])])
    if (!rules.some((each) => each.id === id)) faults.push(fault(rule, `没有规则 ${id}`, `there is no rule ${id}`));
  return faults;
}

function fault(rule: Rule, zh: string, en: string): Fault {
  return new Fault({ code: 'rules-lint', place: rule.place, zh: `${rule.id}：${zh}`, en: `${rule.id}: ${en}`, exitStatus: 1 });
}
