import type { CoverageCell, CoverageReport, DepthObstacle } from '../collector/coverage/result.ts';
import { type WordKey, word } from '../config/words/word.ts';
import { columns } from './columns.ts';
import { dueText } from './due-text.ts';
import { statusText } from './rule-text.ts';

/** Beside every verdict that is not to be read alone. */
const MARK = '‡';
const LACKS = { fitted: '缺表 not fitted', usable: '不可用 not usable', 'office-value': '※ 未定 office value unset' };

/** A coverage report for a person, in Chinese and English: one line a cell that has points, then what is wrong. */
export function coverageText(report: CoverageReport): string {
  const shown = report.cells.filter((cell) => cell.required + cell.exempt > 0);
  const head = ['种类 kind', '级 level', 'n/N', 'R %', '要求 ≥ %', '判定 verdict', '可用 usable', '当日有数 delivering', '豁免 exempt'];
  const parts = [
    `${report.at}  ${report.jurisdiction}`,
    ...report.rules.map(({ id, document, status }) => `${document}  [${id}, ${status}]`),
    '',
    columns([head, ...shown.map(row)]),
    `其余 ${report.cells.length - shown.length} 格没有计量点 / the other ${report.cells.length - shown.length} cells have no points`,
  ];
  const cautions = [...new Set(report.cells.flatMap(({ caution }) => (caution ? [`${caution.zh} / ${caution.en}`] : [])))];
  if (cautions.length > 0) parts.push('', ...cautions.map((each) => `${MARK} ${each}`));
  const listed = [...new Set(shown.filter(({ basis }) => basis === 'listed').map(({ kind }) => kind))];
  if (listed.length > 0)
    parts.push(
      '',
      `以下种类没有画出物流，应装数以计量点清单为准 / no streams are drawn of these kinds, so N rests on the list of points: ${listed.join(', ')}`,
    );
  const lacking = shown.flatMap((cell) => cell.lacking.map((each) => ({ cell, each })));
  if (lacking.length > 0)
    parts.push(
      '',
      '缺失与失效 missing and failing:',
      columns(
        lacking.map(({ cell, each }) => [
          `  ${cell.name} ${cell.level}`,
          each.point,
          both(`lackingFault.${each.fault}`),
          each.carries === null
            ? '应计量值未知 not known how much'
            : `${figure(each.carries.value)} ${each.carries.unit} (${each.carries.basis})`,
        ]),
      ),
    );
  const exempted = shown.flatMap((cell) =>
    cell.exempted.map((each) => [`  ${cell.name} ${cell.level}`, each.point, each.by, each.evidence]),
  );
  if (exempted.length > 0) parts.push('', '豁免及其依据 exempt, by what evidence:', columns(exempted));
  const unusable = shown.flatMap((cell) => cell.unusable);
  if (unusable.length > 0) {
    parts.push('', '不可用 not usable:');
    for (const { point, meter, why } of unusable)
      parts.push(`  ${point} (${meter}): ${why.map((each) => both(`unusable.${each}`)).join('; ')}`);
  }
  parts.push(...dueText(report.verification));
  if (report.depth) {
    parts.push(
      '',
      `计量条件允许的平衡深度 / depth that the metering allows: ${report.depth.name} ${report.depth.grade}${statusText(report.depth.status)}`,
    );
    const next = report.depth.grades.find((grade) => !grade.allowed);
    if (next) parts.push(`  ${next.name} ${next.grade}: ${next.obstacles.map(obstacle).join('; ')}`);
  }
  for (const each of report.acceptance?.classes ?? [])
    parts.push(
      `  ${each.class} ${each.name}: ${each.allowed ? '计量条件具备 metering allows it' : '计量条件不具备 metering does not allow it'}`,
    );
  parts.push(...besideText(report));
  if (report.findings.length > 0)
    parts.push('', '注意 notes:', ...report.findings.map(({ subject, zh, en }) => `  ${subject}: ${zh} / ${en}`));
  return `${parts.join('\n')}\n`;
}

function row(cell: CoverageCell): string[] {
  return [
    `${cell.name} ${cell.kind}`,
    `${cell.level} ${both(`level.${cell.level}`)}`,
    `${cell.fitted}/${cell.required}`,
    cell.ratio === null ? '–' : floored(cell.ratio),
    cell.threshold === null ? (cell.verdict === 'needs-office-value' ? '※' : '—') : String(cell.threshold),
    `${both(`coverageVerdict.${cell.verdict}`)}${cell.caution ? ` ${MARK}` : ''}`,
    String(cell.usable),
    cell.delivering === null ? '?' : String(cell.delivering),
    String(cell.exempt),
  ];
}

/** Other tables that hold everywhere, and what differs from those of the verdict. */
function besideText({ beside, differences }: CoverageReport): string[] {
  const parts: string[] = [];
  for (const { rule, inForce, caution, cells, meteringRates } of beside) {
    parts.push(
      '',
      `并列 beside: ${rule.document} [${rule.id}, ${rule.status}]${inForce ? '' : ` ${MARK} ${caution?.zh ?? ''} / ${caution?.en ?? ''}`}`,
    );
    const judged = cells.filter((cell) => cell.required > 0);
    parts.push(
      columns(judged.map((cell) => [`  ${cell.kind}/${cell.level}`, `${cell.fitted}/${cell.required}`, ...row(cell).slice(3, 6)])),
    );
    for (const { level, percent, threshold, met } of meteringRates)
      parts.push(
        `  ${both('difference.metering-rate')} ${level}: ${percent === null ? '?' : percent.toFixed(1)} % (≥ ${threshold} %) ${met === null ? '–' : both(`coverageVerdict.${met ? 'pass' : 'fail'}`)}`,
      );
  }
  if (differences.length > 0)
    parts.push(
      '',
      '不同之处 what differs:',
      columns(
        differences.map(({ what, kind, level, a, b }) => [
          `  ${both(`difference.${what}`)}`,
          kind === null ? '' : `${kind}/${level}`,
          `${a.rule}: ${a.value}`,
          `${b.rule}: ${b.value}`,
        ]),
      ),
    );
  return parts;
}

/** Four significant digits. */
function figure(value: number): string {
  return String(Number(value.toPrecision(4)));
}

/** Two decimals, cut off: a ratio short of its threshold never reads as if it reached it. */
function floored(ratio: number): string {
  return (Math.floor(ratio * 100 + 1e-9) / 100).toFixed(2);
}

function obstacle(each: DepthObstacle): string {
  if (each.lacks === 'audit-focus') return '未设审核重点 no unit is an audit focus';
  return `${each.kind}/${each.level}${each.scope === 'audit-focus' ? '（审核重点 audit focus）' : ''} ${LACKS[each.lacks]}`;
}

function both(key: WordKey): string {
  return `${word('zh', key)} ${word('en', key)}`;
}
