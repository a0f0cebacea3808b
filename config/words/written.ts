/** How numbers and times are written for people. */

const MINUS = '\u2212';
export const DASH = '—';

/**
 * A number with a fixed count of decimals, grouped by three: `12,345.60`. A dash for null and what is not finite; no negative zero.
 */
export function writtenNumber(value: number | null, decimals: number): string {
  if (value === null || !Number.isFinite(value)) return DASH;
  const [whole = '', fraction] = Math.abs(value).toFixed(decimals).split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  const text = fraction === undefined ? grouped : `${grouped}.${fraction}`;
  return value < 0 && /[1-9]/.test(text) ? MINUS + text : text;
}

/**
 * Decimals with which a value and its uncertainty are written: the uncertainty shows two significant digits, the value ends at the
 * same place. Without an uncertainty (null or 0) the value shows five significant digits. Between 0 and 6.
 *
 * @source JCGM 100:2008 (GUM) 7.2.6
 */
export function decimalsFor(value: number | null, u: number | null): number {
  const [size, digits] = u !== null && u > 0 ? [u, 2] : [Math.abs(value ?? 0), 5];
  if (!Number.isFinite(size) || size === 0) return 0;
  return Math.min(6, Math.max(0, digits - 1 - Math.floor(Math.log10(size))));
}

/** A value as its uncertainty allows: `writtenFigure(1234.5678, 0.42)` is `1,234.57`. */
export function writtenFigure(value: number | null, u: number | null = null): string {
  return writtenNumber(value, decimalsFor(value, u));
}

/** `1,234.57 ± 0.84`: a value and an expanded uncertainty, both as the latter allows. */
export function writtenWithUncertainty(value: number | null, expanded: number | null): string {
  if (value === null || expanded === null) return writtenFigure(value);
  const decimals = decimalsFor(value, expanded);
  return `${writtenNumber(value, decimals)} ± ${writtenNumber(expanded, decimals)}`;
}

/** A share 0…1 as per cent: `99.7 %`; never `100.0 %` for less than all, nor `0.0 %` for more than nothing. */
export function writtenShare(share: number | null): string {
  if (share === null || !Number.isFinite(share)) return DASH;
  if (share < 1 && share > 0.9995) return '> 99.9 %';
  if (share > 0 && share < 0.0005) return '< 0.1 %';
  return `${writtenNumber(share * 100, 1)} %`;
}

/** `2026-11-22 18:00` in a plant's fixed offset, with seconds on request. */
export function writtenTime(timeMs: number, offsetMinutes: number, seconds = false): string {
  if (!Number.isFinite(timeMs)) return DASH;
  const text = new Date(timeMs + offsetMinutes * 60_000).toISOString();
  return `${text.slice(0, 10)} ${text.slice(11, seconds ? 19 : 16)}`;
}
