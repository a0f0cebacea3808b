import type { Path } from './path.ts';
import { valueAt } from './path.ts';

/** How a channel's value and time are found in a payload. */
export interface PayloadFormat {
  readonly format: 'json' | 'plain';
  readonly value: Path;
  /** Null: the time of a reading is its arrival. */
  readonly time: Path | null;
}

/** A reading taken from a payload; `timeMs` is null where the payload states no time. */
export interface Reading {
  readonly value: number;
  readonly timeMs: number | null;
}

export class Unreadable extends Error {}

/** A number as people and programs write it; no hexadecimal, no empty text. */
const NUMBER = /^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$/;
const ISO = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)$/;
/** 1e11 s is the year 5138, 1e11 ms is 1973: between them, seconds and milliseconds cannot be mistaken. */
const SECONDS_BELOW = 1e11;

/**
 * The JSON value of a payload, parsed once for all channels that share a topic.
 *
 * @throws Unreadable
 */
export function parseJson(payload: string): unknown {
  try {
    return JSON.parse(payload) as unknown;
  } catch (error) {
    throw new Unreadable(`no JSON: ${(error as Error).message}`);
  }
}

/**
 * The reading at the format's paths. Numbers may be written as text; `true` and `false` are 1 and 0.
 *
 * @throws Unreadable where there is no number, or no time that states its offset.
 */
export function readJson(document: unknown, format: PayloadFormat): Reading {
  const found = valueAt(document, format.value);
  if (found === undefined || found === null) throw new Unreadable('no value at the path');
  return { value: numberOf(found), timeMs: format.time === null ? null : timeOf(valueAt(document, format.time)) };
}

/** @throws Unreadable where the payload is no number. */
export function readPlain(payload: string): Reading {
  return { value: numberOf(payload.trim()), timeMs: null };
}

function numberOf(found: unknown): number {
  if (typeof found === 'number') return found;
  if (typeof found === 'boolean') return found ? 1 : 0;
  if (typeof found === 'string' && NUMBER.test(found.trim())) return Number(found);
  throw new Unreadable(`${JSON.stringify(found ?? null).slice(0, 60)} is no number`);
}

/** ISO 8601 with its offset, or seconds or milliseconds since 1970. */
function timeOf(found: unknown): number {
  const timeMs =
    typeof found === 'number' || (typeof found === 'string' && NUMBER.test(found))
      ? Number(found) * (Math.abs(Number(found)) < SECONDS_BELOW ? 1000 : 1)
      : typeof found === 'string' && ISO.test(found)
        ? Date.parse(found.replace(' ', 'T'))
        : Number.NaN;
  if (!Number.isFinite(timeMs)) throw new Unreadable(`${JSON.stringify(found ?? null).slice(0, 60)} is no time with its offset`);
  return Math.round(timeMs);
}
