import type { StoreReader } from '../../collector/stores/store.ts';
import { validityRule } from '../../config/measures/monitoring.ts';
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
import { clockOff, conversionsDiffer, meansOfTooFew } from './signs/means.ts';
import type { Sign } from './signs/sign.ts';

const HOUR_MS = 3_600_000;
/** Code of a channel that tells how far the clock of its station is ahead. */
const CLOCK = 'clock';

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
  found.push(...(await signsOfStations(plant, reader, outfall, read, window)));
  return found;
}

/** What the stations of an outfall tell of themselves beside the minutes: their own hour means, and their clocks. */
async function signsOfStations(
  plant: Plant,
  reader: StoreReader,
  outfall: Outfall,
  read: readonly ReadCode[],
  window: Window,
): Promise<Sign[]> {
  const found: Sign[] = [];
  const codesOf = new Map<string, string[]>();
  for (const { code, channel, hours, everyMs } of read) {
    const own = channel.read;
    if (own === undefined || !('station' in own)) continue;
    codesOf.set(own.station, [...(codesOf.get(own.station) ?? []), code]);
    if (own.period !== 'minute' || everyMs === null) continue;
    const sent = await besideHours(plant, reader, besideOf(plant, own.station, own.code, 'hour'), window);
    const rule = validityRule(outfall.kind, 'hour');
    found.push(...meansOfTooFew(code, hours, sent, { everyMs, rule, weighted: outfall.kind === 'water' }));
  }
  for (const [station, codes] of codesOf) {
    const id = besideOf(plant, station, CLOCK, 'real-time');
    if (id === undefined) continue;
    const { timeMs, value } = await reader.samples(id, window.fromMs, window.toMs);
    found.push(...clockOff(codes, timeMs, value));
  }
  return found;
}

/** The channel that reads another thing of the same station. */
function besideOf(plant: Plant, station: string, code: string, period: 'hour' | 'real-time'): string | undefined {
  for (const { id, read } of plant.channels.values()) {
    if (read === undefined || !('station' in read) || read.station !== station || read.code !== code || read.period !== period) continue;
    if (period === 'real-time' || read.value === 'Avg') return id;
  }
  return undefined;
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
