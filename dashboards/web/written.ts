import { DASH, writtenFigure, writtenWithUncertainty } from '../../config/words/written.ts';

export { DASH, writtenFigure, writtenWithUncertainty };

/** An age in the largest unit that fits: 12 s, 3 min, 5 h, 2 d. */
export function writtenAge(ageMs: number): string {
  const seconds = Math.max(0, Math.round(ageMs / 1000));
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`;
  if (seconds < 172_800) return `${Math.round(seconds / 3600)} h`;
  return `${Math.round(seconds / 86_400)} d`;
}

/** Date and time in the plant's offset, to the minute. */
export function writtenTime(iso: string): string {
  return iso.slice(0, 16).replace('T', ' ');
}
