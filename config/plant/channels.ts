import type { Channel } from './plant.ts';
import type { Meter } from './schema.ts';

/**
 * The channels of a plant by id: the meter's own reading under the meter's id, and its further ones as `meter.name`.
 *
 * A channel is made of its meter when someone looks. What it says stands in the meter already, and a plant of a hundred thousand points
 * would hold it twice.
 */
export class ChannelsOfMeters implements ReadonlyMap<string, Channel> {
  readonly size: number;
  readonly #meters: ReadonlyMap<string, Meter>;

  constructor(meters: ReadonlyMap<string, Meter>) {
    this.#meters = meters;
    let size = meters.size;
    for (const { channels } of meters.values()) size += Object.keys(channels).length;
    this.size = size;
  }

  get(id: string): Channel | undefined {
    const dot = id.indexOf('.');
    const meter = this.#meters.get(dot < 0 ? id : id.slice(0, dot));
    if (meter === undefined) return undefined;
    return dot < 0 ? ownChannel(meter) : furtherChannel(meter, id.slice(dot + 1));
  }

  has(id: string): boolean {
    return this.get(id) !== undefined;
  }

  *values(): Generator<Channel, undefined> {
    for (const meter of this.#meters.values()) {
      yield ownChannel(meter);
      for (const name of Object.keys(meter.channels)) yield furtherChannel(meter, name) as Channel;
    }
  }

  *keys(): Generator<string, undefined> {
    for (const { id } of this.values()) yield id;
  }

  *entries(): Generator<[string, Channel], undefined> {
    for (const channel of this.values()) yield [channel.id, channel];
  }

  [Symbol.iterator](): Generator<[string, Channel], undefined> {
    return this.entries();
  }

  forEach(callback: (channel: Channel, id: string, map: ReadonlyMap<string, Channel>) => void): void {
    for (const [id, channel] of this) callback(channel, id, this);
  }
}

function ownChannel(meter: Meter): Channel {
  const { id, kind, unit, read, range, modulus, ceiling, maxGap, quality } = meter;
  return { id, meter, kind, unit, read, range, modulus, ceiling, maxGap, quality };
}

function furtherChannel(meter: Meter, name: string): Channel | undefined {
  if (!Object.hasOwn(meter.channels, name)) return undefined;
  return { ...(meter.channels[name] as Meter['channels'][string]), id: `${meter.id}.${name}`, meter };
}
