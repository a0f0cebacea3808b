import type { StoreReader } from '../../collector/stores/store.ts';
import type { Plant } from '../../config/plant/plant.ts';
import type { Outfall } from '../../config/plant/schema.ts';
import type { Window } from '../window/window.ts';
import type { Discharge } from './amounts.ts';
import { type Contradiction, treatmentContradiction } from './contradiction.ts';
import type { GasState } from './gas.ts';
import type { ReadCode } from './monitor.ts';
import { besideHours, hourAmounts } from './readings.ts';
import { clippedTops } from './signs/clipped.ts';
import { copiedDays } from './signs/copied.ts';
import { driftOf, hiddenLimit, stepsAgainstLoad, unexplained } from './signs/course.ts';
import { frozenReadings } from './signs/frozen.ts';
import { impossibleValues, partsAboveWholes } from './signs/impossible.ts';
import { conversionsDiffer } from './signs/means.ts';
import type { Sign } from './signs/sign.ts';

const HOUR_MS = 3_600_000;

/** Signs of every monitor of an outfall, and of those that several tell together. */
export async function signsOf(
  plant: Plant,
  reader: StoreReader,
  outfall: Outfall,
  read: readonly ReadCode[],
  discharge: Discharge | null,
  gas: ReadonlyMap<number, GasState> | null,
  window: Window,
): Promise<Sign[]> {
  const load = new Map(
    [...(discharge?.byHour ?? [])].flatMap(([startMs, volume]) => (volume === null ? [] : [[startMs, volume] as const])),
  );
  const found = read.flatMap(({ code, series, all }) => {
    const fromHour = all.findIndex(({ startMs }) => startMs >= window.fromMs);
    const startMs = all[0]?.startMs ?? window.fromMs;
    const rest = unexplained(all, load, fromHour);
    const slow = [...stepsAgainstLoad(code, startMs, rest, fromHour), ...driftOf(code, startMs, rest, fromHour)];
    if (series === null) return slow;
    const from = Math.floor((window.fromMs - series.startMs) / series.everyMs);
    const range = outfall.monitors?.find(({ codes }) => codes.includes(code))?.range ?? null;
    return [
      ...frozenReadings(series, from),
      ...clippedTops(series, from),
      ...copiedDays(series, from),
      ...impossibleValues(series, from, range),
      ...hiddenLimit(code, series.startMs, series.value, Math.round(HOUR_MS / series.everyMs), from),
      ...slow,
    ];
  });
  found.push(...partsAboveWholes(new Map(read.map(({ code, hours }) => [code, hours]))));
  const { reference, converted } = outfall.gas ?? {};
  if (reference !== undefined && gas !== null) {
    for (const { code, hours } of read) {
      const sent = await besideHours(plant, reader, converted?.[code], window);
      const oxygen = await besideHours(plant, reader, outfall.gas?.oxygen, window);
      found.push(...conversionsDiffer(code, hours, oxygen, sent, reference.oxygenPercent));
    }
  }
  return found;
}

/** The discharge against what runs with it, by earlier stretches of the same length. */
export async function besideContradictions(
  plant: Plant,
  reader: StoreReader,
  outfall: Outfall,
  window: Window,
  known: Window,
): Promise<Contradiction[]> {
  const { flow, treatment, unit: boundary } = outfall;
  if (flow === undefined) return [];
  const discharged = await hourAmounts(plant, reader, flow, known);
  const found: Contradiction[] = [];
  for (const beside of [treatment?.electricity, treatment?.load]) {
    const other = beside === undefined ? null : await hourAmounts(plant, reader, beside, known);
    if (discharged === null || other === null || beside === undefined) continue;
    const stretch = (span: Window) => {
      let sum = { discharged: 0, beside: 0 };
      for (let startMs = span.fromMs; startMs < span.toMs; startMs += HOUR_MS) {
        const [own, ran] = [discharged.byHour.get(startMs) ?? null, other.byHour.get(startMs) ?? null];
        if (own === null || ran === null) return null;
        sum = { discharged: sum.discharged + own, beside: sum.beside + ran };
      }
      return sum;
    };
    const length = window.toMs - window.fromMs;
    const before = [];
    for (let toMs = window.fromMs; toMs - length >= known.fromMs; toMs -= length) before.push(stretch({ fromMs: toMs - length, toMs }));
    const now = stretch(window);
    const names = { boundary, stream: flow, beside, unit: discharged.unit };
    const contradiction =
      now &&
      treatmentContradiction(
        names,
        now,
        before.filter((one) => one !== null),
      );
    if (contradiction) found.push(contradiction);
  }
  return found;
}
