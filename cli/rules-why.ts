import { assess } from '../balance/audit/assess.ts';
import type { PlantProfile } from '../balance/audit/duties.ts';
import type { CoverageReport } from '../collector/coverage/result.ts';
import type { WorkCalendar } from '../config/rules/calendar.ts';
import type { Rule } from '../config/rules/rule.ts';
import { word } from '../config/words/word.ts';

/** What a verdict other than a cell's is, in words, and the rules that it rests on. */
export interface Trace {
  readonly says: readonly string[];
  readonly rules: readonly string[];
}

/**
 * Why a verdict that is no coverage cell is what it is: `depth`, `acceptance/A`, `due/METER`. Null where the report has no such verdict.
 */
export function traceCoverage({ depth, acceptance, verification }: CoverageReport, name: string): Trace | null {
  if (name === 'depth' && depth) {
    const next = depth.grades.find(({ allowed }) => !allowed);
    const lacks =
      next?.obstacles.map((each) => (each.lacks === 'audit-focus' ? each.lacks : `${each.kind}/${each.level} ${each.lacks}`)) ?? [];
    return {
      says: [`${depth.name} ${depth.grade}`, ...(next ? [`${next.name} ${next.grade}: ${lacks.join('; ')}`] : [])],
      rules: [depth.rule],
    };
  }
  const [what, of] = name.split('/');
  if (what === 'acceptance' && acceptance) {
    const found = acceptance.classes.find((each) => each.class === of);
    if (!found) return null;
    const { must, depthAllowed, tables, allowed } = found;
    return {
      says: [`${found.class} ${found.name}: ${allowed}`, `must ${must}: ${depthAllowed}; tables: ${tables ?? '–'}`],
      rules: [acceptance.rule, ...(depth ? [depth.rule] : [])],
    };
  }
  const meter = what === 'due' ? verification.meters.find((each) => each.meter === of) : undefined;
  if (!meter) return null;
  const { date, due, by, certificate, intervals, without } = meter;
  return {
    says: [
      `${meter.meter}: ${date} → ${due ?? '?'} (${by === null ? '?' : `${word('zh', `dueBy.${by}`)} ${word('en', `dueBy.${by}`)}`})`,
      `证书 certificate: ${certificate ?? '–'}`,
      ...intervals.map(({ months, source, by: from, assumed }) => {
        const open = (assumed ?? []).map((each) => `; ${word('zh', `dueAssumed.${each}`)} ${word('en', `dueAssumed.${each}`)}`);
        return `${months} 个月 months: ${source} (${word('zh', `dueBy.${from}`)})${open.join('')}`;
      }),
      ...(without === null ? [] : [`${word('zh', `dueWithout.${without}`)} / ${word('en', `dueWithout.${without}`)}`]),
    ],
    rules: verification.rule !== null && intervals.some((each) => each.by === 'regulation') ? [verification.rule.id] : [],
  };
}

/** Why a plant has a duty (`duty/start-audit`): its classes, the clock and the day of each rule that sets it. Null where none does. */
export function traceDuty(rules: readonly Rule[], profile: PlantProfile, atMs: number, calendar: WorkCalendar, name: string): Trace | null {
  const found = assess(rules, profile, atMs, calendar);
  const duties = found.duties.filter(({ content }) => name === `duty/${content.duty}`);
  if (duties.length === 0) return null;
  return {
    says: [
      ...found.classes.map((each) => `类别 class: ${each.id} (${each.duty}): ${each.rules.map(({ id }) => id).join(', ')}`),
      ...duties.map(({ rule, content, due, adopted }) => {
        const started =
          content.base === 'list-published-or-plan-filed' ? (profile.events['list-published'] ?? profile.events[content.base]) : null;
        const base = content.base === null ? '–' : `${content.base} ${started ?? profile.events[content.base] ?? '?'}`;
        const time = adopted?.content?.limit ?? content.limit;
        const taken = adopted === null ? '' : ` (${adopted.id})`;
        const limit = time === null ? '–' : `${time.kind} ${time.amount} ${time.unit}${taken}`;
        return `${rule.id}: ${base} + ${limit} = ${due?.day ?? '?'}${due?.provisional ? '（暂定 provisional）' : ''}`;
      }),
    ],
    rules: [
      ...new Set([
        ...duties.flatMap(({ rule, adopted }) => (adopted === null ? [rule.id] : [rule.id, adopted.id])),
        ...found.classes.flatMap((each) => each.rules.map(({ id }) => id)),
      ]),
    ],
  };
}
