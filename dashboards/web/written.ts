import { DASH, writtenFigure, writtenNumber, writtenShare, writtenTime, writtenWithUncertainty } from '../../config/words/written.ts';
import { plant } from './plant.ts';

export { DASH, writtenFigure, writtenNumber, writtenShare, writtenWithUncertainty };

/** An age in the largest unit that fits: 12 s, 3 min, 5 h, 2 d. */
export function writtenAge(ageMs: number): string {
  const seconds = Math.max(0, Math.round(ageMs / 1000));
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`;
  if (seconds < 172_800) return `${Math.round(seconds / 3600)} h`;
  return `${Math.round(seconds / 86_400)} d`;
}

const offset = (): number => plant.value?.offsetMinutes ?? 480;
/** An instant as the plant's clocks show it, to the minute or the second. */
export const at = (timeMs: number, seconds = false): string => writtenTime(timeMs, offset(), seconds);
/** The same of an ISO text. */
export const atText = (iso: string): string => at(Date.parse(iso));
/** An instant as ISO 8601 in the plant's offset. */
export function isoOf(timeMs: number): string {
  const minutes = offset();
  const two = (n: number) => String(Math.trunc(Math.abs(n))).padStart(2, '0');
  const local = new Date(timeMs + minutes * 60_000).toISOString().slice(0, 19);
  return `${local}${minutes < 0 ? '-' : '+'}${two(minutes / 60)}:${two(minutes % 60)}`;
}
/** The day that the plant's clocks show. */
export const dayOf = (timeMs: number): string => isoOf(timeMs).slice(0, 10);
/** What an input of type datetime-local holds, in the plant's offset, and back. */
export const localOf = (iso: string): string => isoOf(Date.parse(iso)).slice(0, 16);
export const ofLocal = (local: string): string => `${local}:00${isoOf(0).slice(19)}`;

export const percent = (value: number | null | undefined, decimals = 2): string =>
  value === null || value === undefined ? DASH : `${writtenNumber(value, decimals)} %`;
export const bytes = (n: number): string => (n < 1e6 ? `${writtenNumber(n / 1e3, 0)} kB` : `${writtenNumber(n / 1e6, 1)} MB`);
