import { dueReadings } from '../../collector/sample/conservation.ts';
import type { SampleColumns, StoreReader } from '../../collector/stores/store.ts';
import { amountPerHour, amountUnitOf, convert } from '../../config/measures/units.ts';
import { looksOf } from '../../config/plant/looks.ts';
import type { Channel, Plant } from '../../config/plant/plant.ts';
import { durationMs } from '../../config/plant/time.ts';
import { readWindow } from '../window/readings.ts';
import { specOf } from '../window/spec.ts';
import { hourly } from '../window/spread.ts';
import type { Window } from '../window/window.ts';
import { FLOW_COVERED } from './mass.ts';
import { hourMeans, type PeriodMean } from './validity.ts';

const HOUR_MS = 3_600_000;
const HJ212_EVERY: Readonly<Record<string, string>> = { hour: '1h', day: '1d' };

/** Time between two readings that are due of a channel; null where none is stated. */
export function everyMsOf({ read }: Channel, plant: Plant): number | null {
  if (read === undefined) return null;
  if (read.every !== undefined) return durationMs(read.every);
  if (!('station' in read)) return null;
  if (read.period !== 'minute') return read.period in HJ212_EVERY ? durationMs(HJ212_EVERY[read.period]!) : null;
  const device = plant.devices.get(read.device);
  const station = device?.protocol === 'hj212' ? device.stations.find(({ mn }) => mn === read.station) : undefined;
  return durationMs(station?.minuteInterval ?? '10min');
}

/** The samples of a channel in a window that starts with an hour, without what it was looked at between the readings that were due. */
export async function dueSamples(reader: StoreReader, channel: Channel, { fromMs, toMs }: Window): Promise<SampleColumns> {
  const samples = await reader.samples(channel.id, fromMs, toMs);
  const looks = looksOf(channel);
  return looks === null ? samples : dueReadings(samples, looks.everyMs, looks.samplingMs);
}

/** Hour means of a channel that stands beside a monitor (oxygen, temperature, a converted value), by whatever is good of an hour. */
export async function besideHours(
  plant: Plant,
  reader: StoreReader,
  id: string | undefined,
  window: Window,
): Promise<readonly PeriodMean[]> {
  const channel = id === undefined ? undefined : plant.channels.get(id);
  if (channel === undefined) return [];
  const samples = await dueSamples(reader, channel, window);
  return hourMeans(samples, everyMsOf(channel, plant) ?? HOUR_MS, window.fromMs, window.toMs, null);
}

/**
 * What passed a counter or rate in each hour, by the start of the hour, in `unit`; null where readings cover too little of the hour.
 *
 * @param unit of an amount: m3 and Nm3 count as what they are read as.
 */
export async function hourAmounts(
  plant: Plant,
  reader: StoreReader,
  id: string,
  window: Window,
): Promise<{ readonly unit: string; readonly byHour: ReadonlyMap<number, number | null> } | null> {
  const channel = plant.channels.get(id);
  if (channel === undefined) return null;
  const own = { channel, spec: specOf(channel, plant.offsetMinutes) };
  const readings = (await readWindow(reader, [own], window)).get(id)!;
  const unit = channel.kind === 'rate' ? (amountUnitOf(channel.unit) ?? channel.unit) : channel.unit;
  const scale = channel.kind === 'rate' ? amountPerHour(channel.unit) : 1;
  const byHour = new Map(
    hourly(readings, window).map(({ fromMs, amount, coveredHours }) => [
      fromMs,
      coveredHours >= FLOW_COVERED && !Number.isNaN(amount) ? Math.max(0, (amount * scale) / coveredHours) : null,
    ]),
  );
  return { unit, byHour };
}

/** What an amount of a flow is multiplied with to be m³ (or Nm³). */
export function perM3(unit: string): number {
  return convert(1, unit.replace(/Nm3/, 'm3'), 'm3');
}
