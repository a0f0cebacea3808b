import { createHash } from 'node:crypto';
import type { DuckDBConnection } from '@duckdb/node-api';
import { HOUR_MS, hourOf, hourPartials, type Readings } from '../../sample/hour.ts';
import { HourPartials, type NotedHour, WIDTH } from '../../sample/hour-partials.ts';
import type { ChannelSpec } from '../../sample/partial.ts';
import type { Channels, StoredChannel } from './channels.ts';
import { copyHours, countOf, DAY_MS, type Day, dayOf, emptyDay, fillFrom, put, putEmpty, SETTLED } from './day.ts';
import { type KeptDay, readKept } from './kept.ts';
import { eachColumns } from './read.ts';
import { Recent } from './recent.ts';

/** A number that changes with anything in a spec, or in how partials are computed, that changes them. 48 bits of a hash. */
export function specHash(spec: ChannelSpec): number {
  const hash = HASHES.get(spec) ?? hashOf(spec);
  HASHES.set(spec, hash);
  return hash;
}
const HASHES = new WeakMap<ChannelSpec, number>();

/** Of the last spec that was hashed: thousands of channels differ in nothing that counts here. */
let last = { text: '', hash: Number.NaN };

function hashOf(spec: ChannelSpec): number {
  const { kind, modulus, ceilingPerHour, maxGapMs, replacements } = spec;
  const text = JSON.stringify([1, kind, modulus, ceilingPerHour, maxGapMs, replacements.map((r) => [r.atMs, r.lastOfOld, r.firstOfNew])]);
  if (text !== last.text) last = { text, hash: Number.parseInt(createHash('sha256').update(text).digest('hex').slice(0, 12), 16) };
  return last.hash;
}

/** What is remembered of one channel; worthless once its spec changes or a late sample arrives. */
interface ChannelMemory {
  readonly spec: number;
  readonly revision: number;
  readonly days: Map<number, Day>;
}

/** Days in memory, about 3 kB each; beyond this number everything is forgotten and read from the file again. */
const REMEMBERED = 30_000;
/** Of a gap longer than this only the end is filled with empty hours in advance. */
const LONGEST_GAP_MS = 48 * HOUR_MS;

/** A day of which hours were computed just now. */
export interface Computed extends KeptDay {
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
   * @param unsettled return days too of which only such hours were computed as the next samples can change.
   * @returns also the days of which hours were computed just now.
   */
  async read(
    connection: DuckDBConnection,
    channels: Pick<Channels, 'get'>,
    specs: readonly ChannelSpec[],
    fromMs: number,
    toMs: number,
    unsettled = false,
  ): Promise<{ readonly partials: Map<string, HourPartials>; readonly computed: Computed[] }> {
    const requests = new Map<number, Request>();
    for (const spec of specs) {
      const stored = channels.get(spec.channel);
      if (stored) requests.set(stored.id, this.#request(stored, spec, hourOf(fromMs), hourOf(toMs - 1) + HOUR_MS));
    }
    await this.#readKept(connection, requests);
    const computed = await this.#compute(connection, requests, unsettled);
    const partials = new Map(specs.map(({ channel }) => [channel, new HourPartials(channel)]));
    for (const found of taken([...requests.values()])) partials.set(found.channel, found);
    if (this.#size > REMEMBERED) this.#forget();
    return { partials, computed };
  }

  /** Computes the partials of a channel's hours that the samples held in memory have completed. */
  complete(stored: StoredChannel, spec: ChannelSpec): Computed[] {
    const over = this.recent.over(stored.id, stored.lastMs);
    if (over === null) return [];
    const known = this.#memory.get(stored.id);
    let computed: Computed[] = [];
    // Whoever asked last may have known the meter otherwise.
    if (known === undefined || known.spec === specHash(spec) || known.revision !== stored.revision) {
      const from = Math.max(over.fromMs, over.toMs - LONGEST_GAP_MS);
      computed = this.#fill(this.#request(stored, spec, from, over.toMs), from, over.toMs, over.readings, false);
    }
    this.recent.drop(stored.id);
    if (this.#size > REMEMBERED) this.#forget();
    return computed;
  }

  #request(stored: StoredChannel, spec: ChannelSpec, fromMs: number, toMs: number): Request {
    const hash = specHash(spec);
    let memory = this.#memory.get(stored.id);
    if (memory === undefined || memory.spec !== hash || memory.revision !== stored.revision) {
      this.#size -= memory?.days.size ?? 0;
      memory = { spec: hash, revision: stored.revision, days: new Map() };
      this.#memory.set(stored.id, memory);
    }
    const from = Math.max(fromMs, hourOf(stored.firstMs));
    const to = Math.min(toMs, hourOf(stored.lastMs) + HOUR_MS);
    return { stored: { ...stored }, spec, memory, from, to };
  }

  #dayOf(memory: ChannelMemory, hourMs: number): Day {
    const dayMs = dayOf(hourMs);
    const known = memory.days.get(dayMs);
    if (known !== undefined) return known;
    const day = emptyDay(dayMs);
    memory.days.set(dayMs, day);
    this.#size += 1;
    return day;
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
    await readKept(connection, open, from, to, ({ channel, spec, day }) => {
      const { memory } = requests.get(channel)!;
      if (memory.spec !== spec) return;
      const known = memory.days.get(day.dayMs);
      if (known !== undefined) return fillFrom(known, day);
      memory.days.set(day.dayMs, day);
      this.#size += 1;
    });
  }

  /** Computes the hours that are neither remembered nor kept, each with the samples of the hour before and after it. */
  async #compute(connection: DuckDBConnection, requests: ReadonlyMap<number, Request>, unsettled: boolean): Promise<Computed[]> {
    const computed: Computed[] = [];
    const spans = new Map<number, readonly [number, number]>();
    let [lowest, highest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (const [id, request] of requests) {
      const span = unknownHours(request);
      if (span === null) continue;
      const readings = this.recent.since(id, span[0] - HOUR_MS);
      if (readings !== null) {
        computed.push(...this.#fill(request, ...span, readings, unsettled));
        continue;
      }
      spans.set(id, span);
      [lowest, highest] = [Math.min(lowest, span[0]), Math.max(highest, span[1])];
    }
    if (spans.size === 0) return computed;
    await eachColumns(connection, [...spans.keys()], lowest - HOUR_MS, highest + HOUR_MS, (id, columns) => {
      computed.push(...this.#fill(requests.get(id)!, ...spans.get(id)!, columns, unsettled));
    });
    return computed;
  }

  /**
   * Remembers the partials of [from, to), from readings that begin an hour before and end an hour behind.
   *
   * @returns the days of which hours became known that will hold for ever, or any where `unsettled`.
   */
  #fill({ stored, spec, memory }: Request, from: number, to: number, readings: Readings, unsettled: boolean): Computed[] {
    const changed = new Set<Day>();
    const found = new Map(hourPartials(spec, readings, from, to).map((partial) => [partial.hourMs, partial]));
    for (let hour = from; hour < to; hour += HOUR_MS) {
      const day = this.#dayOf(memory, hour);
      const count = hour + 2 * HOUR_MS <= stored.lastMs ? SETTLED : stored.count;
      if (countOf(day, hour) !== count && (count === SETTLED || unsettled)) changed.add(day);
      const partial = found.get(hour);
      if (partial) put(day, partial, count);
      else putEmpty(day, hour, count);
    }
    return Array.from(changed, (day) => ({ channel: stored.id, spec: memory.spec, day, stored }));
  }
}

interface Request {
  /** As it was when the request began: what comes meanwhile is not in what is read. */
  readonly stored: StoredChannel;
  readonly spec: ChannelSpec;
  readonly memory: ChannelMemory;
  /** Hours asked for that lie between the channel's first and newest sample. */
  readonly from: number;
  readonly to: number;
}

/** A copy of what is remembered, for the days change as more is known of them: parts of one table, which costs less than many. */
function* taken(requests: readonly Request[]): Generator<HourPartials, undefined> {
  const hours = requests.reduce((sum, { from, to }) => sum + Math.max(0, to - from) / HOUR_MS, 0);
  const table = new Float64Array(hours * WIDTH);
  let end = 0;
  for (const { stored, memory, from, to } of requests) {
    const start = end;
    const noted: NotedHour[] = [];
    for (let hour = from; hour < to; hour = dayOf(hour) + DAY_MS) {
      const day = memory.days.get(dayOf(hour));
      if (day === undefined) continue;
      end = copyHours(day, hour, Math.min(to, day.dayMs + DAY_MS), table, end);
      for (const key in day.details) {
        const hourMs = Number(key);
        if (hourMs >= from && hourMs < to) noted.push({ hourMs, ...day.details[key]! });
      }
    }
    // A day has its details in the order in which they became known.
    noted.sort((a, b) => a.hourMs - b.hourMs);
    yield new HourPartials(stored.name, table.subarray(start, end), noted);
  }
}

/** The span of hours within which some are not in memory, null where all are. */
function unknownHours({ stored: { count: samples }, memory, from, to }: Request): readonly [number, number] | null {
  let first = Number.NaN;
  let last = Number.NaN;
  for (let dayMs = dayOf(from); dayMs < to; dayMs += DAY_MS) {
    const day = memory.days.get(dayMs);
    const endMs = Math.min(to, dayMs + DAY_MS);
    for (let hour = Math.max(from, dayMs); hour < endMs; hour += HOUR_MS) {
      const count = day === undefined ? Number.NaN : countOf(day, hour);
      if (count === SETTLED || count === samples) continue;
      if (Number.isNaN(first)) first = hour;
      last = day === undefined ? endMs - HOUR_MS : hour;
      if (day === undefined) break;
    }
  }
  return Number.isNaN(first) ? null : [first, last + HOUR_MS];
}
