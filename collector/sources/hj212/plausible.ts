import type { PeriodBook } from './book.ts';
import type { Period } from './reading.ts';

/** How far a station's clock may be ahead of ours before its times are no longer believed. */
const CLOCK_AHEAD_MS = 5 * 60_000;
/** Real-time data are of the moment: so far may DataTime lie before QN, unless the packet is marked as sent again. */
const REAL_TIME_LAG_MS = 3_600_000;
const REAL_TIME_RESENT_MS = 7 * 86_400_000;

export interface Circumstances {
  readonly period: Period;
  /** Book of the period; null for real-time data. */
  readonly book: PeriodBook | null;
  readonly dataMs: number;
  /** When the station made the packet by its own account; null without QN (2005). */
  readonly qnMs: number | null;
  readonly nowMs: number;
  readonly oldestMs: number;
  /** Marked RF=1, or an answer to our own request. */
  readonly late: boolean;
  /** A code that this station has not sent before in a fresh packet. */
  readonly strange: string | undefined;
}

/**
 * Why a packet's time cannot be what the station sent; null where it can.
 *
 * The CRC lets two characters pass that were swapped eight places apart. In DataTime these are year with hour or month, and month with
 * second: a period's start has round seconds, and a year does not go unnoticed either. A digit of DataTime can also change places with one
 * of the code behind it, which makes the time late and the code a strange one.
 */
export function implausible(of: Circumstances): string | null {
  const { book, dataMs, nowMs } = of;
  const sentMs = of.qnMs ?? nowMs;
  const endMs = dataMs + (book?.everyMs ?? 0);
  if (sentMs > nowMs + CLOCK_AHEAD_MS) return 'QN is ahead of our clock by more than 5 min';
  if (endMs > nowMs + CLOCK_AHEAD_MS) return 'DataTime names a period that has not ended';
  if (of.qnMs !== null && dataMs > of.qnMs + 60_000) return 'DataTime is later than QN';
  if (dataMs < of.oldestMs) return 'DataTime is older than what is still taken';
  if (book === null) {
    const lagMs = of.late ? REAL_TIME_RESENT_MS : REAL_TIME_LAG_MS;
    return sentMs - dataMs > lagMs || nowMs - dataMs > REAL_TIME_RESENT_MS ? 'real-time data of another time' : null;
  }
  if (!book.aligned(dataMs)) return `no ${of.period} of this station starts at DataTime`;
  const behindMs = sentMs - endMs;
  if (of.strange !== undefined && behindMs > book.everyMs) return `late data with a code that is not known of this station: ${of.strange}`;
  return null;
}
