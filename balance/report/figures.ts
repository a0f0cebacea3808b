import { decimalsFor, writtenFigure, writtenNumber, writtenShare } from '../../config/words/written.ts';
import type { Figure } from './blocks.ts';

/** A value written as its standard uncertainty allows. */
export function figure(value: number | null, u: number | null = null): Figure {
  return { text: writtenFigure(value, u), value };
}

/** An expanded uncertainty (k = 2) beside the value that it belongs to, written to the same place. */
export function expanded(value: number | null, U: number | null): Figure {
  return { text: writtenNumber(U, decimalsFor(value, U === null ? null : U / 2)), value: U };
}

/** A number that somebody set, as it was set. */
export function setting(value: number): Figure {
  return { text: String(value), value };
}

export function count(n: number): Figure {
  return { text: writtenNumber(n, 0), value: n };
}

/** Per cent, already multiplied by 100. */
export function percent(value: number | null): Figure {
  return { text: writtenNumber(value, 2), value };
}

/** A share 0…1 as per cent; its value stays the share. */
export function share(value: number | null): Figure {
  return { text: writtenShare(value), value };
}

/** A ratio in per cent, cut off and not rounded: one short of its threshold never reads as if it reached it. */
export function floored(ratio: number | null): Figure {
  return { text: ratio === null ? writtenNumber(null, 0) : writtenNumber(Math.floor(ratio * 100 + 1e-9) / 100, 2), value: ratio };
}
