/** How much of a cap is used, in the unit of the cap. */
export interface CapStanding {
  /** Monitored, of the hours whose amount is known. */
  readonly measured: number;
  /** Substituted for hours without one, shown apart; 0 where nothing was. */
  readonly substituted: number;
  readonly total: number;
  /** Hours up to now, those whose amount is monitored, those that were substituted, and those of which nothing is known. */
  readonly hours: { readonly all: number; readonly measured: number; readonly substituted: number; readonly unknown: number };
  /** Total ÷ cap. */
  readonly used: number;
  readonly over: boolean;
  /**
   * The whole period at the mean rate of the hours that are monitored or substituted; null before any is. It is a projection of what is
   * known: unknown hours are taken to be like the known ones, future ones too.
   */
  readonly projected: number | null;
  readonly projectedOver: boolean | null;
  /** When the cap is reached at that rate, UTC ms; null where it is not within the period. */
  readonly reachedMs: number | null;
  /** More time is missing than monitored data may lack to be used for the period's amount; null where no rule says how much. */
  readonly usable: boolean | null;
}

/** One hour's amount in the unit of the cap. */
export interface CapHour {
  readonly startMs: number;
  readonly measured: number | null;
  readonly substituted: number | null;
}

const HOUR_MS = 3_600_000;

/**
 * Amount since the beginning of a period (year, quarter, month) against its cap, and projected to its end.
 *
 * @param hours from the beginning of the period to now, every hour of it. @param cap positive.
 * @param missingAtMost share of the time that may be missing; null: no rule.
 */
export function capStanding(
  hours: readonly CapHour[],
  fromMs: number,
  toMs: number,
  cap: number,
  missingAtMost: number | null,
): CapStanding {
  if (!(cap > 0)) throw new RangeError(`a cap is positive, not ${cap}`);
  let [measured, substituted, counted, filled, unknown] = [0, 0, 0, 0, 0];
  for (const hour of hours) {
    if (hour.measured !== null) [measured, counted] = [measured + hour.measured, counted + 1];
    else if (hour.substituted !== null) [substituted, filled] = [substituted + hour.substituted, filled + 1];
    else unknown++;
  }
  const total = measured + substituted;
  const rate = counted + filled === 0 ? null : total / (counted + filled);
  const elapsed = total + unknown * (rate ?? 0);
  const nowMs = hours.length === 0 ? fromMs : hours.at(-1)!.startMs + HOUR_MS;
  const projected = rate === null ? null : elapsed + (rate * Math.max(0, toMs - nowMs)) / HOUR_MS;
  const reachedMs = rate === null || rate === 0 || elapsed >= cap ? null : nowMs + ((cap - elapsed) / rate) * HOUR_MS;
  return {
    measured,
    substituted,
    total,
    hours: { all: hours.length, measured: counted, substituted: filled, unknown },
    used: total / cap,
    over: total > cap,
    projected,
    projectedOver: projected === null ? null : projected > cap,
    reachedMs: reachedMs !== null && reachedMs < toMs ? reachedMs : null,
    usable: missingAtMost === null || hours.length === 0 ? null : (filled + unknown) / hours.length <= missingAtMost,
  };
}

/** The year, quarter or month of the plant's offset that an instant lies in. */
export function capPeriod(per: 'year' | 'quarter' | 'month', timeMs: number, offsetMinutes: number): { fromMs: number; toMs: number } {
  const local = new Date(timeMs + offsetMinutes * 60_000);
  const months = { year: 12, quarter: 3, month: 1 }[per];
  const first = Math.floor(local.getUTCMonth() / months) * months;
  const at = (month: number): number => Date.UTC(local.getUTCFullYear(), month, 1) - offsetMinutes * 60_000;
  return { fromMs: at(first), toMs: at(first + months) };
}
