import { missingBatch, type SampleBatch } from '../sample/batch.ts';
import type { Taken } from '../sample/intake.ts';
import type { Reason } from '../sample/reason.ts';
import type { Sample } from '../sample/sample.ts';
import type { DeadBand, Sifted } from './dead-band.ts';
import type { Outbox } from './outbox.ts';
import { mostMissed } from './schedule.ts';

/** What a source hands the answers of one asking to. */
export interface Answers {
  /** Samples of one answer that came at `atMs`; no channel twice. */
  give(samples: readonly Sample[], atMs: number): void;
  giveBatch(batch: SampleBatch): void;
  /** A sample beyond those that were due: it answers for no due time. @returns how many of the kind wait to be handed over. */
  giveOne(sample: Sample): number;
  /** Settles once fewer batches than `most` are on their way. */
  room(most: number): Promise<void>;
}

/** What nobody asked for: in one batch what one answer would have brought. */
export interface Missed {
  readonly reason: Reason;
  readonly batches: readonly SampleBatch[];
}

/** Which due times of what is read together have a sample. All times UTC ms. */
interface Account {
  /** The first due time that has none. */
  openMs: number;
  /** Of the last sample. */
  lastMs: number;
  /** The due time before the last sample's own has none: that sample answers for it, late, if another comes for its own. */
  owed: boolean;
}

/**
 * Hands over what a group's askings bring so that each channel's samples come in the order of their times, one for each due time at least.
 *
 * While a slow answer is waited for, due times go by. They are handed over as missed before the answer and not behind it: a store takes
 * what is older than its newest row only at a cost, and would pay it just when the source is behind. An answer speaks for the due time
 * at or before it, as `accountOf` counts. One that came a little late leaves the due time before open; if the next answer does not come
 * for the same due time, the one that is missing is dated right behind the late answer, which then speaks for the earlier one.
 *
 * What is handed over is counted here, before anything can become of it. Of channels that are looked at more often than is kept every time
 * of looking has its sample in the same way, and behind that the dead-band says which of them are handed over.
 */
export class InOrder implements Answers {
  readonly #outbox: Outbox;
  readonly #everyMs: number;
  readonly #taken: Taken | undefined;
  readonly #deadBand: DeadBand | null;
  /** By the first channel of what is read together. */
  readonly #accounts = new Map<string, Account>();
  #before: readonly InOrder[];
  #dueMs = Number.NaN;

  /** @param before what was asked until now, if as often: what its answers spoke for is not told of again. */
  constructor(outbox: Outbox, everyMs: number, taken?: Taken, deadBand: DeadBand | null = null, before: readonly InOrder[] = []) {
    this.#before = before.filter((one) => one.#everyMs === everyMs);
    this.#outbox = outbox;
    this.#everyMs = everyMs;
    this.#taken = taken;
    this.#deadBand = deadBand;
  }

  /**
   * The group is asked for `dueMs` next.
   *
   * @param missedMs due times before it that nobody asked for, ascending.
   * @param missedAt what is missing at one of them, and why.
   */
  due(dueMs: number, missedMs: readonly number[], missedAt: (timeMs: number) => Missed): void {
    this.#dueMs = dueMs;
    for (const timeMs of missedMs) {
      const { reason, batches } = missedAt(timeMs);
      for (const batch of batches) {
        const channel = batch.channels[0] ?? '';
        if (timeMs < (this.#accounts.get(channel) ?? this.#open(channel, timeMs)).openMs) continue;
        this.#hand(batch, this.#handBefore(batch, timeMs, reason));
      }
    }
  }

  give(samples: readonly Sample[], atMs: number): void {
    const [first] = samples;
    if (first === undefined) return;
    const channels = samples.map(({ channel }) => channel);
    const slotMs = this.#handBefore({ channels, origin: first.origin }, atMs, 'communication');
    if (this.#deadBand === null) this.#keep(samples);
    else this.#handSifted(this.#deadBand.samples(samples, slotMs));
  }

  giveBatch(batch: SampleBatch): void {
    this.#hand(batch, this.#handBefore(batch, batch.timeMs, 'communication'));
  }

  /** Nothing more is asked: hands over what was looked at last. */
  end(): void {
    this.#before = [];
    this.#keep(this.#deadBand?.end() ?? []);
  }

  giveOne(sample: Sample): number {
    this.#taken?.samples([sample]);
    return this.#outbox.giveOne(sample);
  }

  room(most: number): Promise<void> {
    return this.#outbox.room(most);
  }

  /** Hands over what is missing before a sample of `atMs`. @returns the due time that this sample answers for. */
  #handBefore({ channels, origin }: Pick<SampleBatch, 'channels' | 'origin'>, atMs: number, reason: Reason): number {
    const account = this.#accounts.get(channels[0] ?? '') ?? this.#open(channels[0] ?? '', this.#dueMs);
    const slotMs = slotOf(atMs, this.#everyMs);
    const most = mostMissed(this.#everyMs, this.#deadBand?.looks);
    // Behind a clock that was set nothing is known to have stood where it was.
    const leapt = slotMs + this.#everyMs < account.openMs || slotMs - account.openMs > most * this.#everyMs;
    if (leapt && this.#deadBand !== null) this.#keep(this.#deadBand.end(channels));
    for (const timeMs of missedBefore(account, atMs, this.#everyMs, most)) {
      this.#hand(missingBatch(channels, timeMs, origin, reason), slotOf(timeMs, this.#everyMs));
    }
    return slotMs - (account.owed ? this.#everyMs : 0);
  }

  #hand(batch: SampleBatch, slotMs: number): void {
    if (this.#deadBand === null) this.#keepBatch(batch);
    else this.#handSifted(this.#deadBand.batch(batch, slotMs));
  }

  #handSifted({ kept, batch, dropped }: Sifted): void {
    this.#taken?.within(dropped);
    this.#keep(kept);
    if (batch !== null) this.#keepBatch(batch);
  }

  #keep(samples: readonly Sample[]): void {
    if (samples.length === 0) return;
    this.#taken?.samples(samples);
    this.#outbox.give(samples);
  }

  #keepBatch(batch: SampleBatch): void {
    this.#taken?.batch(batch);
    this.#outbox.giveBatch(batch);
  }

  #open(channel: string, openMs: number): Account {
    const known = this.#before.find((one) => one.#accounts.has(channel));
    const account = known === undefined ? { openMs, lastMs: Number.NEGATIVE_INFINITY, owed: false } : known.#accounts.get(channel)!;
    this.#accounts.set(channel, account);
    return account;
  }
}

/** Takes a sample of `atMs` into the account. @returns the times, before it and ascending, at which one is missing. */
function missedBefore(account: Account, atMs: number, everyMs: number, most: number): number[] {
  const ownMs = slotOf(atMs, everyMs);
  const { openMs, lastMs, owed } = account;
  if (ownMs + everyMs === openMs) {
    account.owed = false;
    return [];
  }
  if (ownMs < openMs) {
    // A clock that was set back: its times are told of anew.
    Object.assign(account, { openMs: ownMs + everyMs, lastMs: atMs, owed: false });
    return [];
  }
  const missed = owed ? [lastMs + 1] : [];
  const between = (ownMs - openMs) / everyMs;
  Object.assign(account, { openMs: ownMs + everyMs, lastMs: atMs, owed: false });
  // A clock that was set missed nothing.
  if (between > most) return missed;
  account.owed = between >= 1 && atMs + 1 < ownMs + everyMs;
  for (let timeMs = openMs; timeMs < (account.owed ? ownMs - everyMs : ownMs); timeMs += everyMs) missed.push(timeMs);
  return missed;
}

const slotOf = (timeMs: number, everyMs: number): number => Math.floor(timeMs / everyMs) * everyMs;
