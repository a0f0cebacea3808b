import { QUALITY_CODE } from '../../collector/sample/sample.ts';
import type { SampleColumns } from '../../collector/stores/store.ts';
import { validityRule } from '../../config/measures/monitoring.ts';
import { convert, isConvertible } from '../../config/measures/units.ts';
import { holdingSpan, type Limit } from '../../config/plant/permit.ts';
import type { Plant } from '../../config/plant/plant.ts';
import type { Outfall } from '../../config/plant/schema.ts';
import { atReferenceOxygen, concentrationFactor, type GasState } from './gas.ts';
import { exceedances, type Held } from './limits.ts';
import type { Span } from './spans.ts';
import { dayMeans, type PeriodMean } from './validity.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

/** Stretches over each limit of a code while it holds, on the basis that it names. */
export function overLimits(
  plant: Plant,
  outfall: Outfall,
  code: string,
  unit: string,
  {
    own,
    everyMs,
    hours,
    gas,
  }: { own: SampleColumns; everyMs: number | null; hours: readonly PeriodMean[]; gas: ReadonlyMap<number, GasState> | null },
  exempt: readonly Span[],
) {
  const limits = (outfall.limits ?? []).filter((limit) => limit.code === code && isConvertible(limit.unit, unit));
  const same = (a: Limit, b: Limit): boolean => a.basis === b.basis && (a.converted ?? false) === (b.converted ?? false);
  return limits.flatMap((limit) => {
    const holds = holdingSpan(limit, limits, same, plant.offsetMinutes);
    const ownHours = limit.converted === true ? convertedHours(outfall, hours, gas) : hours;
    const [held, periodMs] = (
      {
        instant: () => [instantsAbove(own, convert(limit.value, limit.unit, unit)), everyMs ?? 1] as const,
        hour: () => [ownHours, HOUR_MS] as const,
        day: () => [dayMeans(ownHours, plant.offsetMinutes, validityRule(outfall.kind, 'day')), DAY_MS] as const,
      } as const
    )[limit.basis]();
    const inForce = (held as readonly Held[]).filter(({ startMs }) => startMs >= holds.fromMs && startMs < holds.toMs);
    return exceedances(inForce, periodMs, convert(limit.value, limit.unit, unit), exempt).map(({ fromMs, toMs, ...rest }) => ({
      span: { fromMs, toMs },
      basis: limit.basis,
      converted: limit.converted ?? false,
      limit: limit.value,
      limitUnit: limit.unit,
      source: limit.source,
      ...rest,
    }));
  });
}

/** Good readings above a value, each for itself; those at or below it end a stretch by not being there. */
function instantsAbove({ timeMs, value, quality }: SampleColumns, above: number): Held[] {
  const held: Held[] = [];
  for (let index = 0; index < timeMs.length; index++) {
    if (value[index]! > above && quality[index] === QUALITY_CODE.good)
      held.push({ startMs: timeMs[index]!, mean: value[index]!, counts: true });
  }
  return held;
}

/** Hour means at the reference oxygen, those without a usable oxygen not counting. */
function convertedHours(outfall: Outfall, hours: readonly PeriodMean[], gas: ReadonlyMap<number, GasState> | null): PeriodMean[] {
  const reference = outfall.gas?.reference;
  return hours.map((hour) => {
    const state = gas?.get(hour.startMs);
    const factor = state === undefined || outfall.gas === undefined ? null : concentrationFactor(outfall.gas, state);
    const mean =
      reference === undefined || hour.mean === null || factor === null || state === undefined
        ? null
        : atReferenceOxygen(hour.mean * factor, state.oxygenPercent, reference.oxygenPercent);
    return { ...hour, mean, counts: hour.counts && mean !== null };
  });
}
