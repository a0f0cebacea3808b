import { createHash } from 'node:crypto';
import type { DuckDBConnection } from '@duckdb/node-api';
import { HOUR_MS, hourOf, hourPartials, type Readings } from '../../sample/hour.ts';
import type { ChannelSpec, HourPartial } from '../../sample/partial.ts';
import type { StoredChannel } from './channels.ts';
import { type KeptPartial, readKept } from './kept.ts';
import { eachColumns } from './read.ts';
import { Recent } from './recent.ts';

/** A number that changes with anything in a spec, or in how partials are computed, that changes them. 48 bits of a hash. */
export function specHash(spec: ChannelSpec): number {
  const hash = HASHES.get(spec) ?? hashOf(spec);
  HASHES.set(spec, hash);
  return hash;
}
const HASHES = new WeakMap<ChannelSpec, number>();

function hashOf(spec: ChannelSpec): number {
  const { kind, modulus, ceilingPerHour, maxGapMs, replacements } = spec;
  const text = JSON.stringify([1, kind, modulus, ceilingPerHour, maxGapMs, replacements.map((r) => [r.atMs, r.lastOfOld, r.firstOfNew])]);
  return Number.parseInt(createHash('sha256').update(text).digest('hex').slice(0, 12), 16);
}

interface Remembered {
  readonly partial: HourPartial;
  /** Number of the channel's samples when it was computed, where a new sample can change it; null where only a late one can. */
  readonly count: number | null;
}

/** What is remembered of one channel; worthless once its spec changes or a late sample arrives. */
interface ChannelMemory {
  readonly spec: number;
  readonly revision: number;
  readonly hours: Map<number, Remembered>;
}

/** Partials in memory, about 500 bytes each; beyond this number everything is forgotten and read from the file again. */
const REMEMBERED = 300_000;

/** Of a gap longer than this only the end is filled with empty hours in advance. */
const LONGEST_GAP_MS = 48 * HOUR_MS;

export interface Computed extends KeptPartial {
  readonly stored: StoredChannel;
}

/** Hour partials of a file's channels: remembered, kept in the file, or computed from the samples, whichever comes first. */
export class Partials {
  readonly recent = new Recent();
  readonly #memory = new Map<number, ChannelMemory>();
  #size = 0;

  /**
   * Partials of the hours that overlap [fromMs, toMs), ascending.
   *
   * @returns also those computed just now. Where their hour and the next lie behind the newest sample, only a late one can change them;
   * the others are worth keeping only where no more samples are about to come.
   */
  async read(
    connection: DuckDBConnection,
    channels: ReadonlyMap<string, StoredChannel>,
    specs: readonly ChannelSpec[],
    fromMs: number,
    toMs: number,
  ): Promise<{ readonly partials: Map<string, HourPartial[]>; readonly computed: Computed[] }> {
    const requests = new Map<number, Request>();
    for (const spec of specs) {
      const stored = channels.get(spec.channel);
      if (stored) requests.set(stored.id, this.#request(stored, spec, hourOf(fromMs), hourOf(toMs - 1) + HOUR_MS));
    }
    await this.#readKept(connection, requests);
    const computed = await this.#compute(connection, requests);
    const partials = new Map<string, HourPartial[]>(specs.map(({ channel }) => [channel, []]));
    for (const { stored, memory, from, to } of requests.values()) {
      const found = partials.get(stored.name)!;
      for (let hour = from; hour < to; hour += HOUR_MS) {
        const one = memory.hours.get(hour);
        if (one && one.partial.origins !== 0) found.push(one.partial);
      }
    }
    if (this.#size > REMEMBERED) this.#forget();
    return { partials, computed };
  }

  /** Computes the partials of a channel's hours that the samples held in memory have completed. */
  complete(stored: StoredChannel, spec: ChannelSpec): Computed[] {
    const over = this.recent.over(stored.id, stored.lastMs);
    if (over === null) return [];
    const hash = specHash(spec);
    const known = this.#memory.get(stored.id);
    let computed: Computed[] = [];
    // Whoever asked last may have known the meter otherwise.
    if (known === undefined || known.spec === hash || known.revision !== stored.revision) {
      const from = Math.max(over.fromMs, over.toMs - LONGEST_GAP_MS);
      computed = this.#fill(this.#request(stored, spec, from, over.toMs), from, over.toMs, over.readings);
    }
    this.recent.drop(stored.id);
    if (this.#size > REMEMBERED) this.#forget();
    return computed;
  }

  #request(stored: StoredChannel, spec: ChannelSpec, fromMs: number, toMs: number): Request {
    const hash = specHash(spec);
    let memory = this.#memory.get(stored.id);
    if (memory === undefined || memory.spec !== hash || memory.revision !== stored.revision) {
      this.#size -= memory?.hours.size ?? 0;
      memory = { spec: hash, revision: stored.revision, hours: new Map() };
      this.#memory.set(stored.id, memory);
    }
    const from = Math.max(fromMs, hourOf(stored.firstMs));
    const to = Math.min(toMs, hourOf(stored.lastMs) + HOUR_MS);
    return { stored, spec, memory, from, to };
  }

  #remember(memory: ChannelMemory, partial: HourPartial, count: number | null): void {
    const { size } = memory.hours;
    memory.hours.set(partial.hourMs, { partial, count });
    this.#size += memory.hours.size - size;
  }

  /** Those that a new sample can change are computed anew. */
  forgetUnsettled(): void {
    for (const { hours } of this.#memory.values()) {
      for (const [hour, { count }] of hours) if (count !== null) this.#size -= Number(hours.delete(hour));
    }
  }

  #forget(): void {
    this.#memory.clear();
    this.#size = 0;
  }

  async #readKept(connection: DuckDBConnection, requests: ReadonlyMap<number, Request>): Promise<void> {
    const open: number[] = [];
    let [from, to] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (const [id, request] of requests) {
      const span = unknownHours(request);
      if (span === null) continue;
      open.push(id);
      from = Math.min(from, span[0]);
      to = Math.max(to, span[1]);
    }
    await readKept(
      connection,
      open,
      from,
      to,
      (id, spec) => {
        const request = requests.get(id)!;
        return request.memory.spec === spec ? request.stored.name : undefined;
      },
      ({ channel, partial, count }) => {
        const { stored, memory } = requests.get(channel)!;
        if (count === null || count === stored.count) this.#remember(memory, partial, count);
      },
    );
  }

  /** Computes the hours that are neither remembered nor kept, each with the samples of the hour before and after it. */
  async #compute(connection: DuckDBConnection, requests: ReadonlyMap<number, Request>): Promise<Computed[]> {
    const computed: Computed[] = [];
    const spans = new Map<number, readonly [number, number]>();
    for (const [id, request] of requests) {
      const span = unknownHours(request);
      if (span !== null) spans.set(id, span);
    }
    if (spans.size === 0) return computed;
    for (const [id, [from, to]] of spans) {
      const readings = this.recent.since(id, from - HOUR_MS);
      if (readings === null) continue;
      computed.push(...this.#fill(requests.get(id)!, from, to, readings));
      spans.delete(id);
    }
    if (spans.size === 0) return computed;
    let [lowest, highest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (const [from, to] of spans.values()) [lowest, highest] = [Math.min(lowest, from), Math.max(highest, to)];
    await eachColumns(connection, [...spans.keys()], lowest - HOUR_MS, highest + HOUR_MS, (id, columns) => {
      computed.push(...this.#fill(requests.get(id)!, ...spans.get(id)!, columns));
    });
    return computed;
  }

  /** Remembers the partials of [from, to), from readings that begin an hour before and end an hour behind; returns those that were not known. */
  #fill({ stored, spec, memory }: Request, from: number, to: number, readings: Readings): Computed[] {
    const computed: Computed[] = [];
    const found = new Map(hourPartials(spec, readings, from, to).map((partial) => [partial.hourMs, partial]));
    for (let hour = from; hour < to; hour += HOUR_MS) {
      const partial = found.get(hour) ?? emptyPartial(spec.channel, hour);
      const settled = hour + 2 * HOUR_MS <= stored.lastMs;
      const count = settled ? null : stored.count;
      if (memory.hours.get(hour)?.count !== null) computed.push({ channel: stored.id, spec: memory.spec, partial, count, stored });
      this.#remember(memory, partial, count);
    }
    return computed;
  }
}

interface Request {
  readonly stored: StoredChannel;
  readonly spec: ChannelSpec;
  readonly memory: ChannelMemory;
  /** Hours asked for that lie between the channel's first and newest sample. */
  readonly from: number;
  readonly to: number;
}

/** The span of hours within which some are not in memory, null where all are. */
function unknownHours({ stored, memory, from, to }: Request): readonly [number, number] | null {
  let first = Number.NaN;
  let last = Number.NaN;
  for (let hour = from; hour < to; hour += HOUR_MS) {
    const one = memory.hours.get(hour);
    if (one !== undefined && (one.count === null || one.count === stored.count)) continue;
    if (Number.isNaN(first)) first = hour;
    last = hour;
  }
  return Number.isNaN(first) ? null : [first, last + HOUR_MS];
}

/** An hour without samples between others; remembered so that it is not looked for again. Its `origins` is 0, as of no other. */
function emptyPartial(channel: string, hourMs: number): HourPartial {
  const none = Number.NaN;
  const reading = { firstMs: none, firstValue: none, lastMs: none, lastValue: none, min: none, max: none };
  const sums = { rise: 0, integral: 0, coveredMs: 0, sumSquares: 0, sum: 0 };
  return { channel, hourMs, good: 0, suspect: 0, missing: {}, ...reading, ...sums, events: [], origins: 0 };
}
