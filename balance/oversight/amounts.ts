import type { StoreReader } from '../../collector/stores/store.ts';
import { accountingRule, substitutionProfile } from '../../config/measures/monitoring.ts';
import { pollutants } from '../../config/measures/pollutants.ts';
import { convert } from '../../config/measures/units.ts';
import { type Cap, holdingSpan } from '../../config/plant/permit.ts';
import type { Plant } from '../../config/plant/plant.ts';
import type { Outfall } from '../../config/plant/schema.ts';
import { formatInstant } from '../../config/plant/time.ts';
import type { Window } from '../window/window.ts';
import { type CapStanding, capPeriod, capStanding } from './caps.ts';
import { concentrationFactor, flowFactor, type GasState } from './gas.ts';
import { dayMasses, hourMasses, type PeriodMass } from './mass.ts';
import { hourAmounts, perM3 } from './readings.ts';
import { type Span, within } from './spans.ts';
import { checksOf, type Substitution, substitute } from './substitution.ts';
import type { PeriodMean } from './validity.ts';

/** Amount of one pollutant in the window. Substituted amounts are never in `measured`. */
export interface MonitorMass {
  readonly unit: string;
  readonly measured: number;
  readonly substituted: number;
  readonly hours: { readonly all: number; readonly measured: number; readonly substituted: number; readonly unknown: number };
  readonly days: readonly { readonly date: string; readonly measured: number | null }[];
  /** Why nothing was substituted, or by which profile; `to-confirm` is one that a plant file named and no text at hand states. */
  readonly substitution:
    | (Pick<Substitution, 'profile' | 'status' | 'availability' | 'usable' | 'left'> & { readonly reason: null })
    | { readonly reason: 'no-profile' | 'no-register' };
}

/** A cap and how much of it is used. Times are ISO 8601 in the plant's offset. */
export interface CapOversight extends Omit<CapStanding, 'reachedMs'> {
  readonly code: string;
  readonly cap: number;
  readonly unit: string;
  readonly per: Cap['per'];
  readonly source: string;
  readonly from: string;
  readonly to: string;
  /** Day on which the cap is reached at the present rate; null where not within the period. */
  readonly reached: string | null;
}

const HOUR_MS = 3_600_000;

/** What an amount needs beside the hour means: the discharge of each hour and how it is measured. */
export interface Discharge {
  readonly perM3: number;
  readonly byHour: ReadonlyMap<number, number | null>;
  readonly stateAt: (startMs: number) => GasState | null;
}

/** The discharge of an outfall over a window; null where the plant file names no flow. */
export async function dischargeOf(
  plant: Plant,
  reader: StoreReader,
  outfall: Outfall,
  window: Window,
  stateAt: Discharge['stateAt'],
): Promise<Discharge | null> {
  const flow = outfall.flow === undefined ? null : await hourAmounts(plant, reader, outfall.flow, window);
  return flow === null ? null : { perM3: perM3(flow.unit), byHour: flow.byHour, stateAt };
}

/** Amounts of one code hour by hour, in the unit of mass of the code. */
export function massesOf(outfall: Outfall, code: string, unit: string, hours: readonly PeriodMean[], discharge: Discharge): PeriodMass[] {
  const massUnit = pollutants().get(code)?.amountUnit ?? 'kg';
  const { gas } = outfall;
  return hourMasses(hours, unit, massUnit, discharge.byHour, (startMs) => {
    if (gas === undefined) return discharge.perM3;
    const state = discharge.stateAt(startMs);
    const [own, volume] = state === null ? [null, null] : [concentrationFactor(gas, state), flowFactor(gas, state)];
    return own === null || volume === null ? null : own * volume * discharge.perM3;
  });
}

/** Substituted hours of one code, quarter by quarter over all that `hours` hold; why none could be where there are none. */
export function substitutionOf(
  plant: Plant,
  outfall: Outfall,
  code: string,
  hours: readonly PeriodMass[],
  stopped: readonly Span[],
  atMs: number,
): Substitution | 'no-profile' | 'no-register' {
  const { offsetMinutes } = plant;
  const profile = substitutionProfile(outfall.kind, formatInstant(atMs, offsetMinutes).slice(0, 10), outfall.substitution?.profile ?? null);
  if (profile === null) return 'no-profile';
  const monitor = outfall.monitors?.find(({ codes }) => codes.includes(code));
  if (monitor === undefined || monitor.quality.length === 0) return 'no-register';
  const checks = checksOf(monitor, offsetMinutes);
  let quarter = capPeriod('quarter', hours[0]?.startMs ?? atMs, offsetMinutes);
  const quarters: Substitution[] = [];
  for (;;) {
    quarters.push(substitute(hours, profile, checks, (startMs) => within(stopped, startMs), offsetMinutes, quarter));
    if (quarter.toMs >= atMs) break;
    quarter = capPeriod('quarter', quarter.toMs, offsetMinutes);
  }
  return { ...quarters.at(-1)!, hours: quarters.flatMap((one) => one.hours), left: quarters.reduce((sum, { left }) => sum + left, 0) };
}

/** Amounts of the window from hours that reach farther back; `substitution` was computed on all of them. */
export function massOfWindow(
  code: string,
  all: readonly PeriodMass[],
  substitution: ReturnType<typeof substitutionOf>,
  window: Window,
  offsetMinutes: number,
): MonitorMass {
  const hours = all.filter(({ startMs }) => startMs >= window.fromMs && startMs < window.toMs);
  const stands = standIns(substitution);
  const measured = hours.filter((hour) => hour.mass !== null && !stands.has(hour.startMs));
  const filled = hours.flatMap(({ startMs }) => stands.get(startMs) ?? []);
  return {
    unit: pollutants().get(code)?.amountUnit ?? 'kg',
    measured: measured.reduce((sum, { mass }) => sum + mass!, 0),
    substituted: filled.reduce((sum, mass) => sum + mass, 0),
    hours: {
      all: hours.length,
      measured: measured.length,
      substituted: filled.length,
      unknown: hours.length - measured.length - filled.length,
    },
    days: dayMasses(hours, offsetMinutes).map(({ startMs, mass }) => ({
      date: formatInstant(startMs, offsetMinutes).slice(0, 10),
      measured: mass,
    })),
    substitution:
      typeof substitution === 'string'
        ? { reason: substitution }
        : {
            profile: substitution.profile,
            status: substitution.status,
            availability: substitution.availability,
            usable: substitution.usable,
            left: substitution.left,
            reason: null,
          },
  };
}

/** Standing of every cap of a code at the end of the window, from hours since the beginning of its period. */
export function capsOf(
  plant: Plant,
  outfall: Outfall,
  code: string,
  hours: readonly PeriodMass[],
  substitution: ReturnType<typeof substitutionOf>,
  toMs: number,
): CapOversight[] {
  const { offsetMinutes } = plant;
  const at = (timeMs: number): string => formatInstant(timeMs, offsetMinutes);
  const caps = outfall.permit?.caps ?? [];
  const stands = standIns(substitution);
  const massUnit = pollutants().get(code)?.amountUnit ?? 'kg';
  return caps
    .filter((cap) => cap.code === code)
    .flatMap((cap): CapOversight[] => {
      const same = (a: Cap, b: Cap): boolean => a.code === b.code && a.per === b.per;
      const holds = holdingSpan(cap, caps, same, offsetMinutes);
      if (holds.fromMs >= toMs || holds.toMs < toMs) return [];
      const period = capPeriod(cap.per, toMs - 1, offsetMinutes);
      const scale = convert(1, massUnit, cap.unit);
      const byStart = new Map(hours.map((hour) => [hour.startMs, hour.mass]));
      const own = [];
      for (let startMs = period.fromMs; startMs + HOUR_MS <= toMs; startMs += HOUR_MS) {
        const stand = stands.get(startMs) ?? null;
        const mass = stand === null ? (byStart.get(startMs) ?? null) : null;
        own.push({ startMs, measured: mass === null ? null : mass * scale, substituted: stand === null ? null : stand * scale });
      }
      const missingAtMost = accountingRule(at(toMs).slice(0, 10))?.missingAtMost ?? null;
      const { reachedMs, ...standing } = capStanding(own, period.fromMs, period.toMs, cap.value, missingAtMost);
      return [
        {
          code,
          cap: cap.value,
          unit: cap.unit,
          per: cap.per,
          source: cap.source,
          from: at(period.fromMs),
          to: at(period.toMs),
          reached: reachedMs === null ? null : at(reachedMs).slice(0, 10),
          ...standing,
        },
      ];
    });
}

const standIns = (substitution: ReturnType<typeof substitutionOf>): ReadonlyMap<number, number> =>
  new Map(typeof substitution === 'string' ? [] : substitution.hours.map(({ startMs, mass }) => [startMs, mass]));
