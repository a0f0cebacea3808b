import { fromBcd } from '../bcd.ts';
import { secondsAhead } from '../meter-clock.ts';

export type Quantity = 'total' | 'settlement' | 'cooling' | 'heat' | 'power' | 'volume';

/** Unit codes whose decimals are known, with two digits behind the point each. */
const UNITS: Readonly<Record<number, string>> = { 5: 'kWh', 23: 'kW', 44: 'm3' };
const DECIMALS = 2;
/** Bytes of the data of current readings (901F) behind the serial number. */
const WATER_BYTES = 19;
const HEAT_BYTES = 43;

/** Where a quantity begins: water and gas meters tell two, heat meters more. */
const PLACES: Readonly<Record<Quantity, { readonly bytes: number; readonly at: number }>> = {
  total: { bytes: WATER_BYTES, at: 0 },
  settlement: { bytes: WATER_BYTES, at: 5 },
  cooling: { bytes: HEAT_BYTES, at: 0 },
  heat: { bytes: HEAT_BYTES, at: 5 },
  power: { bytes: HEAT_BYTES, at: 10 },
  volume: { bytes: HEAT_BYTES, at: 20 },
};

/**
 * A quantity of the current readings, four bytes of packed decimal and a unit code; null where the data have another length, a digit is
 * none, or the unit is not `unit`. Flow and temperatures of heat meters are left out: their decimals are not confirmed.
 */
export function quantityIn(data: Buffer, quantity: Quantity, unit: string): number | null {
  const { bytes, at } = PLACES[quantity];
  if (data.length !== bytes || UNITS[data[at + 4]!] !== unit) return null;
  const value = fromBcd(data.subarray(at, at + 4));
  return value === null ? null : value / 10 ** DECIMALS;
}

/** Both kinds of data end with the meter's time, seven bytes from the second up, and two bytes of state. */
const CLOCK_BYTES = 9;

/** Seconds by which the meter's own clock is ahead; null where the data have another length or the clock shows no time. */
export function clockIn(data: Buffer, nowMs: number, offsetMinutes: number): number | null {
  if (data.length !== WATER_BYTES && data.length !== HEAT_BYTES) return null;
  const at = data.length - CLOCK_BYTES;
  const [second, minute, hour, day, month] = [0, 1, 2, 3, 4].map((byte) => fromBcd(data.subarray(at + byte, at + byte + 1)));
  const year = fromBcd(data.subarray(at + 5, at + 7));
  if (second == null || minute == null || hour == null || day == null || month == null || year === null) return null;
  return secondsAhead({ year, month, day, hour, minute, second }, nowMs, offsetMinutes);
}
