import { fromBcd } from '../bcd.ts';
import { timeOfDayAhead } from '../meter-clock.ts';

/** How a value stands behind a data identifier. */
export interface Layout {
  /** Bytes of one value, packed decimal. */
  readonly bytes: number;
  /** Digits behind the decimal point. */
  readonly decimals: number;
  readonly unit: string;
}

const LAYOUTS: readonly (readonly [pattern: RegExp, layout: Layout])[] = [
  [/^00(00|01|02)([0-3][0-9A-F]|FF)00$/, { bytes: 4, decimals: 2, unit: 'kWh' }],
  [/^0201(0[1-3]|FF)00$/, { bytes: 2, decimals: 1, unit: 'V' }],
  [/^0202(0[1-3]|FF)00$/, { bytes: 3, decimals: 3, unit: 'A' }],
  [/^0203(0[0-3]|FF)00$/, { bytes: 3, decimals: 4, unit: 'kW' }],
  [/^0206(0[0-3]|FF)00$/, { bytes: 2, decimals: 3, unit: '1' }],
];

/**
 * Layout of an identifier of the edition of 2007: active energy, voltages, currents, active powers, power factors; null for every other,
 * whose bytes and decimals the plant file states. The edition of 1997 has no table here: its identifiers are stated always.
 */
export function layoutOf(identifier: string): Layout | null {
  return LAYOUTS.find(([pattern]) => pattern.test(identifier.toUpperCase()))?.[1] ?? null;
}

/** 当前时间: hours, minutes and seconds of the meter's own clock. @source DL/T 645-2007 */
export const isTimeOfDay = (identifier: string): boolean => identifier === '04000102';

/** Seconds by which the meter's clock is ahead, within half a day: its time bears no date. Null where a digit is none. */
export function clockIn(data: Buffer, nowMs: number, offsetMinutes: number): number | null {
  const [second, minute, hour] = [0, 1, 2].map((at) => fromBcd(data.subarray(at, at + 1)));
  if (data.length !== 3 || second == null || minute == null || hour == null) return null;
  return timeOfDayAhead(hour, minute, second, nowMs, offsetMinutes);
}
