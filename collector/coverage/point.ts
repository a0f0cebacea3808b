import type { Plant } from '../../config/plant/plant.ts';
import type { Meter, MeteringPoint } from '../../config/plant/schema.ts';
import { formatInstant, instantMs } from '../../config/plant/time.ts';
import type { ContentOf } from '../../config/rules/families/families.ts';
import type { Unusable } from './result.ts';
import { type DueDay, dueOf, type IntervalRule } from './verification.ts';

/** Accuracy classes that meters must have, by kind. */
export type AccuracyClasses = ContentOf<'accuracy'>;

/** What stands at a metering point at an instant. */
export interface PointState {
  readonly point: MeteringPoint;
  /** The main meter, null where none stands there: a check meter alone does not make a point fitted. */
  readonly meter: Meter | null;
  /** Why the meter may not be used; empty where it may. */
  readonly unusable: readonly Unusable[];
  /** Until when its last verification holds; null without a meter or a verification. */
  readonly due: DueDay | null;
}

/**
 * What stands at a point at an instant (UTC ms). A meter that is out of service is fitted, not usable. `classes` is null where no table
 * of accuracy classes is held, `intervals` where no periods of verification are.
 *
 * @source 云经资源〔2007〕518号 附件一 注3 (n counts what is fitted); GB 17167-2006 5.3.6 (overdue or failed meters are not used)
 */
export function pointState(
  plant: Plant,
  point: MeteringPoint,
  atMs: number,
  classes: AccuracyClasses | null,
  intervals: IntervalRule | null,
): PointState {
  const standing = point.meters.find(
    ({ role, from, to }) =>
      role === 'main' &&
      (from === undefined || instantMs(from, plant.offsetMinutes) <= atMs) &&
      (to === undefined || atMs < instantMs(to, plant.offsetMinutes)),
  );
  const meter = standing === undefined ? null : (plant.meters.get(standing.meter) ?? null);
  if (meter === null) return { point, meter, unusable: [], due: null };
  const due = dueOf(meter, plant.offsetMinutes, intervals);
  return { point, meter, unusable: whyUnusable(meter, point.kind, plant.offsetMinutes, atMs, classes, due), due };
}

function whyUnusable(
  meter: Meter,
  kind: string,
  offsetMinutes: number,
  atMs: number,
  classes: AccuracyClasses | null,
  checked: DueDay | null,
): Unusable[] {
  const why: Unusable[] = [];
  if (meter.status === 'out-of-service') why.push('out-of-service');
  if (meter.verification === undefined || checked === null) why.push('not-verified');
  else {
    if (atMs < instantMs(meter.verification.date, offsetMinutes)) why.push('not-yet-verified');
    // The due day is the last one on which it counts; without one nobody can say that it still does.
    if (checked.due === null) why.push('verification-interval-unknown');
    else if (formatInstant(atMs, offsetMinutes).slice(0, 10) > checked.due) why.push('verification-overdue');
  }
  if (meter.accuracy === undefined) why.push('accuracy-unknown');
  else if (isTooCoarse(meter.accuracy.class, kind, classes)) why.push('accuracy-insufficient');
  if (meter.commissioned === undefined) why.push('not-commissioned');
  return why;
}

/** A class is compared by its number (0.5S counts as 0.5); a class without one is not judged. */
function isTooCoarse(printed: string, kind: string, classes: AccuracyClasses | null): boolean {
  const allowed = classes?.rows.filter((row) => row.kind === kind).map(({ atMost }) => atMost) ?? [];
  const number = /^\d+(\.\d+)?/.exec(printed.trim());
  return allowed.length > 0 && number !== null && Number(number[0]) > Math.max(...allowed);
}
