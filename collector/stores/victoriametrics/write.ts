import { setTimeout } from 'node:timers/promises';
import type { Sample } from '../../sample/sample.ts';
import { Batch } from '../batch.ts';
import { ByChannel } from '../by-channel.ts';
import type { Sender } from '../halve.ts';
import { isHere, type LineAddress, lineSender } from '../line-post.ts';
import type { TagsOf } from '../lines.ts';
import { type Point, pointOf, pointsOf, sameContent } from './points.ts';
import { seriesOf } from './read.ts';
import type { Server } from './server.ts';

/** What is known of a channel's times on the server. Nothing is stored behind `newestMs`, nor between `lowMs` and `highMs`, ends excluded. */
interface Sent {
  /** -∞ where it is not known. */
  newestMs: number;
  /** The newest on its way, -∞ where there is none. */
  sendingMs: number;
  /** The widest span that was leapt over: a backlog fills it from below while live data go on above. */
  lowMs: number;
  highMs: number;
  /** The newest on its way there. */
  fillingMs: number;
}

const nothingSent = (newestMs: number): Sent => ({
  newestMs,
  sendingMs: Number.NEGATIVE_INFINITY,
  lowMs: Number.NEGATIVE_INFINITY,
  highMs: Number.NEGATIVE_INFINITY,
  fillingMs: Number.NEGATIVE_INFINITY,
});

/** What is asked of a server. */
type Asked = Pick<Server, 'flush' | 'newest' | 'export'>;

/**
 * Gives each sample the turn that makes it the one that counts.
 *
 * VictoriaMetrics does not overwrite: of two values at one time it keeps one of its own choosing. Content that replaces other content
 * (late data behind a gap that was recorded as missing, a correction) therefore goes into series with the label `turn`: 1 the first
 * time, 2 the next. To know which, what stands there is read back; but only where something may stand: what is newer than all that is
 * stored of the channel, which is asked for once in a process, and a backlog behind live data cost nothing.
 */
export class Turns {
  readonly #server: Asked;
  readonly #plant: string;
  readonly #sent = new ByChannel<Sent>(() => nothingSent(this.#emptyFromMs - 1));
  readonly #visibleMs: number;
  /** From then on, channels that nothing was sent of have nothing stored; -∞ where that is not known. */
  #emptyFromMs = Number.NEGATIVE_INFINITY;
  /** When something was last written or asked, on the steady clock; who wrote before this process may have done so just now. */
  #busyMs = performance.now();

  /** @param visibleMs so long after a write or an answer a cluster may not show what was written. */
  constructor(server: Asked, plant: string, visibleMs: number) {
    this.#server = server;
    this.#plant = plant;
    this.#visibleMs = visibleMs;
  }

  /**
   * The samples to send, without those that say what stands there already, and their turns. Of several that speak of one reading each has
   * its own: a request that seemed lost may reach the server after the next one, and must not bring other content to the same place.
   */
  async of(batch: readonly Sample[]): Promise<ReadonlyMap<Sample, number>> {
    const stored = await this.#stored(batch);
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

  /**
   * They are on their way: the next batch is compared with them too.
   *
   * @returns whether each sample is known to stand where nothing is stored and nothing was sent, by those before it in the batch neither:
   * all have turn 0 then.
   */
  sending({ channels, timeMs: times }: Batch): boolean {
    let areNew = true;
    for (let i = 0; i < channels.length; i += 1) {
      const sent = this.#sent.of(channels[i]!);
      const timeMs = times[i]!;
      if (timeMs < sent.highMs) {
        if (timeMs <= sent.lowMs || timeMs <= sent.fillingMs) areNew = false;
        if (timeMs > sent.fillingMs) sent.fillingMs = timeMs;
      } else if (sent.newestMs === Number.NEGATIVE_INFINITY || timeMs <= sent.newestMs || timeMs <= sent.sendingMs) areNew = false;
      if (timeMs > sent.sendingMs) sent.sendingMs = timeMs;
    }
    return areNew;
  }

  failed(): void {
    for (const sent of this.#sent.all()) {
      sent.sendingMs = Number.NEGATIVE_INFINITY;
      sent.fillingMs = Number.NEGATIVE_INFINITY;
    }
  }

  written({ channels, timeMs: times }: Batch): void {
    this.#busyMs = performance.now();
    for (let i = 0; i < channels.length; i += 1) {
      const sent = this.#sent.of(channels[i]!);
      const timeMs = times[i]!;
      if (timeMs > sent.newestMs) {
        if (timeMs - sent.newestMs > sent.highMs - sent.lowMs || sent.highMs === Number.NEGATIVE_INFINITY) {
          [sent.lowMs, sent.highMs] = [sent.newestMs, timeMs];
          sent.fillingMs = Number.NEGATIVE_INFINITY;
        }
        sent.newestMs = timeMs;
      } else if (timeMs > sent.lowMs && timeMs < sent.highMs) sent.lowMs = timeMs;
    }
  }

  /** What stands at the places of samples that are not newer than all of their channel. */
  async #stored(batch: readonly Sample[]): Promise<Map<string, Map<number, Point>>> {
    if (!(await this.#server.flush())) {
      await setTimeout(Math.max(0, this.#busyMs + this.#visibleMs - performance.now()));
      this.#busyMs = performance.now();
    }
    await this.#learn(batch);
    const placed = batch.filter(({ channel, timeMs }) => timeMs <= this.#sent.of(channel).newestMs);
    if (placed.length === 0) return new Map();
    const times = placed.map(({ timeMs }) => timeMs).sort((a, b) => a - b);
    const channels = [...new Set(placed.map(({ channel }) => channel))];
    return pointsOf(await this.#server.export(seriesOf(this.#plant, channels), times[0]!, times.at(-1)!));
  }

  /** Asks once for the newest stored times of channels that this process has not written yet, from the first of their samples on. */
  async #learn(batch: readonly Sample[]): Promise<void> {
    const unknown = batch.filter(({ channel }) => this.#sent.of(channel).newestMs === Number.NEGATIVE_INFINITY);
    const channels = [...new Set(unknown.map(({ channel }) => channel))];
    const fromMs = unknown.reduce((least, { timeMs }) => Math.min(least, timeMs), Number.POSITIVE_INFINITY);
    // A server takes samples up to two days ahead of its clock, which ours may be behind.
    const toMs = unknown.reduce((most, { timeMs }) => Math.max(most, timeMs), Date.now()) + LATEST_AHEAD_MS;
    if (channels.length > ASKED_AT_ONCE) await this.#learnAll(fromMs, toMs);
    const others = channels.filter((channel) => this.#sent.of(channel).newestMs === Number.NEGATIVE_INFINITY);
    for (let at = 0; at < others.length; at += ASKED_AT_ONCE) {
      const asked = others.slice(at, at + ASKED_AT_ONCE);
      const newest = await this.#server.newest(seriesOf(this.#plant, asked, 'q'), fromMs, toMs);
      for (const channel of asked) this.#sent.of(channel).newestMs = newest.get(channel) ?? fromMs - 1;
    }
  }

  /** The same of all channels of the plant in one question, unless the server answers none of that size. */
  async #learnAll(fromMs: number, toMs: number): Promise<void> {
    let newest: ReadonlyMap<string, number>;
    try {
      newest = await this.#server.newest(seriesOf(this.#plant, null, 'q'), fromMs, toMs);
    } catch (error) {
      if (error instanceof Error && 'status' in error) return;
      throw error;
    }
    const learn = (sent: Sent, newestMs: number): void => {
      if (sent.newestMs === Number.NEGATIVE_INFINITY) sent.newestMs = newestMs;
    };
    for (const [channel, newestMs] of newest) learn(this.#sent.of(channel), newestMs);
    for (const sent of this.#sent.all()) learn(sent, fromMs - 1);
    this.#emptyFromMs = fromMs;
  }
}

const ASKED_AT_ONCE = 100;
const LATEST_AHEAD_MS = 3 * 86_400_000;

/** What a VictoriaMetrics takes from clients of InfluxDB of either version; compressed where it stands elsewhere. */
export function victoriaSender(
  address: Omit<LineAddress, 'path' | 'compressed'>,
  lineProtocol: 1 | 2,
  plant: string,
  tags: TagsOf | null,
): Sender {
  const path = `${lineProtocol === 1 ? '/write' : '/api/v2/write'}?precision=ms`;
  return lineSender({ ...address, path, compressed: !isHere(address.url) }, plant, tags);
}

/** @param protocol writes lines with the tags that it is told, null for none. */
export function turningSender(turns: Turns, protocol: (tags: TagsOf | null) => Sender): Sender {
  const plain = protocol(null);
  /** By turn. */
  const senders = new Map([[0, plain]]);
  const senderOf = (turn: number): Sender => {
    const known = senders.get(turn) ?? protocol(() => ({ turn: String(turn) }));
    senders.set(turn, known);
    return known;
  };
  return {
    async send(batch, before) {
      if (turns.sending(batch)) {
        await plain.send(batch, before).catch((error: unknown) => {
          turns.failed();
          throw error;
        });
      } else {
        await before;
        const byTurn = new Map<number, Sample[]>();
        for (const [sample, turn] of await turns.of(batch.samples())) {
          const some = byTurn.get(turn);
          if (some) some.push(sample);
          else byTurn.set(turn, [sample]);
        }
        for (const [turn, some] of byTurn) await senderOf(turn).send(Batch.of(some));
      }
      turns.written(batch);
    },
    post: (lines) => plain.post(lines),
    statusOf: (error) => plain.statusOf(error),
  };
}
