import type { Channel } from '../../config/plant/plant.ts';
import { instantMs } from '../../config/plant/time.ts';
import type { UncertaintyTerm } from '../../config/plant/uncertainty.ts';
import { effectiveCount } from './uncertainty.ts';
import type { Window } from './window.ts';

/** Mean Gregorian year. */
const YEAR_MS = 365.2425 * 86_400_000;

/** What a stated number is divided by to be a standard uncertainty. @source JCGM 100:2008 (GUM) 4.3.7, 4.3.3 */
const DIVISOR = { limit: Math.sqrt(3), standard: 1, expanded: 2 } as const;

/**
 * Contributions beyond the accuracy class that the ledger states for a channel, as sources of the uncertainty of a total, a stock change
 * or a mean, in its unit, k = 1.
 *
 * - `drift M`: % a year × years between the verification and the middle of the window, of the value; fixed for the window and common to
 *   the meter's counter and rate. `Infinity` where there is no verification to count from.
 * - `installation M`: % of the value, fixed.
 * - `laboratory C`: of a concentration: % or absolute, common to all results of the channel.
 * - `sampling C@from`: of a concentration: independent from sample to sample, so that n of them leave 1 ÷ √n; readings of an analyser
 *   on line are correlated and count as `effectiveCount(n)`.
 *
 * @param n number of readings in the window; what is not sampled does not look at it
 */
export function furtherTerms(channel: Channel, value: number, window: Window, offsetMinutes: number, n = 1): readonly [string, number][] {
  const middleMs = (window.fromMs + window.toMs) / 2;
  return inForce(channel, middleMs, offsetMinutes).map((term) =>
    sourceOf(term, channel, value, window, n, () => yearsSinceVerification(channel, middleMs, offsetMinutes)),
  );
}

function sourceOf(
  term: UncertaintyTerm,
  channel: Channel,
  value: number,
  window: Window,
  n: number,
  years: () => number,
): [source: string, part: number] {
  const of = (percent: number | undefined, absolute?: number) =>
    (percent === undefined ? (absolute ?? 0) : (percent / 100) * value) / DIVISOR[term.as];
  switch (term.term) {
    case 'drift': {
      const perYear = of(term.percentPerYear);
      return [`drift ${channel.meter.id}`, perYear === 0 ? 0 : perYear * years()];
    }
    case 'installation':
      return [`installation ${channel.meter.id}`, of(term.percent)];
    case 'laboratory':
      return [`laboratory ${channel.id}`, of(term.percent, term.absolute)];
    case 'sampling': {
      const samples = channel.read === undefined ? Math.max(1, n) : effectiveCount(n);
      return [`sampling ${channel.id}@${window.fromMs}`, of(term.percent, term.absolute) / Math.sqrt(samples)];
    }
  }
}

function yearsSinceVerification({ meter }: Channel, atMs: number, offsetMinutes: number): number {
  const verified = meter.verification?.date;
  return verified === undefined ? Number.POSITIVE_INFINITY : Math.abs(atMs - instantMs(verified, offsetMinutes)) / YEAR_MS;
}

/** The latest entry of each term that counts for the channel at an instant. */
function inForce(channel: Channel, atMs: number, offsetMinutes: number): readonly UncertaintyTerm[] {
  const latest = new Map<UncertaintyTerm['term'], { sinceMs: number; term: UncertaintyTerm }>();
  for (const term of channel.meter.uncertainty ?? []) {
    const named = term.channel === undefined || `${channel.meter.id}.${term.channel}` === channel.id;
    const fits = channel.kind === 'concentration' || term.term === 'drift' || term.term === 'installation';
    const sinceMs = term.from === undefined ? Number.NEGATIVE_INFINITY : instantMs(term.from, offsetMinutes);
    if (!named || !fits || sinceMs > atMs || sinceMs < (latest.get(term.term)?.sinceMs ?? Number.NEGATIVE_INFINITY)) continue;
    latest.set(term.term, { sinceMs, term });
  }
  return [...latest.values()].map(({ term }) => term);
}
