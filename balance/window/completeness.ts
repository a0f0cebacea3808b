import { AT, type HourPartials, WIDTH } from '../../collector/sample/hour-partials.ts';
import { reasonOf } from '../../collector/sample/reason.ts';
import type { SampleColumns } from '../../collector/stores/store.ts';
import type { Window } from './window.ts';

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

/** Counts of a window by quality and reason. The first and last hour count whole where the window cuts them. */
export function countsOf(partials: HourPartials, window: Window): Counts {
  const counts: Counts = { good: 0, suspect: 0, missing: {} };
  const inside = partials.within(window.fromMs, window.toMs);
  const { numbers } = inside;
  for (let row = 0; row < numbers.length; row += WIDTH) {
    counts.good += numbers[row + AT.good]!;
    counts.suspect += numbers[row + AT.suspect]!;
  }
  for (const { missing } of inside.noted) {
    for (const [code, n] of Object.entries(missing)) {
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
export function brokenHours(partials: HourPartials, window: Window): readonly number[] {
  const inside = partials.within(window.fromMs, window.toMs);
  const { numbers } = inside;
  const hours = new Set<number>();
  for (let row = 0; row < numbers.length; row += WIDTH) {
    const spread = numbers[row + AT.lastMs]! - numbers[row + AT.firstMs]!;
    if (spread > numbers[row + AT.coveredMs]! + 1) hours.add(numbers[row + AT.hourMs]!);
  }
  for (const { hourMs, missing } of inside.noted) if (Object.keys(missing).length > 0) hours.add(hourMs);
  return [...hours].sort((a, b) => a - b);
}

/**
 * The gaps of one channel in a window, ascending.
 *
 * Between hours they follow from the first and last readings that the partials keep; within an hour from the samples of the
 * `brokenHours`.
 */
export function gapsOf(
  channel: string,
  partials: HourPartials,
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
  const { numbers } = partials;
  for (let row = 0; row < numbers.length; row += WIDTH) {
    const firstMs = numbers[row + AT.firstMs]!;
    if (Number.isNaN(firstMs)) continue;
    add(lastMs ?? Math.min(window.fromMs, firstMs), firstMs);
    const samples = broken.get(numbers[row + AT.hourMs]!);
    if (samples) {
      let previous = firstMs;
      for (const [index, timeMs] of samples.timeMs.entries()) {
        if (Number.isNaN(samples.value[index])) continue;
        if (timeMs > previous) add(previous, timeMs);
        previous = Math.max(previous, timeMs);
      }
    }
    lastMs = numbers[row + AT.lastMs]!;
  }
  if (lastMs === null) return [{ channel, ...window, reason: reasonWithin(partials, window) }];
  if (lastMs < window.toMs) add(lastMs, window.toMs);
  return gaps;
}

function reasonWithin(partials: HourPartials, span: Window): string {
  const { missing } = countsOf(partials, span);
  const most = Object.entries(missing).sort((a, b) => b[1] - a[1])[0];
  return most?.[0] ?? 'no-record';
}
