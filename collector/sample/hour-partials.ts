import { HOUR_MS } from './hour.ts';
import type { CounterEvent, HourPartial } from './partial.ts';

/** Where in its row a number of an hour stands. */
export const AT = {
  firstMs: 0,
  firstValue: 1,
  lastMs: 2,
  lastValue: 3,
  rise: 4,
  integral: 5,
  coveredMs: 6,
  min: 7,
  max: 8,
  sumSquares: 9,
  sum: 10,
  good: 11,
  suspect: 12,
  origins: 13,
  hourMs: 14,
} as const satisfies Partial<Record<keyof HourPartial, number>>;
const NUMBERS = Object.keys(AT) as (keyof typeof AT)[];

/** Numbers of a row. */
export const WIDTH = NUMBERS.length;

/** The few things of an hour that are no numbers. */
export interface HourDetails {
  readonly missing: Readonly<Record<number, number>>;
  readonly events: readonly CounterEvent[];
}
const NOTHING: HourDetails = { missing: {}, events: [] };

/** The same with the hour's start. */
export interface NotedHour extends HourDetails {
  readonly hourMs: number;
}

/**
 * The hour partials of one channel, ascending by hour, as a table of numbers: row `k` begins at `k × WIDTH`, `AT` says where in it what
 * stands. Three days of a thousand meters are 70,000 partials; as objects they cost more than all that is computed from them. Whoever
 * wants few of them, or reads easier than fast, takes them as objects: `[...partials]`.
 */
export class HourPartials implements Iterable<HourPartial> {
  readonly channel: string;
  readonly numbers: Float64Array;
  /** Of the hours with missing samples or events, ascending: few, so that they are gone through beside the rows and not row by row. */
  readonly noted: readonly NotedHour[];

  /** @param noted ascending. */
  constructor(channel: string, numbers: Float64Array = new Float64Array(0), noted: readonly NotedHour[] = []) {
    this.channel = channel;
    this.numbers = numbers;
    this.noted = noted;
  }

  /** @param partials of this channel, ascending by hour. */
  static of(channel: string, partials: readonly HourPartial[]): HourPartials {
    const numbers = new Float64Array(partials.length * WIDTH);
    const noted: NotedHour[] = [];
    for (const [row, partial] of partials.entries()) {
      putNumbers(numbers, row * WIDTH, partial);
      const own = detailsOf(partial);
      if (own !== null) noted.push({ hourMs: partial.hourMs, ...own });
    }
    return new HourPartials(channel, numbers, noted);
  }

  /** Hours that hold a sample. */
  get length(): number {
    return this.numbers.length / WIDTH;
  }

  /** The rows [first, end). */
  slice(first: number, end: number): HourPartials {
    const numbers = this.numbers.subarray(first * WIDTH, end * WIDTH);
    if (this.noted.length === 0 || numbers.length === 0) return new HourPartials(this.channel, numbers);
    const from = numbers[AT.hourMs]!;
    const to = numbers[numbers.length - WIDTH + AT.hourMs]!;
    const noted = this.noted.filter(({ hourMs }) => hourMs >= from && hourMs <= to);
    return new HourPartials(this.channel, numbers, noted);
  }

  /** The hours that overlap [fromMs, toMs). */
  within(fromMs: number, toMs: number): HourPartials {
    const { numbers, length } = this;
    let first = 0;
    while (first < length && numbers[first * WIDTH + AT.hourMs]! + HOUR_MS <= fromMs) first += 1;
    let end = length;
    while (end > first && numbers[(end - 1) * WIDTH + AT.hourMs]! >= toMs) end -= 1;
    return this.slice(first, end);
  }

  /** @param row from 0; from −1 backwards. */
  at(row: number): HourPartial | undefined {
    const start = (row < 0 ? row + this.length : row) * WIDTH;
    if (!(start >= 0 && start < this.numbers.length)) return undefined;
    const number = (name: keyof typeof AT): number => this.numbers[start + AT[name]]!;
    const hourMs = number('hourMs');
    const { missing, events } = notedAt(this.noted, hourMs) ?? NOTHING;
    return {
      channel: this.channel,
      hourMs,
      firstMs: number('firstMs'),
      firstValue: number('firstValue'),
      lastMs: number('lastMs'),
      lastValue: number('lastValue'),
      rise: number('rise'),
      integral: number('integral'),
      coveredMs: number('coveredMs'),
      min: number('min'),
      max: number('max'),
      sumSquares: number('sumSquares'),
      sum: number('sum'),
      good: number('good'),
      suspect: number('suspect'),
      origins: number('origins'),
      missing,
      events,
    };
  }

  *[Symbol.iterator](): Generator<HourPartial, undefined> {
    for (let row = 0; row < this.length; row += 1) yield this.at(row)!;
  }
}

function notedAt(noted: readonly NotedHour[], hourMs: number): NotedHour | undefined {
  let [low, high] = [0, noted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (noted[middle]!.hourMs < hourMs) low = middle + 1;
    else high = middle;
  }
  return noted[low]?.hourMs === hourMs ? noted[low] : undefined;
}

/** Writes the numbers of a partial into the row that begins at `start`. */
export function putNumbers(numbers: Float64Array, start: number, partial: HourPartial): void {
  for (const name of NUMBERS) numbers[start + AT[name]] = partial[name];
}

/** What of a partial is no number, null where there is nothing. */
export function detailsOf({ missing, events }: HourPartial): HourDetails | null {
  return events.length > 0 || Object.keys(missing).length > 0 ? { missing, events } : null;
}
