import type { HourPartial } from '../../collector/sample/partial.ts';
import { reasonOf } from '../../collector/sample/reason.ts';
import type { SampleColumns } from '../../collector/stores/store.ts';
import { HOUR_MS, type Window } from './window.ts';

/** A stretch without an accepted reading that is longer than the channel bridges. */
export interface Gap extends Window {
  readonly channel: string;
  /** The reason that most of its missing samples carry; `no-record` where not even a missing sample was written. */
  readonly reason: string;
}

/** Samples of a channel that fall into the window, counted. */
export interface Counts {
  good: number;
  suspect: number;
  missing: Record<string, number>;
}

/**
 * Counts of a window by quality and reason. The first and last hour count whole where the window cuts them.
 *
 * @param partials ascending by hour
 */
export function countsOf(partials: readonly HourPartial[], window: Window): Counts {
  const counts: Counts = { good: 0, suspect: 0, missing: {} };
  for (const partial of within(partials, window)) {
    counts.good += partial.good;
    counts.suspect += partial.suspect;
    for (const [code, n] of Object.entries(partial.missing)) {
      const reason = reasonOf(Number(code));
      counts.missing[reason] = (counts.missing[reason] ?? 0) + n;
    }
  }
  return counts;
}

/**
 * Hours within which accepted readings may lie further apart than the channel bridges: their samples tell where. A counter covers its
 * gaps, so for it the missing samples show them.
 */
export function brokenHours(partials: readonly HourPartial[], window: Window): readonly number[] {
  return within(partials, window)
    .filter(({ firstMs, lastMs, coveredMs, missing }) => lastMs - firstMs > coveredMs + 1 || Object.keys(missing).length > 0)
    .map(({ hourMs }) => hourMs);
}

/**
 * The gaps of one channel in a window, ascending.
 *
 * Between hours they follow from the first and last readings that the partials keep; within an hour from the samples of the
 * `brokenHours`.
 */
export function gapsOf(
  channel: string,
  partials: readonly HourPartial[],
  broken: ReadonlyMap<number, SampleColumns>,
  window: Window,
  maxGapMs: number,
): readonly Gap[] {
  const gaps: Gap[] = [];
  const add = (fromMs: number, toMs: number) => {
    const span = { fromMs: Math.max(fromMs, window.fromMs), toMs: Math.min(toMs, window.toMs) };
    if (toMs - fromMs > maxGapMs && span.toMs > span.fromMs) gaps.push({ channel, ...span, reason: reasonWithin(partials, span) });
  };
  let lastMs: number | null = null;
  for (const partial of partials) {
    if (Number.isNaN(partial.firstMs)) continue;
    add(lastMs ?? Math.min(window.fromMs, partial.firstMs), partial.firstMs);
    const samples = broken.get(partial.hourMs);
    if (samples) {
      let previous = partial.firstMs;
      for (const [index, timeMs] of samples.timeMs.entries()) {
        if (Number.isNaN(samples.value[index])) continue;
        if (timeMs > previous) add(previous, timeMs);
        previous = Math.max(previous, timeMs);
      }
    }
    lastMs = partial.lastMs;
  }
  if (lastMs === null) return [{ channel, ...window, reason: reasonWithin(partials, window) }];
  if (lastMs < window.toMs) add(lastMs, window.toMs);
  return gaps;
}

function within(partials: readonly HourPartial[], { fromMs, toMs }: Window): readonly HourPartial[] {
  return partials.filter(({ hourMs }) => hourMs < toMs && hourMs + HOUR_MS > fromMs);
}

function reasonWithin(partials: readonly HourPartial[], span: Window): string {
  const { missing } = countsOf(partials, span);
  const most = Object.entries(missing).sort((a, b) => b[1] - a[1])[0];
  return most?.[0] ?? 'no-record';
}
