import { REASON_CODE, reasonOf } from '../../sample/reason.ts';
import { ORIGIN_CODE, type Origin, QUALITY_CODE, type Quality, type Sample } from '../../sample/sample.ts';
import type { ExportedSeries } from './server.ts';

/** One sample as four series hold it: codes of quality, reason and origin, and the value, NaN where the sample is missing. */
export interface Point {
  /** How often this channel and time had been written with other content before. */
  readonly turn: number;
  readonly v: number;
  readonly q: number;
  readonly r: number;
  readonly o: number;
}

const QUALITIES = Object.keys(QUALITY_CODE) as Quality[];
const ORIGINS = Object.keys(ORIGIN_CODE) as Origin[];
type Field = 'v' | 'q' | 'r' | 'o';

/** Points of exported series by channel and time, of each the one of the last turn. */
export function pointsOf(series: readonly ExportedSeries[]): Map<string, Map<number, Point>> {
  const turns = new Map<string, { readonly channel: string; readonly turn: number; readonly fields: Map<Field, ExportedSeries> }>();
  for (const one of series) {
    const { channel = '', turn = '0', __name__: name = '' } = one.metric;
    const key = `${turn} ${channel}`;
    const known = turns.get(key) ?? { channel, turn: Number(turn), fields: new Map<Field, ExportedSeries>() };
    known.fields.set(name.slice(-1) as Field, one);
    turns.set(key, known);
  }
  const found = new Map<string, Map<number, Point>>();
  for (const { channel, turn, fields } of [...turns.values()].sort((a, b) => a.turn - b.turn)) {
    const points = found.get(channel) ?? new Map<number, Point>();
    found.set(channel, points);
    const [v, r, o] = (['v', 'r', 'o'] as const).map((field) => {
      const { timestamps = [], values = [] } = fields.get(field) ?? {};
      return new Map(timestamps.map((timeMs, i) => [timeMs, values[i]!]));
    });
    const { timestamps = [], values = [] } = fields.get('q') ?? {};
    for (const [i, timeMs] of timestamps.entries()) {
      const point = { turn, v: v!.get(timeMs) ?? Number.NaN, q: values[i]!, r: r!.get(timeMs), o: o!.get(timeMs) };
      // Fields of a point become readable one after another.
      if (point.r === undefined || point.o === undefined || (Number.isNaN(point.v) && point.q !== QUALITY_CODE.missing)) continue;
      points.set(timeMs, { ...point, r: point.r, o: point.o });
    }
  }
  return found;
}

export function pointOf({ value, quality, reason, origin }: Sample, turn: number): Point {
  return { turn, v: value ?? Number.NaN, q: QUALITY_CODE[quality], r: REASON_CODE[reason], o: ORIGIN_CODE[origin] };
}

/** VictoriaMetrics keeps 14 digits of a value. */
const DIGITS = 1e-12;
const sameValue = (a: number, b: number): boolean => Object.is(a, b) || Math.abs(a - b) <= DIGITS * Math.abs(a);

export const sameContent = (a: Point, b: Point): boolean => sameValue(a.v, b.v) && a.q === b.q && a.r === b.r && a.o === b.o;

export function sampleOf(channel: string, timeMs: number, { v, q, r, o }: Point): Sample {
  const value = Number.isNaN(v) ? null : v;
  return { channel, timeMs, value, quality: QUALITIES[q]!, reason: reasonOf(r), origin: ORIGINS[o]!, raw: null };
}
