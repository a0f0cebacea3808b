import type { Price } from '../../../config/plant/prices.ts';
import { instantMs } from '../../../config/plant/time.ts';
import type { HourAmount } from '../../window/spread.ts';
import type { Window } from '../../window/window.ts';

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

/** Minutes of the day, `fromMinute` inclusive, `toMinute` exclusive, with the price in force in them. */
interface Slice {
  readonly fromMinute: number;
  readonly toMinute: number;
  readonly value: number;
}

/**
 * Mean price over a span of time in which the same amount passes at every moment: ∫ p dt ÷ Δt over the dated entries and the hours of
 * their days. null where a part of the span has no price.
 *
 * @param prices of one medium, whose dates do not overlap
 * @param offsetMinutes of the plant: hours of the day are its own
 */
export function evenPrice(prices: readonly Price[], { fromMs, toMs }: Window, offsetMinutes: number): number | null {
  let [paid, covered] = [0, 0];
  for (const price of prices) {
    const sinceMs = Math.max(fromMs, instantMs(price.from, offsetMinutes));
    const untilMs = Math.min(toMs, price.to === undefined ? toMs : instantMs(price.to, offsetMinutes));
    if (untilMs <= sinceMs) continue;
    covered += untilMs - sinceMs;
    const slices = slicesOf(price);
    const firstDayMs = Math.floor((sinceMs + offsetMinutes * MINUTE_MS) / DAY_MS) * DAY_MS - offsetMinutes * MINUTE_MS;
    for (let dayMs = firstDayMs; dayMs < untilMs; dayMs += DAY_MS) {
      for (const { fromMinute, toMinute, value } of slices) {
        const overlap = Math.min(untilMs, dayMs + toMinute * MINUTE_MS) - Math.max(sinceMs, dayMs + fromMinute * MINUTE_MS);
        if (overlap > 0) paid += value * overlap;
      }
    }
  }
  return covered < toMs - fromMs ? null : paid / (toMs - fromMs);
}

/**
 * Mean price weighted by what passed in each hour, Σ q·p ÷ Σ q, the price of an hour being its mean. Hours of which nothing is known
 * take the mean of the others; the even price where nothing passed at all. null as `evenPrice`.
 */
export function weightedPrice(
  prices: readonly Price[],
  window: Window,
  offsetMinutes: number,
  course: readonly HourAmount[],
): number | null {
  const even = evenPrice(prices, window, offsetMinutes);
  if (even === null) return null;
  let [paid, passed] = [0, 0];
  for (const hour of course) {
    if (!(hour.amount > 0)) continue;
    paid += hour.amount * (evenPrice(prices, hour, offsetMinutes) ?? even);
    passed += hour.amount;
  }
  return passed > 0 ? paid / passed : even;
}

/** The day of a price, in order; a period without hours has those that no other has. */
export function slicesOf({ value, periods = [] }: Price): readonly Slice[] {
  if (value !== undefined) return [{ fromMinute: 0, toMinute: 1440, value }];
  const named = periods
    .flatMap(({ value: price, hours = [] }) => hours.map((text) => ({ ...minutesOf(text), value: price })))
    .sort((a, b) => a.fromMinute - b.fromMinute);
  const rest = periods.find(({ hours }) => hours === undefined);
  if (rest === undefined) return named;
  const slices: Slice[] = [];
  let atMinute = 0;
  for (const slice of named) {
    if (slice.fromMinute > atMinute) slices.push({ fromMinute: atMinute, toMinute: slice.fromMinute, value: rest.value });
    slices.push(slice);
    atMinute = Math.max(atMinute, slice.toMinute);
  }
  if (atMinute < 1440) slices.push({ fromMinute: atMinute, toMinute: 1440, value: rest.value });
  return slices;
}

/** `08:30-11:00` → minutes 510…660 of the day. */
function minutesOf(hours: string): { readonly fromMinute: number; readonly toMinute: number } {
  const [from, to] = hours.split('-').map((text) => Number(text.slice(0, 2)) * 60 + Number(text.slice(3, 5)));
  return { fromMinute: from!, toMinute: to! };
}
