import { HOUR_MS, hourOf, type Readings } from '../../sample/hour.ts';
import { GrowingColumns } from './columns.ts';

interface Held {
  /** All the channel's samples from here on are held. */
  fromMs: number;
  /** Partials of the hours before this one have been computed. */
  nextMs: number;
  readonly columns: GrowingColumns;
}

/** About 60 MB; beyond this everything is forgotten until another hour begins, and partials are computed from the file. */
export const MOST_SAMPLES = 3_000_000;
/** The columns of a channel take as much memory as so many samples in them. */
export const CHANNEL_WEIGHT = 100;

/**
 * The samples of the last hours in memory, as they were written: the partial of an hour is computed when it is over, without reading
 * back what has just gone into the file. A late sample makes its channel forget.
 */
export class Recent {
  readonly #held = new Map<number, Held>();
  /** Samples that there is memory for, and what the channels weigh. */
  #size = 0;
  /** Nothing before is held any more. */
  #beginMs = Number.NEGATIVE_INFINITY;

  /** @param afterMs time of the channel's newest sample before those that follow, −∞ for a new channel. */
  add(id: number, afterMs: number, time: number, value: number, quality: number, reason: number, origin: number): void {
    if (time < this.#beginMs) return;
    let held = this.#held.get(id);
    if (held === undefined) {
      const newMs = afterMs === Number.NEGATIVE_INFINITY ? afterMs : hourOf(afterMs) + HOUR_MS;
      const fromMs = Math.max(newMs, this.#beginMs);
      held = { fromMs, nextMs: fromMs === Number.NEGATIVE_INFINITY ? hourOf(time) : fromMs + HOUR_MS, columns: new GrowingColumns() };
      this.#held.set(id, held);
      this.#size += weightOf(held);
    }
    if (time < held.fromMs) return;
    const before = weightOf(held);
    held.columns.push(time, value, quality, reason, origin);
    this.#size += weightOf(held) - before;
    if (this.#size > MOST_SAMPLES) this.#forgetUntil(hourOf(time) + HOUR_MS);
  }

  forget(id: number): void {
    const held = this.#held.get(id);
    if (held === undefined) return;
    this.#size -= weightOf(held);
    this.#held.delete(id);
  }

  #forgetUntil(timeMs: number): void {
    this.#beginMs = timeMs;
    this.#held.clear();
    this.#size = 0;
  }

  /** A channel's samples from `fromMs` on, where all of them are held; valid until the next sample. */
  since(id: number, fromMs: number): Readings | null {
    const held = this.#held.get(id);
    return held !== undefined && held.fromMs <= fromMs ? held.columns.view() : null;
  }

  /**
   * The hours of a channel that are over and were not taken before: no new sample can change their partials. What is held no longer than
   * the hour before the next is dropped by `drop`.
   */
  over(id: number, lastMs: number): { readonly fromMs: number; readonly toMs: number; readonly readings: Readings } | null {
    const held = this.#held.get(id);
    if (held === undefined) return null;
    const toMs = hourOf(lastMs) - HOUR_MS;
    if (held.nextMs >= toMs) return null;
    const fromMs = held.nextMs;
    held.nextMs = toMs;
    return { fromMs, toMs, readings: held.columns.view() };
  }

  /** Drops what the partials of hours to come do not need. */
  drop(id: number): void {
    const held = this.#held.get(id);
    if (held === undefined) return;
    const { length } = held.columns;
    held.columns.dropBefore(held.nextMs - HOUR_MS);
    if (held.columns.length === length) return;
    held.fromMs = held.nextMs - HOUR_MS;
  }
}

const weightOf = ({ columns }: Held): number => CHANNEL_WEIGHT + columns.room;
