import type { Plant } from '../../config/plant/plant.ts';
import { formatInstant, instantMs } from '../../config/plant/time.ts';
import type { PointState } from './point.ts';
import type { CoverageFinding, VerificationReport } from './result.ts';
import { documentOf } from './tables.ts';
import type { IntervalRule } from './verification.ts';

const DAY_MS = 86_400_000;

/** Until when the meters that stand at points at an instant (UTC ms) may be used, by due day, those without one first. */
export function verificationReport(
  plant: Plant,
  states: readonly PointState[],
  atMs: number,
  rule: IntervalRule | null,
): VerificationReport {
  const today = Date.parse(formatInstant(atMs, plant.offsetMinutes).slice(0, 10));
  const byMeter = new Map<string, VerificationReport['meters'][number]>();
  for (const { point, meter, due } of states) {
    if (meter?.verification === undefined || due === null) continue;
    const { kind, date } = meter.verification;
    const done = formatInstant(instantMs(date, plant.offsetMinutes), plant.offsetMinutes).slice(0, 10);
    const daysLeft = due.due === null ? null : Math.round((Date.parse(due.due) - today) / DAY_MS);
    const points = [...(byMeter.get(meter.id)?.points ?? []), point.id];
    byMeter.set(meter.id, { meter: meter.id, points, kind, date: done, daysLeft, ...due });
  }
  return {
    rule: rule === null ? null : { id: rule.id, document: documentOf(rule), status: rule.status },
    meters: [...byMeter.values()].sort((a, b) => (a.due ?? '').localeCompare(b.due ?? '') || a.meter.localeCompare(b.meter)),
  };
}

/** What must be said of due days: one that an interval sets before the certificate's, and verifications that no period was held for. */
export function dueFindings(plant: Plant, { meters }: VerificationReport): CoverageFinding[] {
  const earlier = meters.flatMap(({ meter, date, due, by, certificate, intervals }): CoverageFinding[] => {
    const applied = intervals.find((each) => each.by === by);
    if (applied === undefined || due === null) return [];
    const { months, source } = applied;
    return [
      {
        code: 'verification-earlier',
        subject: meter,
        zh: `${date} 起 ${months} 个月，到 ${due} 止（${source}）${certificate === null ? '；证书未写有效期' : `；证书写至 ${certificate}`}`,
        en: `${months} months from ${date} end on ${due} (${source})${certificate === null ? '; the certificate states no day' : `; the certificate says ${certificate}`}`,
      },
    ];
  });
  const unknown = meters.filter(({ kind, intervals }) => kind === 'verification' && intervals.length === 0).map(({ meter }) => meter);
  if (unknown.length === 0) return earlier;
  return [
    ...earlier,
    {
      code: 'interval-not-held',
      subject: plant.id,
      zh: `${unknown.length} 只仪表的检定周期未掌握，有效期只以证书为准：${listed(unknown)}`,
      en: `no verification period is held for ${unknown.length} meters, so their certificates alone say until when: ${listed(unknown)}`,
    },
  ];
}

/** At most eight names, then how many more. */
function listed(names: readonly string[]): string {
  return names.length <= 8 ? names.join(', ') : `${names.slice(0, 8).join(', ')}, … +${names.length - 8}`;
}
