import { type WordKey, word } from '../config/words/word.ts';
import { columns } from './columns.ts';
import type { DataHealth } from './data-health.ts';
import { intakeLines } from './intake-text.ts';

/** Channels that are spelled out; the rest stands in the JSON. */
const MOST_ROWS = 20;

/** Where the readings of the last 24 hours went, and which totalisers deny their own rate, for a person. */
export function dataHealthText({ from, to, conservation, intake, agreement }: DataHealth): string {
  const scheduled = conservation.filter(({ total }) => total.expected !== null);
  const kept = scheduled.filter(({ total }) => total.unaccounted === 0);
  const lines = ['', `样本守恒 conservation of samples, ${from} – ${to}`];
  const sum = (pick: (total: DataHealth['conservation'][number]['total']) => number): number =>
    scheduled.reduce((all, { total }) => all + pick(total), 0);
  const missing = new Map<string, number>();
  for (const { total } of scheduled) {
    for (const [reason, count] of Object.entries(total.missing)) missing.set(reason, (missing.get(reason) ?? 0) + count);
  }
  const reasons = [...missing].map(([reason, count]) => `${both(`reason.${reason}`)} ${count}`);
  lines.push(
    `  应采 expected ${sum(({ expected }) => expected ?? 0)} = 有效 good ${sum(({ good }) => good)} + 存疑 suspect ${sum(({ suspect }) => suspect)} + 缺失 missing ${reasons.length > 0 ? reasons.join(' + ') : '0'} + 不明 unaccounted ${sum(({ unaccounted }) => unaccounted)}`,
    `  ${kept.length}/${scheduled.length} 个通道全部有交代 channels with every reading accounted for`,
  );
  const hidden = scheduled.filter(({ total }) => total.unaccounted !== 0);
  if (hidden.length > 0) {
    const rows = hidden
      .slice(0, MOST_ROWS)
      .map(({ channel, total }) => [`  ${channel}`, String(total.expected), String(total.unaccounted)]);
    lines.push(columns([['  通道 channel', '应采 expected', '不明 unaccounted'], ...rows]));
    if (hidden.length > MOST_ROWS) lines.push(`  … ${hidden.length - MOST_ROWS}`);
  }
  lines.push('', ...intakeLines(intake, `${from} – ${to}`));
  if (agreement.length > 0) {
    const head = ['  累计表 totaliser', '瞬时 rate', '小时 hours', '累计 ÷ 积分 total ÷ integral', '结论 verdict', '可能 likely'];
    const rows = agreement.map(({ counter, rate, hours, ratio, verdict, likely }) => [
      `  ${counter}`,
      rate,
      String(hours.length),
      ratio === null ? '–' : ratio.toPrecision(5),
      both(`agreement.${verdict}`),
      likely === null ? '' : both(`agreement.${likely}`),
    ]);
    lines.push('', '累计与瞬时核对 totalisers against their own rate', columns([head, ...rows]));
  }
  return `${lines.join('\n')}\n`;
}

function both(key: string): string {
  return `${word('zh', key as WordKey)} ${word('en', key as WordKey)}`;
}
