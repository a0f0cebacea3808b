import { QUALITY_CODE } from '../../collector/sample/sample.ts';
import type { SampleColumns } from '../../collector/stores/store.ts';
import type { ValidityRule } from '../../config/measures/monitoring.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

/** What a monitor told of one hour or day. */
export interface PeriodMean {
  readonly startMs: number;
  /** Minutes (of an hour) or hours (of a day) that stand on good readings. */
  readonly valid: number;
  /** Readings of an hour, or hours of a day, that are there and not valid. */
  readonly abnormal: number;
  /** Arithmetic mean of what is valid, unit of the channel; null where nothing is. */
  readonly mean: number | null;
  /** Whether the period counts by the rule. Without a rule: where anything is valid. */
  readonly counts: boolean;
}

/**
 * Hour means of a monitor over [fromMs, toMs), both full hours.
 *
 * A reading stands for the interval at which it is due, so that 45 of 60 minutes can be asked of six readings. Readings that are suspect
 * or missing are abnormal and enter no mean. Of two readings at one time the later written counts.
 *
 * @source HJ 212-2017 appendix D (hour: at least 45 valid minutes), appendix C (water: one abnormal value makes the period abnormal)
 */
export function hourMeans(samples: SampleColumns, everyMs: number, fromMs: number, toMs: number, rule: ValidityRule | null): PeriodMean[] {
  const hours = Array.from({ length: Math.max(0, Math.round((toMs - fromMs) / HOUR_MS)) }, () => ({ sum: 0, good: 0, abnormal: 0 }));
  const last = samples.timeMs.length - 1;
  for (let index = 0; index <= last; index++) {
    const timeMs = samples.timeMs[index]!;
    if (index < last && samples.timeMs[index + 1] === timeMs) continue;
    const hour = hours[Math.floor((timeMs - fromMs) / HOUR_MS)];
    if (hour === undefined) continue;
    if (samples.quality[index] === QUALITY_CODE.good) {
      hour.sum += samples.value[index]!;
      hour.good++;
    } else hour.abnormal++;
  }
  return hours.map(({ sum, good, abnormal }, index) => {
    const valid = Math.min(60, (good * everyMs) / 60_000);
    return periodMean(fromMs + index * HOUR_MS, valid, abnormal, sum, good, rule?.atLeast?.minutes, rule);
  });
}

/** Day means from hour means, for the days of the plant's offset that lie in them whole. @source HJ 212-2017 appendix D (20 valid hours) */
export function dayMeans(hours: readonly PeriodMean[], offsetMinutes: number, rule: ValidityRule | null): PeriodMean[] {
  const days = new Map<number, PeriodMean[]>();
  for (const hour of hours) {
    const startMs = Math.floor((hour.startMs + offsetMinutes * 60_000) / DAY_MS) * DAY_MS - offsetMinutes * 60_000;
    const day = days.get(startMs);
    if (day === undefined) days.set(startMs, [hour]);
    else day.push(hour);
  }
  return [...days]
    .filter(([, own]) => own.length === 24)
    .map(([startMs, own]) => {
      const counted = own.filter(({ counts }) => counts);
      const abnormal = own.filter(({ counts, abnormal: bad }) => !counts && bad > 0).length;
      const sum = counted.reduce((total, { mean }) => total + (mean ?? 0), 0);
      return periodMean(startMs, counted.length, abnormal, sum, counted.length, rule?.atLeast?.hours, rule);
    });
}

function periodMean(
  startMs: number,
  valid: number,
  abnormal: number,
  sum: number,
  count: number,
  atLeast: number | undefined,
  rule: ValidityRule | null,
): PeriodMean {
  const counts = count > 0 && valid >= (atLeast ?? 0) && abnormal <= (rule?.atMost?.abnormal ?? Number.POSITIVE_INFINITY);
  return { startMs, valid, abnormal, mean: count === 0 ? null : sum / count, counts };
}
