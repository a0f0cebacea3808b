import { setTimeout } from 'node:timers/promises';
import type { Sample } from '../../sample/sample.ts';
import type { Sender } from '../halve.ts';
import type { TagsOf } from '../lines.ts';
import { type Point, pointOf, pointsOf, sameContent } from './points.ts';
import { seriesOf } from './read.ts';
import type { Server } from './server.ts';

/**
 * Gives each sample the turn that makes it the one that counts.
 *
 * VictoriaMetrics does not overwrite: of two values at one time it keeps one of its own choosing. Content that replaces other content
 * (late data behind a gap that was recorded as missing, a correction) therefore goes into series with the label `turn`: 1 the first
 * time, 2 the next. To know which, what stands there is read back; but only for samples that are not newer than all that this process
 * wrote of the channel before, so time that runs forward costs nothing.
 */
export class Turns {
  readonly #server: Server;
  readonly #plant: string;
  readonly #newestMs = new Map<string, number>();
  readonly #sendingMs = new Map<string, number>();
  readonly #visibleMs: number;
  /** When something was last written or asked, on the steady clock; who wrote before this process may have done so just now. */
  #busyMs = performance.now();

  /** @param visibleMs so long after a write or an answer a cluster may not show what was written. */
  constructor(server: Server, plant: string, visibleMs: number) {
    this.#server = server;
    this.#plant = plant;
    this.#visibleMs = visibleMs;
  }

  /**
   * The samples to send, without those that say what stands there already, and their turns. Of several that speak of one reading each has
   * its own: a request that seemed lost may reach the server after the next one, and must not bring other content to the same place.
   */
  async of(batch: readonly Sample[]): Promise<ReadonlyMap<Sample, number>> {
    const stored = await this.#stored(
      batch.filter(({ channel, timeMs }) => timeMs <= (this.#newestMs.get(channel) ?? Number.POSITIVE_INFINITY)),
    );
    const given = new Map<string, Point>();
    const turns = new Map<Sample, number>();
    for (const sample of batch) {
      const key = `${sample.timeMs} ${sample.channel}`;
      const before = given.get(key) ?? stored.get(sample.channel)?.get(sample.timeMs);
      const turn = before === undefined ? 0 : before.turn + 1;
      const point = pointOf(sample, turn);
      if (before !== undefined && sameContent(before, point)) continue;
      turns.set(sample, turn);
      given.set(key, point);
    }
    return turns;
  }

  /** Whether each sample is newer than all that this process sent of its channel before, the samples before it included: all have turn 0. */
  areNew(batch: readonly Sample[]): boolean {
    const newest = new Map<string, number>();
    for (const { channel, timeMs } of batch) {
      const before = newest.get(channel) ?? this.#sendingMs.get(channel) ?? this.#newestMs.get(channel);
      if (before === undefined || timeMs <= before) return false;
      newest.set(channel, timeMs);
    }
    return true;
  }

  /** They are on their way: the next batch is compared with them too. */
  sending(batch: readonly Sample[]): void {
    for (const { channel, timeMs } of batch) {
      if (timeMs > (this.#sendingMs.get(channel) ?? Number.NEGATIVE_INFINITY)) this.#sendingMs.set(channel, timeMs);
    }
  }

  failed(): void {
    this.#sendingMs.clear();
  }

  written(batch: readonly Sample[]): void {
    this.#busyMs = performance.now();
    for (const { channel, timeMs } of batch) {
      if (timeMs > (this.#newestMs.get(channel) ?? Number.NEGATIVE_INFINITY)) this.#newestMs.set(channel, timeMs);
    }
  }

  async #stored(samples: readonly Sample[]): Promise<Map<string, Map<number, Point>>> {
    if (samples.length === 0) return new Map();
    const times = samples.map(({ timeMs }) => timeMs).sort((a, b) => a - b);
    if (!(await this.#server.flush())) {
      await setTimeout(Math.max(0, this.#busyMs + this.#visibleMs - performance.now()));
      this.#busyMs = performance.now();
    }
    const channels = [...new Set(samples.map(({ channel }) => channel))];
    return pointsOf(await this.#server.export(seriesOf(this.#plant, channels), times[0]!, times.at(-1)!));
  }
}

/** @param protocol writes lines with the tags that it is told, null for none. */
export function turningSender(turns: Turns, protocol: (tags: TagsOf | null) => Sender): Sender {
  const plain = protocol(null);
  let current: ReadonlyMap<Sample, number> = new Map();
  const turned = protocol((sample) => {
    const turn = current.get(sample) ?? 0;
    return turn === 0 ? {} : { turn: String(turn) };
  });
  return {
    async send(batch, before) {
      const fresh = turns.areNew(batch);
      turns.sending(batch);
      if (fresh) {
        await plain.send(batch, before).catch((error: unknown) => {
          turns.failed();
          throw error;
        });
      } else {
        await before;
        current = await turns.of(batch);
        if (current.size > 0) await turned.send([...current.keys()]);
      }
      turns.written(batch);
    },
    post: (lines) => plain.post(lines),
    statusOf: (error) => plain.statusOf(error),
  };
}
