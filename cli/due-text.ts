import type { MeterDue } from '../balance/audit/calendar-file.ts';
import type { CoverageReport } from '../collector/coverage/result.ts';
import { word } from '../config/words/word.ts';
import { columns } from './columns.ts';
import { statusText } from './rule-text.ts';

/** Days before the due day from which a meter is named. */
export const SOON_DAYS = 30;

/** Which verifications, calibrations and confirmations have ended, end soon or have no known end, and what set each day. */
export function dueText({ rule, meters }: CoverageReport['verification']): string[] {
  const named = meters.filter(({ daysLeft }) => daysLeft === null || daysLeft <= SOON_DAYS);
  if (meters.length === 0) return [];
  const rows = named.map(({ meter, due, daysLeft, by, intervals, without }) => {
    const applied = intervals.find((each) => each.by === by);
    const assumed = (applied?.assumed ?? []).map((each) => both(`dueAssumed.${each}`));
    const why = [
      by === null ? '' : both(`dueBy.${by}`),
      applied === undefined ? '' : `${applied.months} 个月 months, ${applied.source}${by === 'regulation' ? statusText(rule!.status) : ''}`,
      ...assumed,
      by === null && without !== null ? both(`dueWithout.${without}`) : '',
    ];
    return [`  ${meter}`, due ?? '?', daysLeft === null ? '?' : `${daysLeft} d`, why.filter((each) => each !== '').join('; ')];
  });
  const compared = meters.filter(({ intervals }) => intervals.some(({ by }) => by === 'regulation')).length;
  return [
    '',
    `检定、校准的到期日 due days: ${meters.length} 只仪表 meters, ${named.length} 只在 ${SOON_DAYS} 天内到期或已过期 ended or within ${SOON_DAYS} days`,
    ...(rule === null
      ? []
      : [`  ${compared} 只与规程周期相比 compared with the periods of ${rule.document} [${rule.id}]${statusText(rule.status)}`]),
    ...(rows.length === 0 ? [] : [columns(rows)]),
  ];
}

/** The days of a calendar file: every meter with a due day, with what set it. */
export function meterDues({ rule, meters }: CoverageReport['verification']): MeterDue[] {
  return meters.flatMap(({ meter, due, by, intervals }) => {
    if (due === null || by === null) return [];
    const applied = intervals.find((each) => each.by === by);
    const status = by === 'regulation' ? statusText(rule!.status) : '';
    return [
      { meter, due, why: `${both(`dueBy.${by}`)}${applied === undefined ? '' : ` ${applied.months} 个月, ${applied.source}${status}`}` },
    ];
  });
}

function both(key: Parameters<typeof word>[1]): string {
  return `${word('zh', key)} ${word('en', key)}`;
}
