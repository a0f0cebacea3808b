import { convert } from '../../config/measures/units.ts';
import type { PeriodMean } from './validity.ts';

/** Amount of one pollutant in one hour or day. */
export interface PeriodMass {
  readonly startMs: number;
  /** In the unit that is stated beside it; null where concentration or flow do not count. */
  readonly mass: number | null;
}

/** Share of an hour that readings of the flow must cover for its volume to count. */
export const FLOW_COVERED = 0.75;

/**
 * Amounts hour by hour: concentration × volume, in the unit of mass of the code. An hour whose mean does not count has none, nor has one
 * without flow; no flow at all is an amount of 0.
 *
 * @param unit of the means, mass per volume, e.g. mg/L. @param massUnit g or kg: it goes by code.
 * @param factor per hour, to the state of the volume; null where that cannot be had.
 * @source HJ 212-2017 appendix D, G = C·D·10⁻³
 */
export function hourMasses(
  hours: readonly PeriodMean[],
  unit: string,
  massUnit: string,
  flows: ReadonlyMap<number, number | null>,
  factor: (startMs: number) => number | null,
): PeriodMass[] {
  const [mass, volume] = unit.split('/') as [string, string | undefined];
  if (volume === undefined) throw new RangeError(`${unit} is no mass per volume`);
  const perM3 = convert(1, mass, massUnit) / convert(1, volume.replace(/^N(?=m3)/, ''), 'm3');
  return hours.map(({ startMs, mean, counts }) => {
    const passed = flows.get(startMs) ?? null;
    const state = factor(startMs);
    if (passed === 0) return { startMs, mass: 0 };
    return { startMs, mass: !counts || mean === null || passed === null || state === null ? null : mean * perM3 * state * passed };
  });
}

/** Day sums of the plant's own days, of those that lie in the hours whole. A day with an unknown hour has no sum of its own. */
export function dayMasses(hours: readonly PeriodMass[], offsetMinutes: number): PeriodMass[] {
  const DAY_MS = 86_400_000;
  const days = new Map<number, (number | null)[]>();
  for (const { startMs, mass } of hours) {
    const dayMs = Math.floor((startMs + offsetMinutes * 60_000) / DAY_MS) * DAY_MS - offsetMinutes * 60_000;
    const day = days.get(dayMs);
    if (day === undefined) days.set(dayMs, [mass]);
    else day.push(mass);
  }
  return [...days]
    .filter(([, own]) => own.length === 24)
    .map(([startMs, own]) => ({ startMs, mass: own.includes(null) ? null : own.reduce<number>((sum, mass) => sum + (mass ?? 0), 0) }));
}
