import type { StoreReader } from '../../collector/stores/store.ts';
import { effectiveRateRule, markedTimeRule, sourceOf, validityRule } from '../../config/measures/monitoring.ts';
import { pollutants } from '../../config/measures/pollutants.ts';
import type { Limit } from '../../config/plant/permit.ts';
import type { Channel, Plant } from '../../config/plant/plant.ts';
import type { Outfall } from '../../config/plant/schema.ts';
import { formatInstant } from '../../config/plant/time.ts';
import { deviationOf } from '../../config/plant/verdict.ts';
import type { Window } from '../window/window.ts';
import { type CapOversight, capsOf, type Discharge, type MonitorMass, massesOf, massOfWindow, substitutionOf } from './amounts.ts';
import { declaredMarks, exemptSpans } from './exempt.ts';
import type { GasState } from './gas.ts';
import type { Exceedance } from './limits.ts';
import { type MarkedEvent, markedEvents, stationMarks } from './marks.ts';
import { overLimits } from './over-limits.ts';
import { type Rates, ratesOf } from './rates.ts';
import { dueSamples, everyMsOf } from './readings.ts';
import { type Series, seriesOf } from './signs/series.ts';
import type { Span } from './spans.ts';
import { dayMeans, hourMeans, type PeriodMean } from './validity.ts';

const HOUR_MS = 3_600_000;

/** A span of time as it is told: ISO 8601 in the plant's offset. */
export interface Told {
  readonly from: string;
  readonly to: string;
}

/** One stretch over a permitted concentration. */
export interface OverLimit extends Told, Omit<Exceedance, 'fromMs' | 'toMs'> {
  readonly basis: Limit['basis'];
  readonly converted: boolean;
  readonly limit: number;
  readonly limitUnit: string;
  readonly source: string;
}

/** What stands of one monitored code in the window. */
export interface MonitorOversight {
  readonly code: string;
  /** 中文名称 of the code; null where it is none of HJ 212. */
  readonly name: string | null;
  readonly channel: string;
  readonly unit: string;
  /** Time of the newest reading in the window, ISO 8601; null where there is none. */
  readonly last: string | null;
  /** null where no interval is stated: nothing is known to be due then. */
  readonly rates: (Rates & { readonly everyMs: number }) | null;
  readonly required: { readonly effective: number; readonly source: string | null } | null;
  readonly pass: boolean | null;
  readonly hours: { readonly all: number; readonly valid: number };
  readonly days: readonly { readonly date: string; readonly validHours: number; readonly mean: number | null; readonly valid: boolean }[];
  readonly over: readonly OverLimit[];
  /** Marked time, by the station's flags and by declarations, as events. */
  readonly marks: readonly (Told & Omit<MarkedEvent, 'fromMs' | 'toMs'>)[];
  /** null where the outfall names no flow, or the code is no concentration by mass. */
  readonly mass: MonitorMass | null;
  readonly caps: readonly CapOversight[];
  /** Newest entry of each kind in the quality register that lies before the end of the window. */
  readonly checks: readonly { readonly kind: string; readonly at: string; readonly deviation: number; readonly passed: boolean }[];
}

/** One monitored code as it was read, for the signs that need several. */
export interface ReadCode {
  readonly code: string;
  readonly channel: Channel;
  /** Time between two readings; null where none is stated. */
  readonly everyMs: number | null;
  readonly series: Series | null;
  /** Hour means since `knownFromMs`, and those of the window. */
  readonly all: readonly PeriodMean[];
  readonly hours: readonly PeriodMean[];
}

export type Samples = Awaited<ReturnType<StoreReader['samples']>>;
export type OwnCode = {
  readonly read: ReadCode;
  readonly samples: Samples;
  readonly since: readonly PeriodMean[];
  readonly everyMs: number | null;
};

/** Reads one code: its samples, its hours and its series. */
export async function readCode(
  plant: Plant,
  reader: StoreReader,
  outfall: Outfall,
  code: string,
  channel: Channel,
  since: Window,
  known: Window,
  window: Window,
): Promise<OwnCode> {
  const everyMs = everyMsOf(channel, plant);
  const rule = validityRule(outfall.kind, 'hour');
  // Without a stated interval nothing is known to be missing: any reading stands for its hour, and there are no rates.
  const samples = await dueSamples(reader, channel, since);
  const hours = hourMeans(samples, everyMs ?? HOUR_MS, since.fromMs, since.toMs, rule);
  const all = hours.filter(({ startMs }) => startMs >= known.fromMs);
  return {
    read: {
      code,
      channel,
      everyMs,
      series: everyMs === null || everyMs > HOUR_MS ? null : seriesOf(code, samples, everyMs, known.fromMs, known.toMs),
      all,
      hours: all.filter(({ startMs }) => startMs >= window.fromMs),
    },
    samples,
    since: hours,
    everyMs,
  };
}

/** What stands of one monitored code. */
export function monitorOf(
  plant: Plant,
  outfall: Outfall,
  window: Window,
  { read: { code, channel, hours }, samples, since, everyMs }: OwnCode,
  discharge: Discharge | null,
  gas: ReadonlyMap<number, GasState> | null,
  told: <T extends Span>(span: T) => Told & Omit<T, 'fromMs' | 'toMs'>,
): MonitorOversight {
  const { offsetMinutes } = plant;
  const at = (timeMs: number): string => formatInstant(timeMs, offsetMinutes);
  const date = at(window.toMs).slice(0, 10);
  const declared = outfall.declared ?? [];
  const exempt = exemptSpans(declared, outfall.permit?.exempt ?? [], code, offsetMinutes);
  const own = cut(samples, window);
  const rates = everyMs === null ? null : ratesOf(own, everyMs, window);
  const passLine = effectiveRateRule(date);
  const days = dayMeans(hours, offsetMinutes, validityRule(outfall.kind, 'day'));
  const marks = [...stationMarks(own, everyMs ?? HOUR_MS), ...declaredMarks(declared, code, offsetMinutes)].filter(
    ({ fromMs, toMs }) => toMs > window.fromMs && fromMs < window.toMs,
  );
  const masses = discharge === null || !/^[kmµu]?g\//.test(channel.unit) ? null : massesOf(outfall, code, channel.unit, since, discharge);
  const stopped = declaredMarks(declared, code, offsetMinutes).filter(({ label }) => label === 'stopped');
  const substitution = masses === null ? 'no-profile' : substitutionOf(plant, outfall, code, masses, stopped, window.toMs);
  const last = own.timeMs.findLast((_, index) => !Number.isNaN(own.value[index]));
  const monitor = outfall.monitors?.find(({ codes }) => codes.includes(code));
  const entries = new Map((monitor?.quality ?? []).filter((entry) => entry.at.slice(0, 10) <= date).map((entry) => [entry.kind, entry]));
  return {
    code,
    name: pollutants().get(code)?.zh ?? null,
    channel: channel.id,
    unit: channel.unit,
    last: last === undefined ? null : at(last),
    rates,
    required: passLine === null ? null : { effective: passLine.atLeast, source: sourceOf(passLine.source) },
    pass: rates?.effective == null || passLine === null ? null : rates.effective >= passLine.atLeast,
    hours: { all: hours.length, valid: hours.filter(({ counts }) => counts).length },
    days: days.map(({ startMs, valid, mean, counts }) => ({ date: at(startMs).slice(0, 10), validHours: valid, mean, valid: counts })),
    over: overLimits(plant, outfall, code, channel.unit, { own, everyMs, hours, gas }, exempt).map(({ span, ...rest }) => ({
      ...rest,
      ...told(span),
    })),
    marks: markedEvents(marks, markedTimeRule(date)?.overMinutes ?? null).map(told),
    mass: masses === null ? null : massOfWindow(code, masses, substitution, window, offsetMinutes),
    caps: masses === null ? [] : capsOf(plant, outfall, code, masses, substitution, window.toMs),
    checks: [...entries.values()].map((entry) => {
      const { deviation, within } = deviationOf(entry, monitor!.range);
      return { kind: entry.kind, at: entry.at, deviation, passed: within ?? entry.verdict === 'passed' };
    }),
  };
}

function cut(samples: Samples, { fromMs, toMs }: Window): Samples {
  const from = samples.timeMs.findIndex((timeMs) => timeMs >= fromMs);
  const after = samples.timeMs.findIndex((timeMs) => timeMs >= toMs);
  const [start, end] = [from < 0 ? samples.timeMs.length : from, after < 0 ? samples.timeMs.length : after];
  return {
    channel: samples.channel,
    timeMs: samples.timeMs.subarray(start, end),
    value: samples.value.subarray(start, end),
    quality: samples.quality.subarray(start, end),
    reason: samples.reason.subarray(start, end),
    origin: samples.origin.subarray(start, end),
  };
}
