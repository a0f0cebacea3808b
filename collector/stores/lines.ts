import { REASON_CODE } from '../sample/reason.ts';
import { ORIGIN_CODE, QUALITY_CODE, type Sample } from '../sample/sample.ts';
import { MOST_DECIMAL_BYTES, putDecimal, putTime } from './decimal.ts';

export const MEASUREMENT = 'sample';

/** Tags of a sample's series beside those that every series bears. */
export type TagsOf = (sample: Sample) => Readonly<Record<string, string>>;

const escaped = (text: string): string => text.replace(/[ ,=]/g, (one) => `\\${one}`).replaceAll('\n', '\\n');

/** Series are remembered by channel; beyond this number all are forgotten. */
const REMEMBERED = 100_000;

/**
 * Samples as line protocol with times in ms. Of one channel only time and fields change, so what stands before them is kept: the libraries'
 * points, built and escaped anew for each sample, take several times as long.
 *
 * @param tags more of them, or others in their place; null where there are none.
 */
export function lineWriter(plant: string, tags: TagsOf | null): (sample: Sample) => string {
  const series = new Map<string, string>();
  const seriesOf = (sample: Sample): string => {
    const all: Readonly<Record<string, string>> = { plant, channel: sample.channel, ...tags?.(sample) };
    const names = Object.keys(all).sort((a, b) => (a < b ? -1 : 1));
    return `${MEASUREMENT},${names.map((name) => `${name}=${escaped(all[name]!)}`).join(',')} `;
  };
  // From sample to sample codes and time seldom change.
  let [lastQuality, lastReason, lastOrigin, codes] = ['', '', '', ''];
  let [lastMs, time] = [Number.NaN, ''];
  return (sample) => {
    const { channel, timeMs, value, quality, reason, origin } = sample;
    let head = tags === null ? series.get(channel) : seriesOf(sample);
    if (head === undefined) {
      if (series.size >= REMEMBERED) series.clear();
      head = seriesOf(sample);
      series.set(channel, head);
    }
    if (quality !== lastQuality || reason !== lastReason || origin !== lastOrigin) {
      codes = `o=${ORIGIN_CODE[origin]}i,q=${QUALITY_CODE[quality]}i,r=${REASON_CODE[reason]}i`;
      [lastQuality, lastReason, lastOrigin] = [quality, reason, origin];
    }
    if (timeMs !== lastMs) {
      time = ` ${timeMs}`;
      lastMs = timeMs;
    }
    return value === null ? head + codes + time : `${head + codes},v=${value}${time}`;
  };
}

const FIRST_BYTES = 1 << 12;
const LARGEST_FIRST_BYTES = 4 << 20;
const NEWLINE = 10;
const BLANK = 32;
/** A value, a time, what stands between them, and what is written over behind them. */
const MOST_BEHIND_HEAD = 2 * MOST_DECIMAL_BYTES + 8;

/** What the lines of one channel begin with, as long as its codes stay as they are. */
interface Series {
  readonly channel: string;
  /** Up to the value. */
  head: Uint8Array;
  /** So much of it where there is none. */
  codesEnd: number;
  quality: Sample['quality'] | null;
  reason: Sample['reason'] | null;
  origin: Sample['origin'] | null;
  /** The series that came after it last time. */
  next: Series | null;
  /** Body that it stands in, its first and last sample there. */
  body: number;
  first: number;
  last: number;
}

/**
 * The same lines as the body of a request, those of one channel one below the other, in their order: a server finds the series of a line
 * sooner where it is that of the line before. Put together byte by byte: joined texts take longer. Each body has memory of its own, for
 * several may be under way.
 */
export function bodyWriter(plant: string, tags: TagsOf | null): (batch: readonly Sample[]) => Buffer {
  const lineOf = lineWriter(plant, tags);
  if (tags !== null) return (batch) => Buffer.from(batch.map(lineOf).join('\n'));
  const known = new Map<string, Series>();
  const seriesOf = (channel: string): Series => {
    const found = known.get(channel);
    if (found !== undefined) return found;
    const none = { quality: null, reason: null, origin: null, next: null };
    const series = { channel, head: NO_BYTES, codesEnd: 0, ...none, body: -1, first: -1, last: -1 };
    known.set(channel, series);
    return series;
  };
  const begin = (series: Series, { channel, quality, reason, origin }: Sample): void => {
    const codes = `o=${ORIGIN_CODE[origin]}i,q=${QUALITY_CODE[quality]}i,r=${REASON_CODE[reason]}i`;
    series.head = Buffer.from(`${MEASUREMENT},channel=${escaped(channel)},plant=${escaped(plant)} ${codes},v=`);
    series.codesEnd = series.head.length - ',v='.length;
    [series.quality, series.reason, series.origin] = [quality, reason, origin];
  };
  let [enough, bodies] = [FIRST_BYTES, 0];
  /** By sample the next one of its channel, -1 behind the last. */
  let following = new Int32Array(0);
  return (batch) => {
    bodies += 1;
    if (known.size >= REMEMBERED) known.clear();
    if (following.length < batch.length) following = new Int32Array(batch.length);
    const met: Series[] = [];
    let before: Series | null = null;
    for (let i = 0; i < batch.length; i += 1) {
      const { channel } = batch[i]!;
      // Most often channels come in the order that they came in before.
      let series: Series | null = before === null ? null : before.next;
      if (series === null || series.channel !== channel) {
        series = seriesOf(channel);
        if (before !== null) before.next = series;
      }
      if (series.body === bodies) following[series.last] = i;
      else {
        series.body = bodies;
        series.first = i;
        met.push(series);
      }
      following[i] = -1;
      series.last = i;
      before = series;
    }
    let body = Buffer.allocUnsafeSlow(enough);
    let view = new DataView(body.buffer);
    let at = 0;
    for (const series of met) {
      for (let i = series.first; i >= 0; i = following[i]!) {
        const sample = batch[i]!;
        if (sample.quality !== series.quality || sample.reason !== series.reason || sample.origin !== series.origin) begin(series, sample);
        const { head } = series;
        if (at + head.length + MOST_BEHIND_HEAD > body.length) {
          const grown = Buffer.allocUnsafeSlow(2 * (body.length + head.length + MOST_BEHIND_HEAD));
          body.copy(grown, 0, 0, at);
          [body, view] = [grown, new DataView(grown.buffer)];
        }
        if (at > 0) body[at++] = NEWLINE;
        body.set(head, at);
        at = sample.value === null ? at + series.codesEnd : putDecimal(view, at + head.length, sample.value);
        body[at++] = BLANK;
        at = putTime(view, at, sample.timeMs);
      }
    }
    enough = Math.min(Math.max(FIRST_BYTES, at + (at >> 3)), LARGEST_FIRST_BYTES);
    return body.subarray(0, at);
  };
}

const NO_BYTES = new Uint8Array(0);
