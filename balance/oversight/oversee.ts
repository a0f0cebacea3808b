import type { StoreReader } from '../../collector/stores/store.ts';
import { effectiveRateRule, rulesToConfirm, sourceOf, validityRule } from '../../config/measures/monitoring.ts';
import { pollutants } from '../../config/measures/pollutants.ts';
import { convert, isConvertible } from '../../config/measures/units.ts';
import type { Plant } from '../../config/plant/plant.ts';
import type { Outfall } from '../../config/plant/schema.ts';
import { durationMs, formatInstant, instantMs } from '../../config/plant/time.ts';
import { computeBalances } from '../media/compute.ts';
import type { Window } from '../window/window.ts';
import { type Contradiction, contradictions } from './contradiction.ts';
import { exceedances } from './limits.ts';
import { rates } from './rates.ts';
import { frozen, partsAboveWholes, type Sign } from './signs.ts';
import { dayMeans, hourMeans, type PeriodMean } from './validity.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
const HJ212_EVERY: Readonly<Record<string, string>> = { minute: '10min', hour: '1h', day: '1d' };

/** What stands of one plant for whoever supervises it. Times are ISO 8601 in the plant's offset. */
export interface Oversight {
  readonly plant: string;
  readonly simulated: boolean;
  readonly window: { readonly from: string; readonly to: string };
  readonly outfalls: readonly OutfallOversight[];
  /** Rules that are known of and not applied: no text at hand states them. */
  readonly toConfirm: readonly { readonly kind: string; readonly period: string; readonly reason: string | null }[];
}

export type OutfallOversight = Awaited<ReturnType<typeof overseeOutfall>>;

/**
 * Validity, rates, exceedances, signs and contradictions of every outfall of a plant over a window of full hours.
 *
 * @throws Fault as `computeBalances`.
 */
export async function oversee(plant: Plant, reader: StoreReader, window: Window): Promise<Oversight> {
  const at = (timeMs: number): string => formatInstant(timeMs, plant.offsetMinutes);
  const report = await computeBalances(plant, reader, window, null);
  const root = plant.file.units.find(({ level }) => level === 'plant')?.id ?? '';
  const outfalls: OutfallOversight[] = [];
  for (const outfall of plant.file.outfalls) {
    outfalls.push(await overseeOutfall(plant, reader, window, outfall, contradictions(report.balances, root, outfall.streams)));
  }
  return {
    plant: plant.id,
    simulated: plant.simulated,
    window: { from: at(window.fromMs), to: at(window.toMs) },
    outfalls,
    toConfirm: rulesToConfirm().map(({ kind, period, reason }) => ({ kind, period, reason: reason ?? null })),
  };
}

async function overseeOutfall(plant: Plant, reader: StoreReader, window: Window, outfall: Outfall, found: readonly Contradiction[]) {
  const at = (timeMs: number): string => formatInstant(timeMs, plant.offsetMinutes);
  const [hourRule, dayRule] = [validityRule(outfall.kind, 'hour'), validityRule(outfall.kind, 'day')];
  const passLine = effectiveRateRule(at(window.toMs).slice(0, 10));
  const byCode = new Map<string, readonly PeriodMean[]>();
  const signs: Sign[] = [];
  const monitors = [];
  for (const [code, id] of Object.entries(outfall.monitored)) {
    const channel = plant.channels.get(id);
    if (channel === undefined) continue;
    const { read } = channel;
    const every = read?.every ?? (read !== undefined && 'period' in read ? HJ212_EVERY[read.period] : undefined);
    const everyMs = every === undefined ? null : durationMs(every);
    const samples = await reader.samples(id, window.fromMs, window.toMs);
    // Without a stated interval nothing is known to be missing: any reading stands for its hour, and there are no rates.
    const hours = hourMeans(samples, everyMs ?? HOUR_MS, window.fromMs, window.toMs, hourRule);
    const days = dayMeans(hours, plant.offsetMinutes, dayRule);
    byCode.set(code, hours);
    signs.push(...frozen(code, hours));
    const counted = everyMs === null ? null : countsOf(samples, everyMs, window);
    const effective = counted?.effective ?? null;
    monitors.push({
      code,
      name: pollutants().get(code)?.zh ?? null,
      channel: id,
      unit: channel.unit,
      rates: counted,
      required: passLine === null ? null : { effective: passLine.atLeast, source: sourceOf(passLine.source) },
      pass: effective === null || passLine === null ? null : effective >= passLine.atLeast,
      hours: { all: hours.length, valid: hours.filter(({ counts }) => counts).length },
      days: days.map(({ startMs, valid, mean, counts }) => ({ date: at(startMs).slice(0, 10), validHours: valid, mean, valid: counts })),
      over: (outfall.limits ?? [])
        .filter((limit) => limit.code === code && isConvertible(limit.unit, channel.unit) && inForce(limit, window, plant.offsetMinutes))
        .flatMap((limit) => {
          const [means, periodMs] = limit.basis === 'hour' ? [hours, HOUR_MS] : [days, DAY_MS];
          return exceedances(means, periodMs, convert(limit.value, limit.unit, channel.unit)).map(({ fromMs, toMs, ...rest }) => ({
            basis: limit.basis,
            limit: limit.value,
            limitUnit: limit.unit,
            source: limit.source,
            from: at(fromMs),
            to: at(toMs),
            ...rest,
          }));
        }),
    });
  }
  signs.push(...partsAboveWholes(byCode));
  return {
    id: outfall.id,
    kind: outfall.kind,
    monitors,
    signs: signs.map(({ fromMs, toMs, ...rest }) => ({ ...rest, from: at(fromMs), to: at(toMs) })),
    contradictions: found,
  };
}

function inForce(limit: NonNullable<Outfall['limits']>[number], { fromMs, toMs }: Window, offsetMinutes: number): boolean {
  const starts = limit.from === undefined || instantMs(limit.from, offsetMinutes) <= fromMs;
  return starts && (limit.to === undefined || instantMs(limit.to, offsetMinutes) >= toMs);
}

/** Due times of a window by the interval; a due time is received where a value came, valid where it is good. */
function countsOf(samples: Awaited<ReturnType<StoreReader['samples']>>, everyMs: number, { fromMs, toMs }: Window) {
  const due = Math.floor((toMs - fromMs) / everyMs);
  const slots = new Uint8Array(due);
  for (let index = 0; index < samples.timeMs.length; index++) {
    const slot = Math.floor((samples.timeMs[index]! - fromMs) / everyMs);
    if (slot >= due || Number.isNaN(samples.value[index])) continue;
    slots[slot] = Math.max(slots[slot]!, samples.quality[index] === 0 ? 2 : 1);
  }
  return rates(due, slots.filter((slot) => slot > 0).length, slots.filter((slot) => slot === 2).length);
}
