import type { Difference, Effect } from '../config/plant/diff.ts';

const ZH: Readonly<Record<Effect | Difference['change'], string>> = {
  reading: '采集',
  totals: '累计量（需重算）',
  coverage: '配备率',
  report: '报告',
  description: '仅说明',
  added: '新增',
  removed: '删除',
  changed: '修改',
};

/** Differences for a person: one line an item with what it touches, one line a field with the value before and after. */
export function differencesText(differences: readonly Difference[]): string {
  if (differences.length === 0) return '两份企业文件内容相同\nthe two plant files say the same\n';
  const lines = differences.flatMap(({ section, id, change, effects, fields }) => [
    `${ZH[change]} ${change} ${section}/${id}：${effects.map((effect) => ZH[effect]).join('、')} (${effects.join(', ')})`,
    ...fields.map(({ path, before, after }) => `    ${path}: ${written(before)} → ${written(after)}`),
  ]);
  return `${lines.join('\n')}\n`;
}

function written(value: unknown): string {
  return value === null ? '—' : JSON.stringify(value);
}
