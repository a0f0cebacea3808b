import type { SubstitutionProfile } from '../../config/measures/monitoring.ts';
import type { Monitor } from '../../config/plant/monitors.ts';
import { instantMs } from '../../config/plant/time.ts';
import { deviationOf } from '../../config/plant/verdict.ts';
import type { PeriodMass } from './mass.ts';
import type { Span } from './spans.ts';

/** An amount that stands in for a missing one, and why it is that much. */
export interface Substituted {
  readonly startMs: number;
  readonly mass: number;
  readonly cause: 'out-of-control' | 'other';
  /** Hours, or days, that it is the largest of. */
  readonly largestOf: number;
}

export interface Substitution {
  readonly profile: string;
  readonly status: 'confirmed' | 'to-confirm';
  /** (hours − stopped − invalid) ÷ (hours − stopped); null where every hour was a stop. */
  readonly availability: number | null;
  /** Below the profile's line nothing is substituted: the data are not usable for the amount. */
  readonly usable: boolean;
  readonly hours: readonly Substituted[];
  /** Missing hours for which the profile gives nothing: no valid hours before, or no passed check. */
  readonly left: number;
}

/** Times of the entries of a register, of those that were passed and those that were failed. */
export interface Checks {
  readonly passedMs: readonly number[];
  readonly failedMs: readonly number[];
}

/** What the quality register of a monitor says: which checks were passed and which failed, by their own figures where these can tell. */
export function checksOf(monitor: Monitor | undefined, offsetMinutes: number): Checks {
  const entries = (monitor?.quality ?? []).map((entry) => ({
    atMs: instantMs(entry.at, offsetMinutes),
    passed: deviationOf(entry, monitor?.range).within ?? entry.verdict === 'passed',
  }));
  const of = (passed: boolean): number[] => entries.filter((entry) => entry.passed === passed).map(({ atMs }) => atMs);
  return { passedMs: of(true), failedMs: of(false) };
}

const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

/**
 * Amounts for the missing hours by a profile. A monitor is out of control from its last passed check before a failed one until it is
 * passed again; its hours there are missing whatever it read. Without a passed check in the register nothing is substituted: nobody knows
 * that what would stand in was measured.
 *
 * @param hours ascending, one an hour; null where the amount is missing: those of the quarter and those before that stand in for them.
 * @param stopped whether nothing was discharged in an hour. @param quarter whose missing hours are substituted, by its own availability.
 */
export function substitute(
  hours: readonly PeriodMass[],
  profile: SubstitutionProfile,
  checks: Checks,
  stopped: (startMs: number) => boolean,
  offsetMinutes: number,
  quarter: Span,
): Substitution {
  const outOfControl = controlLost(checks);
  const lost = (startMs: number): boolean => outOfControl.some(({ fromMs, toMs }) => startMs >= fromMs && startMs < toMs);
  const running = hours.filter(({ startMs }) => !stopped(startMs));
  const valid = running.filter(({ startMs, mass }) => mass !== null && !lost(startMs)) as { startMs: number; mass: number }[];
  const inQuarter = ({ startMs }: { readonly startMs: number }): boolean => startMs >= quarter.fromMs && startMs < quarter.toMs;
  const due = running.filter(inQuarter).length;
  const availability = due === 0 ? null : valid.filter(inQuarter).length / due;
  const usable = availability !== null && (profile.unusableBelow === null || availability >= profile.unusableBelow);
  const base = { profile: profile.id, status: profile.status, availability, usable };
  const missing = running.filter((hour) => inQuarter(hour) && (hour.mass === null || lost(hour.startMs)));
  if (!usable || checks.passedMs.length === 0) return { ...base, hours: [], left: missing.length };
  const days = daySums(valid, offsetMinutes);
  const found: Substituted[] = [];
  for (const stretch of stretches(missing)) {
    const cause = lost(stretch[0]!.startMs) ? 'out-of-control' : 'other';
    const band = profile.bands.find(
      (one) =>
        (one.cause === 'any' || one.cause === cause) &&
        availability >= one.availability[0] &&
        (availability < one.availability[1] || one.availability[1] === 1) &&
        (one.hoursAtMost === null || stretch.length <= one.hoursAtMost),
    );
    // Valid hours before the last calibration that was in order, or before the failure.
    const beforeMs = cause === 'out-of-control' ? outOfControl.find(({ toMs }) => toMs > stretch[0]!.startMs)!.fromMs : stretch[0]!.startMs;
    if (band?.largestOfHours !== undefined) {
      const before = valid.filter(({ startMs }) => startMs < beforeMs).slice(-band.largestOfHours);
      if (before.length === 0) continue;
      const mass = Math.max(...before.map((hour) => hour.mass));
      found.push(...stretch.map(({ startMs }) => ({ startMs, mass, cause, largestOf: before.length }) as const));
    } else if (band?.largestDaySince === 'passed-check') {
      const sinceMs = checks.passedMs.filter((ms) => ms <= stretch[0]!.startMs).at(-1);
      const before = days.filter(({ startMs }) => sinceMs !== undefined && startMs >= sinceMs && startMs + DAY_MS <= beforeMs);
      if (before.length === 0) continue;
      const mass = Math.max(...before.map((day) => day.mass)) / 24;
      found.push(...stretch.map(({ startMs }) => ({ startMs, mass, cause, largestOf: before.length }) as const));
    }
  }
  return { ...base, hours: found, left: missing.length - found.length };
}

/** From the last passed check before each failed one until the next that is passed; for ever where none is. */
function controlLost({ passedMs, failedMs }: Checks): { fromMs: number; toMs: number }[] {
  return failedMs.map((failed) => ({
    fromMs: passedMs.filter((ms) => ms < failed).at(-1) ?? failed,
    toMs: passedMs.find((ms) => ms > failed) ?? Number.POSITIVE_INFINITY,
  }));
}

function stretches(hours: readonly PeriodMass[]): PeriodMass[][] {
  const found: PeriodMass[][] = [];
  for (const hour of hours) {
    const last = found.at(-1);
    if (last !== undefined && last.at(-1)!.startMs + HOUR_MS === hour.startMs) last.push(hour);
    else found.push([hour]);
  }
  return found;
}

/** Sums of the days whose hours are all there. */
function daySums(hours: readonly { readonly startMs: number; readonly mass: number }[], offsetMinutes: number) {
  const days = new Map<number, { count: number; mass: number }>();
  for (const { startMs, mass } of hours) {
    const dayMs = Math.floor((startMs + offsetMinutes * 60_000) / DAY_MS) * DAY_MS - offsetMinutes * 60_000;
    const day = days.get(dayMs) ?? { count: 0, mass: 0 };
    days.set(dayMs, { count: day.count + 1, mass: day.mass + mass });
  }
  return [...days].filter(([, { count }]) => count === 24).map(([startMs, { mass }]) => ({ startMs, mass }));
}
