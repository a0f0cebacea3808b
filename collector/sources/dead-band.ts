import { type SampleBatch, sampleAt } from '../sample/batch.ts';
import { REASON_CODE, type Reason, reasonOf } from '../sample/reason.ts';
import type { Sample } from '../sample/sample.ts';
import type { Sink } from './source.ts';

/** Channels that are looked at more often than their readings are due. */
export interface DeadBands {
  /** Readings at its multiples (ms, UTC) are due: they are kept whatever they say. */
  readonly keepMs: number;
  /** The dead-band of every channel that is asked, in its unit; 0: every change is kept. */
  readonly bandOf: ReadonlyMap<string, number>;
}

/** What of one answer is kept, and what was decided with it. All in the order of their times. */
export interface Sifted {
  /** Kept samples; null where the batch is kept as a whole, as `batch`, behind what `before` holds. */
  readonly kept: readonly Sample[];
  /** The whole batch as it was judged, where nothing of it is left out. */
  readonly batch: SampleBatch | null;
  /** Times of looks that are not kept. */
  readonly dropped: readonly { readonly timeMs: number }[];
}

/** A look that is not kept unless the next one is further away. */
interface Look {
  readonly timeMs: number;
  /** NaN where it is missing. */
  readonly value: number;
  readonly reason: Reason;
  sample(): Sample;
}

interface State {
  /** Kept last. */
  last: Omit<Look, 'sample'> | null;
  /** Looked at last, and not kept. */
  held: Look | null;
  /** Slopes, per ms, of the lines from `last` that pass no look since at more than the dead-band. */
  least: number;
  most: number;
}

/**
 * Of channels that are looked at more often than is kept: which looks are kept.
 *
 * Kept is what was due, what differs from the look kept last by more than the dead-band, and what differs in its quality: a look that
 * fails, comes back or becomes suspect, for each reason. Where the straight line to such a look would pass those since the one kept last
 * at more than the dead-band, the look right before it is kept with it: totals of rates are drawn through the readings kept, and would
 * else slope from the last due time to the leap. So each look left out lies within the dead-band of the reading kept before it, and within
 * twice the dead-band of that line. A look that could not be made is one that failed: what was not seen is never taken for what stood still.
 *
 * The checks of quality (limits, leaps, frozen values) see every look before any is left out, as what they say of a value depends on
 * those around it: a value that stirs within its dead-band is not frozen, and a spike between two due times is one.
 *
 * A look counts as polled when it has been decided on, which the next look does: kept, or within the dead-band.
 */
export class DeadBand {
  readonly looks: DeadBands;
  readonly #judge: Sink['judge'];
  readonly #states: ReadonlyMap<string, State & { readonly band: number }>;

  constructor(looks: DeadBands, judge?: Sink['judge']) {
    this.looks = looks;
    this.#judge = judge;
    this.#states = new Map([...looks.bandOf].map(([channel, band]) => [channel, { band, ...NEW }]));
  }

  /** @param slotMs the time of looking, UTC ms, that the batch answers for. */
  batch(batch: SampleBatch, slotMs: number): Sifted {
    const reasons = this.#judged(batch);
    const judged = reasons === batch.reasons ? batch : { ...batch, reasons };
    const due = slotMs % this.looks.keepMs === 0;
    const [before, kept, dropped]: [Sample[], Sample[], { readonly timeMs: number }[]] = [[], [], []];
    for (let at = 0; at < batch.channels.length; at++) {
      const [value, reason] = [batch.values[at]!, reasonOf(reasons[at]!)];
      const look = { timeMs: batch.timeMs, value, reason, sample: () => sampleAt(judged, at) };
      const keeps = this.#decide(batch.channels[at]!, look, due, before, dropped);
      if (keeps && !due) kept.push(look.sample());
    }
    return due ? { kept: before, batch: judged, dropped } : { kept: [...before, ...kept], batch: null, dropped };
  }

  samples(samples: readonly Sample[], slotMs: number): Sifted {
    const due = slotMs % this.looks.keepMs === 0;
    const [before, kept, dropped]: [Sample[], Sample[], { readonly timeMs: number }[]] = [[], [], []];
    for (const one of samples) {
      const sample = this.#judge?.(one) ?? one;
      const look = { timeMs: sample.timeMs, value: sample.value ?? Number.NaN, reason: sample.reason, sample: () => sample };
      if (this.#decide(sample.channel, look, due, before, dropped)) kept.push(sample);
    }
    return { kept: [...before, ...kept], batch: null, dropped };
  }

  /**
   * The looks of these channels that are not yet decided on, which are the last: they say until when a value stood where it was. The next
   * look of each begins anew, and is kept.
   */
  end(channels: Iterable<string> = this.#states.keys()): Sample[] {
    const last: Sample[] = [];
    for (const channel of channels) {
      const state = this.#states.get(channel);
      if (state?.held) last.push(state.held.sample());
      if (state !== undefined) Object.assign(state, NEW);
    }
    return last.sort((a, b) => a.timeMs - b.timeMs);
  }

  /** @returns whether the look is kept; what is decided with it of the one before goes to `before` or `dropped`. */
  #decide(channel: string, look: Look, due: boolean, before: Sample[], dropped: { readonly timeMs: number }[]): boolean {
    const state = this.#states.get(channel);
    if (state === undefined) return true;
    const { last, held, band } = state;
    const within = last !== null && isWithin(look, last, band);
    if (held !== null) {
      if (within || Number.isNaN(held.value) || passesAll(state, look)) dropped.push(held);
      else before.push(held.sample());
    }
    const keeps = due || !within;
    if (keeps) {
      const { timeMs, value, reason } = look;
      Object.assign(state, { last: { timeMs, value, reason }, held: null, ...OPEN });
    } else {
      state.held = look;
      state.least = Math.max(state.least, slopeTo(last, look, -band));
      state.most = Math.min(state.most, slopeTo(last, look, band));
    }
    return keeps;
  }

  /** What the checks make of a batch's reasons. */
  #judged(batch: SampleBatch): Uint8Array {
    const judge = this.#judge;
    if (judge === undefined) return batch.reasons;
    let reasons = batch.reasons;
    for (let at = 0; at < batch.channels.length; at++) {
      if (judge.channels?.has(batch.channels[at]!) === false) continue;
      const code = REASON_CODE[judge(sampleAt(batch, at)).reason];
      if (code === reasons[at]) continue;
      if (reasons === batch.reasons) reasons = batch.reasons.slice();
      reasons[at] = code;
    }
    return reasons;
  }
}

const OPEN = { least: Number.NEGATIVE_INFINITY, most: Number.POSITIVE_INFINITY };

const NEW: State = { last: null, held: null, ...OPEN };

const isWithin = (now: Omit<Look, 'sample'>, last: Omit<Look, 'sample'>, band: number): boolean =>
  now.reason === last.reason && (Number.isNaN(last.value) ? Number.isNaN(now.value) : Math.abs(now.value - last.value) <= band);

const slopeTo = (from: Omit<Look, 'sample'>, to: Omit<Look, 'sample'>, off: number): number =>
  (to.value + off - from.value) / (to.timeMs - from.timeMs);

/** Whether the line from what was kept last to this look passes no look in between at more than the dead-band; false where it has no value. */
function passesAll({ last, least, most }: State, look: Look): boolean {
  const slope = last === null ? Number.NaN : slopeTo(last, look, 0);
  return slope >= least && slope <= most;
}
