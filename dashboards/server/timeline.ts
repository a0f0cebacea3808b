import { productionRecord, unsteadyStreams } from '../../balance/window/production.ts';
import type { ChannelReadings } from '../../balance/window/readings.ts';
import { specOf } from '../../balance/window/spec.ts';
import { HOUR_MS, type Window } from '../../balance/window/window.ts';
import { HourPartials } from '../../collector/sample/hour-partials.ts';
import type { Plant } from '../../config/plant/plant.ts';
import { durationMs } from '../../config/plant/time.ts';
import type { Services } from './services.ts';

const MARGIN_MS = 3 * HOUR_MS;

/**
 * What a window is chosen by: of each hour how many readings were due and came, what the records of normal production say of the load,
 * and which metered streams were not steady when.
 */
export async function timelineOf({ plant, reader }: Pick<Services, 'plant' | 'reader'>, window: Window) {
  const read = [...plant.channels.values()].filter((channel) => channel.read?.every !== undefined && channel.kind !== 'state');
  const specs = read.map((channel) => specOf(channel, plant.offsetMinutes));
  const partials = await reader.partials(specs, window.fromMs - MARGIN_MS, window.toMs + MARGIN_MS);
  const duePerHour = read.reduce((sum, { read: how }) => sum + HOUR_MS / durationMs(how!.every!), 0);
  const first = Math.floor(window.fromMs / HOUR_MS) * HOUR_MS;
  const hours = Array.from({ length: Math.ceil((window.toMs - first) / HOUR_MS) }, (_, at) => ({
    timeMs: first + at * HOUR_MS,
    good: 0,
    suspect: 0,
    missing: 0,
  }));
  for (const list of partials.values())
    for (const { hourMs, good, suspect, missing } of list) {
      const hour = hours[(hourMs - first) / HOUR_MS];
      if (hour === undefined) continue;
      hour.good += good;
      hour.suspect += suspect;
      for (const n of Object.values(missing)) hour.missing += n;
    }
  const readings = new Map(
    read.map((channel, at): [string, ChannelReadings] => [
      channel.id,
      {
        channel,
        spec: specs[at]!,
        partials: partials.get(channel.id) ?? new HourPartials(channel.id),
        ends: null,
        tickets: null,
        broken: new Map(),
      },
    ]),
  );
  const meterOf = (stream: string) => readings.get(flowChannel(plant, stream) ?? '') ?? null;
  const metered = [...plant.streams.keys()].flatMap((stream) => {
    const own = meterOf(stream);
    return own === null || (own.channel.kind !== 'counter' && own.channel.kind !== 'rate') ? [] : [{ stream, readings: own }];
  });
  return {
    ...window,
    duePerHour,
    hours,
    production: (plant.file.production ?? []).map((record) =>
      productionRecord(record, meterOf(record.stream), window, plant.offsetMinutes),
    ),
    ...unsteadyStreams(metered, window, plant.offsetMinutes),
  };
}

/** The channel that a stream's amount is by, null where it is by none or by several. */
export function flowChannel(plant: Plant, stream: string): string | null {
  const amount = plant.streams.get(stream)?.amount;
  if (amount?.by !== 'meter') return null;
  if (amount.meter !== undefined) return amount.meter;
  const mains = (plant.points.get(amount.point ?? '')?.meters ?? []).filter(({ role }) => role === 'main');
  return mains.length === 1 ? mains[0]!.meter : null;
}
