import type { Reconciliation } from '../balance/network/problem.ts';

const CLASSES = {
  redundant: '冗余 redundant',
  nonredundant: '非冗余 nonredundant',
  observable: '可推算 observable',
  unobservable: '不可推算 unobservable',
};

/** A reconciliation as a table for a person, in Chinese and English, one line a stream. */
export function reconciliationTable(result: Reconciliation): string {
  const { global } = result;
  const lines = table(
    ['物流 stream', '测量值 measured', '协调值 reconciled', '标准差 σ', '校正 adjustment', '检验 |z|', '类别 class'],
    result.streams.map((s) => [
      s.id,
      number(s.measured),
      s.reconciled === null ? '无法确定 n/d' : number(s.reconciled),
      number(s.sigma),
      number(s.adjustment),
      number(s.test),
      CLASSES[s.class],
    ]),
  );
  const verdict = global.passed === null ? '无冗余，无法检验 nothing to test' : global.passed ? '通过 passed' : '未通过 failed';
  lines.push(
    '',
    `总体检验 global test: J = ${number(global.statistic)}, ν = ${global.dof}, χ²(${1 - global.alpha}) = ${number(global.critical)}: ${verdict}`,
  );
  if (result.nodes.length > 0) {
    const tested = result.nodes.map((n) => [n.id, number(n.imbalance), number(n.sigma), number(n.test)]);
    lines.push('', ...table(['节点 node', '差额 in − out', '标准差 σ', '检验 |z|'], tested));
  }
  for (const suspect of result.suspects) {
    const kind = suspect.kind === 'bias' ? '疑似偏差 suspected bias' : '疑似泄漏 suspected leak';
    const apart = suspect.ids.length > 1 ? '（不可区分 cannot be told apart）' : '';
    lines.push(
      '',
      `${kind}: ${suspect.ids.join(', ')}${apart}: ${number(suspect.magnitude)}, T = ${number(suspect.statistic)}, J → ${number(suspect.statisticAfter)}`,
    );
  }
  for (const group of result.groups) lines.push('', `误差不可区分 cannot be told apart: ${group.join(', ')}`);
  for (const { remedy } of result.streams) if (remedy) lines.push('', `${remedy.zh}\n${remedy.en}`);
  for (const warning of result.warnings) lines.push('', `注意 note: ${warning}`);
  return `${lines.join('\n')}\n`;
}

function number(value: number | null): string {
  return value === null ? '–' : Number(value.toPrecision(6)).toString();
}

/** Columns padded by the width that a terminal gives a character: two for Chinese ones. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const widths = head.map((title, c) => Math.max(width(title), ...rows.map((row) => width(row[c] ?? ''))));
  return [head, ...rows].map((row) =>
    row
      .map((cell, c) => cell + ' '.repeat(widths[c]! - width(cell)))
      .join('  ')
      .trimEnd(),
  );
}

function width(text: string): number {
  let sum = 0;
  for (const character of text) sum += /[\u2e80-\u9fff\uff00-\uff60]/u.test(character) ? 2 : 1;
  return sum;
}
