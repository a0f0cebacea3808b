import type { ChannelSpec, CounterEvent } from './partial.ts';

/** So many readings that agree with each other overrule the one before them. */
const CONFIRMING = 3;
/** A counter moves in steps and clocks jitter: at least this much time at the ceiling is allowed between two readings. */
const ALLOWANCE_MS = 15 * 60_000;
const HOUR_MS = 3_600_000;
/** A jump that an opposite one undoes to this share was no consumption. */
const UNDONE = 0.9;

type CounterSpec = Pick<ChannelSpec, 'modulus' | 'ceilingPerHour' | 'maxGapMs' | 'replacements'>;

/** What lies between two readings of a counter: the amount, and the event where it was no plain rise. */
export interface CounterStep {
  readonly amount: number;
  readonly event: CounterEvent['event'] | null;
}

/**
 * Consumption between two readings, in the counter's unit: the difference, the difference over the modulus where the counter rolled
 * over, or through both readings of each replacement between them. null where no counter can have done this: it fell, or rose faster than the ceiling.
 *
 * A step longer than `maxGapMs` keeps its amount and carries the event `outage`: the counter went on counting.
 *
 * @example modulus 1,000,000, ceiling 500 an hour, 999984 → 20 in a minute: amount 36, event roll-over
 */
export function counterStep(spec: CounterSpec, fromMs: number, before: number, toMs: number, after: number): CounterStep | null {
  const limit =
    spec.ceilingPerHour === null ? Number.POSITIVE_INFINITY : (spec.ceilingPerHour * Math.max(toMs - fromMs, ALLOWANCE_MS)) / HOUR_MS;
  const replaced = spec.replacements.length === 0 ? null : throughReplacements(spec, fromMs, before, toMs, after);
  if (replaced !== null && replaced <= limit) return { amount: replaced, event: 'replacement' };
  const rise = after - before;
  if (rise >= 0) return rise <= limit ? { amount: rise, event: toMs - fromMs > spec.maxGapMs ? 'outage' : null } : null;
  if (spec.modulus === null || before > spec.modulus) return null;
  const over = rise + spec.modulus;
  const near = Number.isFinite(limit) ? over <= spec.modulus / 2 : before >= 0.9 * spec.modulus && after <= 0.1 * spec.modulus;
  return near && over <= limit ? { amount: over, event: 'roll-over' } : null;
}

/** What all the meters counted that stood there between two readings; null where none was replaced, or one of them would have fallen. */
function throughReplacements({ replacements }: CounterSpec, fromMs: number, before: number, toMs: number, after: number): number | null {
  const within = replacements.filter(({ atMs }) => atMs > fromMs && atMs <= toMs).sort((a, b) => a.atMs - b.atMs);
  const ends = [...within.map(({ lastOfOld }) => lastOfOld), after];
  const parts = [before, ...within.map(({ firstOfNew }) => firstOfNew)].map((first, meter) => ends[meter]! - first);
  return within.length === 0 || parts.some((part) => part < 0) ? null : parts.reduce((sum, part) => sum + part, 0);
}

/** Readings that count, by index into the input, with the consumption since the first of them. */
export interface CountedReadings {
  readonly index: readonly number[];
  readonly total: readonly number[];
  readonly events: readonly CounterEvent[];
}

interface Accepted {
  readonly index: number;
  readonly total: number;
  /** Between the accepted reading before and this one. */
  readonly event: CounterEvent['event'] | null;
}

/**
 * Consumption through a series of a counter's readings, by time ascending, values finite.
 *
 * One reading that no counter can have made (garbage, a zero, a spike) neither counts nor becomes the base of the next: it is dropped,
 * with the event `glitch`. Three in a row that agree with each other do become the base: the counter was reset or exchanged, with the
 * event `reset`, and nothing is counted across it. Where a later jump undoes an earlier one of the same size, what lies between was a
 * disturbance, however long: it is dropped as a whole and the consumption from before to after it is kept.
 */
export function countReadings(spec: CounterSpec, timeMs: ArrayLike<number>, value: ArrayLike<number>): CountedReadings {
  const accepted: Accepted[] = [];
  const glitches: { readonly index: number; readonly before: number }[] = [];
  let doubted: number[] = [];
  /** Places in `accepted` where three lower readings overruled the one before: the only ones that a rise can undo. */
  const falls: number[] = [];
  const stepTo = (from: number, to: number) => counterStep(spec, timeMs[from]!, value[from]!, timeMs[to]!, value[to]!);

  const drop = (): void => {
    const base = accepted.at(-1);
    if (doubted.length > 0 && base) glitches.push({ index: doubted[0]!, before: value[base.index]! });
    doubted = [];
  };
  const accept = (index: number, total: number, event: Accepted['event']): void => {
    accepted.push({ index, total, event });
  };

  /** Takes back everything after `keep`, and goes on from there. */
  const undo = (keep: number, index: number): void => {
    const base = accepted[keep]!;
    glitches.push({ index: accepted[keep + 1]!.index, before: value[base.index]! });
    accepted.length = keep + 1;
    while (falls.length > 0 && falls.at(-1)! > keep) falls.pop();
    const step = stepTo(base.index, index)!;
    accept(index, base.total + step.amount, step.event);
  };

  /** Whether reading `index` undoes the jump behind the accepted reading `k` and goes on from that one. */
  const undoes = (index: number, k: number): boolean => {
    const [before, after] = [accepted[k]!.index, accepted[k + 1]!.index];
    const jump = value[after]! - value[before]!;
    const back = value[index]! - value[accepted.at(-1)!.index]!;
    if (jump * back >= 0 || Math.abs(value[after]! - value[index]!) < UNDONE * Math.abs(back)) return false;
    if (Math.abs(jump) < UNDONE * UNDONE * Math.abs(back) || Math.abs(back) < UNDONE * UNDONE * Math.abs(jump)) return false;
    const step = stepTo(before, index);
    return step !== null && step.event !== 'roll-over';
  };

  /** The accepted reading from which `index` goes on over a disturbance, −1 where there is none. A rise can only undo a fall. */
  const beforeDisturbance = (index: number): number => {
    if (value[index]! > value[accepted.at(-1)!.index]!) {
      return (falls.findLast((place) => undoes(index, place - 1)) ?? 0) - 1;
    }
    for (let k = accepted.length - 2; k >= 0; k -= 1) if (undoes(index, k)) return k;
    return -1;
  };

  for (let index = 0; index < timeMs.length; index += 1) {
    const base = accepted.at(-1);
    if (base === undefined) {
      accept(index, 0, null);
      continue;
    }
    const step = stepTo(base.index, index);
    if (step !== null) {
      const keep = falls.length > 0 && step.amount > 0 && step.event !== 'roll-over' ? beforeDisturbance(index) : -1;
      drop();
      if (keep >= 0) undo(keep, index);
      else accept(index, base.total + step.amount, step.event);
      continue;
    }
    const last = doubted.at(-1);
    if (last !== undefined && stepTo(last, index) === null) drop();
    doubted.push(index);
    const keep = beforeDisturbance(doubted[0]!);
    if (keep >= 0 && (doubted.length >= CONFIRMING || accepted.length - keep - 1 <= doubted.length)) {
      undo(keep, doubted[0]!);
    } else if (doubted.length >= CONFIRMING) {
      accept(doubted[0]!, base.total, 'reset');
      if (value[doubted[0]!]! < value[base.index]!) falls.push(accepted.length - 1);
    } else {
      continue;
    }
    for (const next of doubted.slice(1)) {
      const before = accepted.at(-1)!;
      const rise = stepTo(before.index, next)!;
      accept(next, before.total + rise.amount, rise.event);
    }
    doubted = [];
  }
  drop();

  const events: CounterEvent[] = glitches.map(({ index, before }) => ({
    timeMs: timeMs[index]!,
    event: 'glitch',
    before,
    after: value[index]!,
  }));
  for (const [k, { index, event }] of accepted.entries()) {
    if (event !== null) events.push({ timeMs: timeMs[index]!, event, before: value[accepted[k - 1]!.index]!, after: value[index]! });
  }
  events.sort((a, b) => a.timeMs - b.timeMs);
  return { index: accepted.map(({ index }) => index), total: accepted.map(({ total }) => total), events };
}
