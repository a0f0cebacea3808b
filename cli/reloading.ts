import { lineKeys } from '../collector/sources/budget.ts';
import type { Clock } from '../collector/sources/clock.ts';
import { isModbus } from '../collector/sources/modbus/device.ts';
import { openSources } from '../collector/sources/open.ts';
import type { Sink, Source } from '../collector/sources/source.ts';
import type { Channel, Plant } from '../config/plant/plant.ts';
import type { Device } from '../config/plant/schema.ts';

/** What became of the sources when the plant file changed, by device. */
export interface SourceChange {
  readonly kept: readonly string[];
  /** Read other channels now, without having been stopped. */
  readonly reread: readonly string[];
  readonly restarted: readonly string[];
  readonly started: readonly string[];
  readonly stopped: readonly string[];
}

interface Reading {
  readonly plant: Plant;
  readonly sources: readonly Source[];
}

/**
 * Goes over from one version of a plant to another. A source whose device and channels are the same goes on untouched; one whose device
 * is the same reads the other channels from its next due times on, where its protocol can; all others are stopped and started.
 * Devices that share a line or a port are restarted together.
 *
 * @throws Faults where the new version makes no sense for a device: then nothing has been changed.
 */
export async function changeSources(
  { plant: before, sources }: Reading,
  after: Plant,
  { clock, sinkOf }: { readonly clock: Clock; sinkOf(source: string): Sink },
): Promise<SourceChange & { readonly sources: Source[] }> {
  const fresh = new Map(openSources(after, clock, clock.nowMs()).map((source) => [source.id, source]));
  const running = new Map(sources.map((source) => [source.id, source]));
  const restarts = restartedTogether(before, after, running);
  const change = {
    kept: [] as string[],
    reread: [] as string[],
    restarted: [] as string[],
    started: [] as string[],
    stopped: [] as string[],
  };
  const next: Source[] = [];
  const starting: Source[] = [];
  for (const [id, source] of running) {
    if (fresh.has(id) && !restarts.has(id)) continue;
    await source.stop();
    change[fresh.has(id) ? 'restarted' : 'stopped'].push(id);
  }
  for (const [id, source] of fresh) {
    const own = running.get(id);
    if (own !== undefined && !restarts.has(id)) {
      const channels = channelsOf(after, id);
      const same = printOf(channelsOf(before, id)) === printOf(channels);
      if (!same) own.reread?.(channels);
      change[same ? 'kept' : 'reread'].push(id);
      next.push(own);
      continue;
    }
    if (own === undefined) change.started.push(id);
    starting.push(source);
    next.push(source);
  }
  for (const source of starting) await source.start(sinkOf(source.id));
  return { ...change, sources: next };
}

/** Devices whose sources cannot go on: changed themselves, of a protocol that rereads nothing, or on the line or port of such a one. */
function restartedTogether(before: Plant, after: Plant, running: ReadonlyMap<string, Source>): ReadonlySet<string> {
  const all = before.simulated !== after.simulated || before.path !== after.path;
  const changed = new Set<string>();
  for (const [id, source] of running) {
    const [old, now] = [before.devices.get(id), after.devices.get(id)];
    const sameChannels = printOf(channelsOf(before, id)) === printOf(channelsOf(after, id));
    if (all || JSON.stringify(old) !== JSON.stringify(now) || (!sameChannels && source.reread === undefined)) changed.add(id);
  }
  const shares = [sharesOf(before), sharesOf(after)];
  for (let grown = true; grown; ) {
    grown = false;
    for (const share of shares) {
      for (const group of share) {
        if (!group.some((id) => changed.has(id) || running.has(id) !== isRead(after, id))) continue;
        for (const id of group) {
          if (changed.has(id)) continue;
          changed.add(id);
          grown = true;
        }
      }
    }
  }
  return changed;
}

/** Groups of devices that one port, or one line, serves. */
function sharesOf(plant: Plant): string[][] {
  const groups = new Map<string, string[]>();
  const add = (key: string, device: Device): void => {
    groups.set(key, [...(groups.get(key) ?? []), device.id]);
  };
  const devices = [...plant.devices.values()];
  for (const [device, key] of lineKeys(devices.filter(isModbus))) add(key, device);
  for (const device of devices) if (device.protocol === 'modbus-listen') add(`listen ${device.listen.host} ${device.listen.port}`, device);
  return [...groups.values()].filter((group) => group.length > 1);
}

const channelsOf = (plant: Plant, device: string): Channel[] =>
  [...plant.channels.values()].filter((channel) => channel.read?.device === device);

const isRead = (plant: Plant, device: string): boolean => channelsOf(plant, device).length > 0;

/** What of channels a source goes by. */
const printOf = (channels: readonly Channel[]): string =>
  JSON.stringify(channels.map(({ id, kind, unit, range, read }) => [id, kind, unit, range ?? null, read]));
