import { type Batch, codesFrom } from './batch.ts';
import { ByChannel } from './by-channel.ts';
import { MOST_DECIMAL_BYTES, putDecimal, putTime } from './decimal.ts';

export const MEASUREMENT = 'sample';

/** Tags of a channel's series beside the plant and the channel, or in their place. */
export type TagsOf = (channel: string) => Readonly<Record<string, string>>;

const escaped = (text: string): string => text.replace(/[ ,=]/g, (one) => `\\${one}`).replaceAll('\n', '\\n');

/** Series are remembered by channel; beyond this number all are forgotten. Fewer than a plant has cost it eight times the work. */
const REMEMBERED = 1_000_000;

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
  codes: number;
  /** Body that it stands in, its first and last sample there. */
  body: number;
  first: number;
  last: number;
}

/**
 * Samples as line protocol with times in ms, the body of a request. The lines of one channel stand one below the other, in their order: a
 * server finds the series of a line sooner where it is that of the line before. Of one channel only time and fields change, so what stands
 * before them is kept; the libraries' points, built and escaped anew for each sample, take several times as long, and joined texts too.
 * Each body has memory of its own, for several may be under way.
 *
 * @param tags more of them, which take precedence; null where there are none.
 * @param remembered channels whose beginnings are kept.
 */
export function bodyWriter(plant: string, tags: TagsOf | null, remembered = REMEMBERED): (batch: Batch) => Buffer {
  const nameOf = (channel: string): string => {
    const all: Readonly<Record<string, string>> = { plant, channel, ...tags?.(channel) };
    const names = Object.keys(all).sort((a, b) => (a < b ? -1 : 1));
    return `${MEASUREMENT},${names.map((one) => `${one}=${escaped(all[one]!)}`).join(',')}`;
  };
  const unknown = { head: NO_BYTES, codesEnd: 0, codes: -1, body: -1, first: -1, last: -1 };
  const known = new ByChannel<Series>((channel) => ({ channel, ...unknown }));
  const begin = (series: Series, codes: number): void => {
    const { origin, quality, reason } = codesFrom(codes);
    series.head = Buffer.from(`${nameOf(series.channel)} o=${origin}i,q=${quality}i,r=${reason}i,v=`);
    series.codesEnd = series.head.length - ',v='.length;
    series.codes = codes;
  };
  let [enough, bodies] = [FIRST_BYTES, 0];
  /** By sample the next one of its channel, -1 behind the last. */
  let following = new Int32Array(0);
  return ({ channels, timeMs, value, codes }) => {
    bodies += 1;
    if (known.size >= remembered) known.forget();
    if (following.length < channels.length) following = new Int32Array(channels.length);
    const met: Series[] = [];
    for (let i = 0; i < channels.length; i += 1) {
      const series = known.of(channels[i]!);
      if (series.body === bodies) following[series.last] = i;
      else {
        series.body = bodies;
        series.first = i;
        met.push(series);
      }
      following[i] = -1;
      series.last = i;
    }
    let body = Buffer.allocUnsafeSlow(enough);
    let view = new DataView(body.buffer);
    let at = 0;
    for (const series of met) {
      for (let i = series.first; i >= 0; i = following[i]!) {
        if (codes[i] !== series.codes) begin(series, codes[i]!);
        const { head } = series;
        if (at + head.length + MOST_BEHIND_HEAD > body.length) {
          const grown = Buffer.allocUnsafeSlow(2 * (body.length + head.length + MOST_BEHIND_HEAD));
          body.copy(grown, 0, 0, at);
          [body, view] = [grown, new DataView(grown.buffer)];
        }
        if (at > 0) body[at++] = NEWLINE;
        body.set(head, at);
        const number = value[i]!;
        at = Number.isNaN(number) ? at + series.codesEnd : putDecimal(view, at + head.length, number);
        body[at++] = BLANK;
        at = putTime(view, at, timeMs[i]!);
      }
    }
    enough = Math.min(Math.max(FIRST_BYTES, at + (at >> 3)), LARGEST_FIRST_BYTES);
    return body.subarray(0, at);
  };
}

const NO_BYTES = new Uint8Array(0);
