import type { StoreReader } from '../../collector/stores/store.ts';
import type { Plant } from '../../config/plant/plant.ts';
import type { Outfall } from '../../config/plant/schema.ts';
import { formatInstant } from '../../config/plant/time.ts';
import type { BalanceResult } from '../media/result.ts';
import type { Window } from '../window/window.ts';
import { dischargeOf } from './amounts.ts';
import { capPeriod } from './caps.ts';
import { type Contradiction, contradictions } from './contradiction.ts';
import type { GasState } from './gas.ts';
import { type MonitorOversight, monitorOf, type ReadCode, readCode, type Told } from './monitor.ts';
import { besideContradictions, signsOf } from './outfall-signs.ts';
import { besideHours } from './readings.ts';
import type { Sign } from './signs/sign.ts';
import type { Span } from './spans.ts';
import { sulphurOf } from './sulphur.ts';

export type { MonitorOversight, OverLimit } from './monitor.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
/** How much before the window is read to know what is usual of a monitor. */
const KNOWN_DAYS = 30;

/** What stands of one outfall. */
export interface OutfallOversight {
  readonly id: string;
  readonly name: Outfall['name'];
  readonly kind: 'water' | 'gas';
  readonly permit: { readonly number: string; readonly expires: string | null } | null;
  /** Nothing was discharged in the window, by a flow that was read in every hour; null where that is not known. */
  readonly zeroDischarge: boolean | null;
  readonly monitors: readonly MonitorOversight[];
  readonly signs: readonly (Told & Omit<Sign, 'fromMs' | 'toMs'>)[];
  readonly contradictions: readonly Contradiction[];
}

/** Everything that is asked of one outfall over a window of full hours. @param balances of the plant over the window. */
export async function overseeOutfall(
  plant: Plant,
  reader: StoreReader,
  window: Window,
  outfall: Outfall,
  balances: readonly BalanceResult[],
): Promise<OutfallOversight> {
  const { offsetMinutes } = plant;
  const at = (timeMs: number): string => formatInstant(timeMs, offsetMinutes);
  const told = <T extends Span>({ fromMs, toMs, ...rest }: T): Told & Omit<T, 'fromMs' | 'toMs'> => ({
    ...rest,
    from: at(fromMs),
    to: at(toMs),
  });
  const known: Window = { fromMs: window.fromMs - KNOWN_DAYS * DAY_MS, toMs: window.toMs };
  const since = { fromMs: Math.min(known.fromMs, earliestCap(outfall, window.toMs, offsetMinutes)), toMs: window.toMs };
  const gas = await gasHours(plant, reader, outfall, since);
  const discharge = await dischargeOf(plant, reader, outfall, since, (startMs) => gas?.get(startMs) ?? null);
  const monitors: MonitorOversight[] = [];
  const read: ReadCode[] = [];
  for (const [code, id] of Object.entries(outfall.monitored)) {
    const channel = plant.channels.get(id);
    if (channel === undefined) continue;
    const own = await readCode(plant, reader, outfall, code, channel, since, known, window);
    read.push(own.read);
    monitors.push(monitorOf(plant, outfall, window, own, discharge, gas, told));
  }
  const root = plant.file.units.find(({ level }) => level === 'plant')?.id ?? '';
  const signs = await signsOf(plant, reader, outfall, read, discharge, gas, window);
  const flows = discharge === null ? [] : [...discharge.byHour].filter(([startMs]) => startMs >= window.fromMs && startMs < window.toMs);
  return {
    id: outfall.id,
    name: outfall.name,
    kind: outfall.kind,
    permit: outfall.permit === undefined ? null : { number: outfall.permit.number, expires: outfall.permit.to ?? null },
    zeroDischarge: flows.length === 0 || flows.some(([, volume]) => volume === null) ? null : flows.every(([, volume]) => volume === 0),
    monitors,
    signs: signs.toSorted((a, b) => a.fromMs - b.fromMs).map(told),
    contradictions: [
      ...contradictions(balances, root, outfall.streams),
      ...sulphurOf(plant, outfall, balances, monitors),
      ...(await besideContradictions(plant, reader, outfall, window, known)),
    ],
  };
}

/** State of the gas hour by hour; null where the outfall is none of gas or says nothing of it. */
async function gasHours(
  plant: Plant,
  reader: StoreReader,
  { gas }: Outfall,
  window: Window,
): Promise<ReadonlyMap<number, GasState> | null> {
  if (gas === undefined) return null;
  const of = async (id: string | undefined): Promise<ReadonlyMap<number, number | null>> =>
    new Map((await besideHours(plant, reader, id, window)).map(({ startMs, mean }) => [startMs, mean]));
  const [oxygen, moisture, temperature, pressure] = [
    await of(gas.oxygen),
    await of(gas.moisture),
    await of(gas.temperature),
    await of(gas.pressure),
  ];
  const hours = new Map<number, GasState>();
  for (let startMs = window.fromMs; startMs < window.toMs; startMs += HOUR_MS) {
    hours.set(startMs, {
      oxygenPercent: oxygen.get(startMs) ?? null,
      moisturePercent: moisture.get(startMs) ?? null,
      temperatureC: temperature.get(startMs) ?? null,
      pressureKPa: pressure.get(startMs) ?? null,
      atmosphereKPa: gas.atmosphereKPa ?? null,
    });
  }
  return hours;
}

function earliestCap(outfall: Outfall, toMs: number, offsetMinutes: number): number {
  const caps = outfall.permit?.caps ?? [];
  return Math.min(Number.POSITIVE_INFINITY, ...caps.map(({ per }) => capPeriod(per, toMs - 1, offsetMinutes).fromMs));
}
