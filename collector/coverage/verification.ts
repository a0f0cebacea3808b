import type { Meter } from '../../config/plant/schema.ts';
import { formatInstant, instantMs } from '../../config/plant/time.ts';
import { addMonths } from '../../config/rules/clock.ts';
import type { VerificationIntervals } from '../../config/rules/families/verification.ts';
import type { RuleOf } from '../../config/rules/rule.ts';

export type IntervalRule = RuleOf<'verification-interval'>;

/** An interval that applies to a meter, and where it is from. */
export interface AppliedInterval {
  readonly months: number;
  readonly by: 'plant' | 'regulation';
  /** Who set it, or the number of the regulation with what it is about. */
  readonly source: string;
  /** What the plant file leaves open, so that the shortest of several periods was taken; null where nothing was. */
  readonly assumed: readonly ('bore' | 'class' | 'settlement')[] | null;
}

/** Until when the last verification, calibration or confirmation of a meter holds, and why. */
export interface DueDay {
  /** Last day on which the meter may be used, `2027-06-05` in the plant's time; null where neither certificate nor interval says. */
  readonly due: string | null;
  /** What set that day; null where nothing did. */
  readonly by: 'certificate' | AppliedInterval['by'] | null;
  /** Day printed on the certificate, null where it has none. */
  readonly certificate: string | null;
  readonly intervals: readonly AppliedInterval[];
  /** Why no regulation's period was compared: none sets one for that kind of certificate, the type is not stated or not held, the period is not known. */
  readonly without: 'not-by-regulation' | 'type-not-stated' | 'type-not-held' | 'period-not-known' | null;
}

/**
 * The day on which the last check of a meter ends: the earliest of what the certificate states, date + the plant's own interval, and, for
 * a verification (检定), date + the period of the regulation. An interval of months ends on the day of the same number, or on the last
 * day of a shorter month; that day still counts.
 *
 * Null for a meter that was never checked. A plant's interval never prolongs what a certificate or a regulation allows.
 */
export function dueOf(meter: Meter, offsetMinutes: number, rule: IntervalRule | null): DueDay | null {
  const last = meter.verification;
  if (last === undefined) return null;
  const day = (text: string) => formatInstant(instantMs(text, offsetMinutes), offsetMinutes).slice(0, 10);
  const done = day(last.date);
  const certificate = last.due === undefined ? null : day(last.due);
  const found = last.kind === 'verification' ? periodOf(meter, rule) : 'not-by-regulation';
  const intervals: AppliedInterval[] = [
    ...(last.interval ? [{ months: last.interval.months, by: 'plant' as const, source: last.interval.origin, assumed: null }] : []),
    ...(typeof found === 'string' ? [] : [found]),
  ];
  const ends = [
    ...(certificate === null ? [] : [{ due: certificate, by: 'certificate' as const }]),
    ...intervals.map(({ months, by }) => ({ due: addMonths(done, months), by })),
  ];
  const first = ends.reduce<(typeof ends)[number] | null>((best, each) => (best === null || each.due < best.due ? each : best), null);
  return {
    due: first?.due ?? null,
    by: first?.by ?? null,
    certificate,
    intervals,
    without: typeof found === 'string' ? found : null,
  };
}

type Period = VerificationIntervals['rows'][number]['periods'][number];

/** The period of the regulation that a type of instrument falls under, or why there is none. */
function periodOf(meter: Meter, rule: IntervalRule | null): AppliedInterval | NonNullable<DueDay['without']> {
  if (meter.instrument === undefined) return 'type-not-stated';
  const type = meter.instrument.toLowerCase();
  const rows = (rule?.content?.rows ?? []).flatMap((row) =>
    row.instruments.filter((each) => type.includes(each.toLowerCase())).map((each) => ({ row, length: each.length })),
  );
  const row = rows.sort((a, b) => b.length - a.length)[0]?.row;
  if (row === undefined) return 'type-not-held';
  const printed = /^\d+(\.\d+)?/.exec(meter.accuracy?.class.trim() ?? '')?.[0];
  const known = { bore: meter.boreMm, class: printed === undefined ? undefined : Number(printed), settlement: meter.settlement };
  const open = row.periods.filter((period) => allows(period.boreMm, known.bore) && allows(period.class, known.class));
  const fitting = open.filter(
    ({ settlement }) => settlement === undefined || known.settlement === undefined || settlement === known.settlement,
  );
  if (fitting.length === 0 || fitting.some(({ months }) => months === null)) return 'period-not-known';
  const shortest = fitting.reduce((best, each) => (each.months! < best.months! ? each : best));
  const assumed = [
    ...(fitting.length > 1 && shortest.boreMm !== undefined && known.bore === undefined ? (['bore'] as const) : []),
    ...(fitting.length > 1 && shortest.class !== undefined && known.class === undefined ? (['class'] as const) : []),
    ...(fitting.length > 1 && shortest.settlement !== undefined && known.settlement === undefined ? (['settlement'] as const) : []),
  ];
  return {
    months: shortest.months!,
    by: 'regulation',
    source: `${row.regulation ?? rule!.id} ${row.name}`,
    assumed: assumed.length === 0 ? null : assumed,
  };
}

/** Whether a value may lie within bounds: one that is not known may. */
function allows(bounds: Period['boreMm'], value: number | undefined): boolean {
  if (bounds === undefined || value === undefined) return true;
  return (bounds.over === undefined || value > bounds.over) && (bounds.upTo === undefined || value <= bounds.upTo);
}
