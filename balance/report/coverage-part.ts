import type { CoverageCell, CoverageDifference, DepthObstacle } from '../../collector/coverage/result.ts';
import type { RuleStatus } from '../../config/rules/rule.ts';
import { type WordKey, word, wordOr } from '../../config/words/word.ts';
import { DASH } from '../../config/words/written.ts';
import { acceptanceOf } from '../audit/acceptance.ts';
import { auditDepth } from '../audit/depth.ts';
import { type Block, type Cell, heading, paragraph, table } from './blocks.ts';
import type { ReportContent } from './content.ts';
import { count, floored, setting } from './figures.ts';
import { filled, kindName, kindWord } from './names.ts';

/** Beside every verdict that is not to be read alone. */
const MARK = '‡';

/** Metering coverage by kind and level, judged by the rule in force, and what it allows. */
export function coveragePart(content: ReportContent): readonly Block[] {
  const { coverage, lang } = content;
  const w = (key: WordKey) => word(lang, key);
  const blocks: Block[] = [heading(1, w('report.coverage'))];
  if (coverage.rules.length === 0) blocks.push(paragraph(w('report.noRule'), 'warning'));
  else {
    const documents = coverage.rules.map(
      ({ document, id, status }) => `${document} (${id}, ${wordOr(lang, `ruleStatus.${status}`, status)})`,
    );
    blocks.push(paragraph(filled(w('report.coverageBy'), { at: coverage.at, documents: documents.join(w('general.listSeparator')) })));
  }
  const shown = coverage.cells.filter(({ required, exempt }) => required + exempt > 0);
  const columns = [
    w('report.kind'),
    w('report.level'),
    `>${w('report.required')}`,
    `>${w('report.fitted')}`,
    `>${w('report.exempt')}`,
    '>R %',
    `>${w('report.threshold')}`,
    w('report.verdict'),
    `>${w('report.usable')}`,
    `>${w('report.delivering')}`,
  ];
  blocks.push(
    table(
      w('report.coverageTable'),
      columns,
      shown.map((cell) => row(content, cell)),
    ),
  );
  const cautions = new Set(coverage.cells.flatMap(({ caution }) => (caution ? [caution[lang]] : [])));
  for (const caution of cautions) blocks.push(paragraph(`${MARK} ${caution}`, 'warning'));
  blocks.push(...lacking(content, shown), ...unverified(content), ...besideBlocks(content), ...depthBlocks(content));
  if (coverage.findings.length > 0) {
    blocks.push(heading(2, w('report.findings')));
    blocks.push({ kind: 'list', items: coverage.findings.map((finding) => `${finding.subject}: ${finding[lang]}`) });
  }
  return blocks;
}

function row({ lang }: ReportContent, cell: CoverageCell): readonly Cell[] {
  const unset = cell.verdict === 'needs-office-value' ? '※' : DASH;
  return [
    kindName(cell, lang),
    `${cell.level} ${word(lang, `level.${cell.level}`)}`,
    count(cell.required),
    count(cell.fitted),
    count(cell.exempt),
    floored(cell.ratio),
    cell.threshold === null ? unset : setting(cell.threshold),
    `${word(lang, `coverageVerdict.${cell.verdict}`)}${cell.caution ? ` ${MARK}` : ''}`,
    count(cell.usable),
    cell.delivering === null ? DASH : count(cell.delivering),
  ];
}

/** Points without a meter, meters that may not be used and those that deliver nothing, with what they should carry. */
function lacking({ lang, coverage }: ReportContent, cells: readonly CoverageCell[]): readonly Block[] {
  const why = new Map(
    coverage.cells.flatMap(({ unusable }) =>
      unusable.map(({ point, why }) => [
        point,
        why.map((each) => word(lang, `unusable.${each}`)).join(word(lang, 'general.listSeparator')),
      ]),
    ),
  );
  const items = cells.flatMap((cell) =>
    cell.lacking.map(({ point, fault, carries }) => {
      const reason = (fault === 'not-usable' ? why.get(point) : undefined) ?? word(lang, `lackingFault.${fault}`);
      const amount =
        carries === null ? '' : `; ${filled(word(lang, 'report.carries'), { amount: `${rounded(carries.value)} ${carries.unit}` })}`;
      return `${point}: ${kindName(cell, lang)}, ${word(lang, `level.${cell.level}`)}: ${reason}${amount}`;
    }),
  );
  const exempted = cells.flatMap((cell) =>
    cell.exempted.map(
      ({ point, by, evidence }) =>
        `${point}: ${kindName(cell, lang)}, ${word(lang, `level.${cell.level}`)}: ${word(lang, 'report.exempt')} (${wordOr(lang, `exemption.${by}`, by)}): ${evidence}`,
    ),
  );
  return items.length + exempted.length === 0
    ? []
    : [heading(2, word(lang, 'report.lacking')), { kind: 'list', items: [...items, ...exempted] }];
}

/** Meters at no metering point that nobody has commissioned: what they show was held against no face. Those at a point are named there. */
function unverified({ plant, coverage, lang }: ReportContent): readonly Block[] {
  const named = new Set(coverage.cells.flatMap(({ unusable }) => unusable.map(({ meter }) => meter)));
  const meters = plant.file.meters.filter(({ id, commissioned }) => commissioned === undefined && !named.has(id)).map(({ id }) => id);
  if (meters.length === 0) return [];
  const text = filled(word(lang, 'report.unverified'), { meters: meters.join(word(lang, 'general.listSeparator')) });
  return [paragraph(text, 'warning')];
}

/** Other tables that hold everywhere, with what is to be said of them and where they differ from those of the verdict. */
function besideBlocks({ coverage, lang }: ReportContent): readonly Block[] {
  if (coverage.beside.length === 0) return [];
  const items = coverage.beside.map(({ rule, caution, cells }) => {
    const fails = cells.filter(({ verdict }) => verdict === 'fail').map((cell) => `${kindName(cell, lang)} ${cell.level}`);
    const failing = fails.length === 0 ? word(lang, 'report.besideNone') : fails.join(word(lang, 'general.listSeparator'));
    return `${rule.document}${caution ? ` ${MARK} ${caution[lang]}` : ''}: ${word(lang, 'coverageVerdict.fail')}: ${failing}`;
  });
  const differences = coverage.differences.map(
    ({ what, kind, level, a, b }) =>
      `${word(lang, `difference.${what}`)}${kind === null ? '' : ` ${kindWord(kind, lang)} ${level}`}: ${side(a, lang)}; ${side(b, lang)}`,
  );
  return [heading(2, word(lang, 'report.beside')), { kind: 'list', items: [...items, ...differences] }];
}

const side = ({ rule, value, en = value }: CoverageDifference['a'], lang: ReportContent['lang']) =>
  `${lang === 'zh' ? value : en} (${rule})`;

/** The name of a grade of depth: as its rule has it, or in English. */
const gradeName = ({ grade, name }: { readonly grade: string; readonly name: string }, lang: ReportContent['lang']) =>
  lang === 'zh' ? name : wordOr(lang, `depthGrade.${grade}`, name);

/** Four significant digits. */
function rounded(value: number): string {
  return String(Number(value.toPrecision(4)));
}

/** The depth of balance that the metering allows, the one that this balance reaches, what the next needs, and the acceptance open to it. */
function depthBlocks({ coverage, balances, lang }: ReportContent): readonly Block[] {
  const { depth } = coverage;
  if (depth === null) return [];
  const reached = auditDepth(coverage, balances);
  const items = depth.grades.map((grade) =>
    grade.allowed
      ? `${gradeName(grade, lang)}: ${word(lang, 'report.allowed')}`
      : `${gradeName(grade, lang)}: ${word(lang, 'report.notAllowed')}: ${grade.obstacles.map((each) => obstacle(coverage.cells, each, lang)).join('; ')}`,
  );
  const blocks: Block[] = [
    heading(2, word(lang, 'report.depth')),
    paragraph(filled(word(lang, 'report.depthText'), { grade: gradeName(depth, lang), rule: ruleText(depth, lang) })),
    { kind: 'list', items },
  ];
  if (reached === null) return blocks;
  blocks.push(paragraph(filled(word(lang, 'report.depthReached'), { grade: gradeName(reached, lang) })));
  if (reached.next) {
    blocks.push(paragraph(filled(word(lang, 'report.depthNext'), { grade: gradeName(reached.next, lang) })));
    blocks.push({ kind: 'list', items: reached.next.needs.map(({ text }) => text[lang]) });
  }
  if (coverage.acceptance !== null && coverage.acceptance.status !== 'in-force')
    blocks.push(paragraph(ruleText(coverage.acceptance, lang), 'warning'));
  const classes = (acceptanceOf(coverage, reached) ?? []).map(
    ({ class: letter, name, open, why }) =>
      `${letter} ${name}: ${word(lang, open ? 'report.allowed' : 'report.notAllowed')}${why.map((each) => `; ${each[lang]}`).join('')}`,
  );
  return [...blocks, { kind: 'list', items: classes }];
}

/** A rule by its id, with what must be known of it where it is not simply in force. */
function ruleText({ rule, status }: { readonly rule: string; readonly status: RuleStatus }, lang: ReportContent['lang']): string {
  return status === 'in-force' ? rule : `${rule}, ${word(lang, `ruleStatus.${status}`)}`;
}

function obstacle(cells: readonly CoverageCell[], each: DepthObstacle, lang: ReportContent['lang']): string {
  if (each.lacks === 'audit-focus') return word(lang, 'report.noFocus');
  const cell = cells.find(({ kind }) => kind === each.kind);
  const name = cell ? kindName(cell, lang) : each.kind;
  const scope = each.scope === 'audit-focus' ? ` (${word(lang, 'report.focus')})` : '';
  return `${name} ${word(lang, `level.${each.level}`)}${scope} ${word(lang, `lacks.${each.lacks}`)}`;
}
