import { REASON_CODE } from '../sample/reason.ts';
import { ORIGIN_CODE, QUALITY_CODE, type Sample } from '../sample/sample.ts';

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
/** Codes, the longest value, the longest time and what stands between them. */
const MOST_BEHIND_SERIES = 120;

/**
 * The same lines, one below the other, as the body of a request. Put together byte by byte: joined texts take longer. Each body has memory
 * of its own, for several may be under way.
 */
export function bodyWriter(plant: string, tags: TagsOf | null): (batch: readonly Sample[]) => Buffer {
  const lineOf = lineWriter(plant, tags);
  if (tags !== null) return (batch) => Buffer.from(batch.map(lineOf).join('\n'));
  const heads = new Map<string, Buffer>();
  const headOf = (channel: string): Buffer => {
    if (heads.size >= REMEMBERED) heads.clear();
    const head = Buffer.from(`${MEASUREMENT},channel=${escaped(channel)},plant=${escaped(plant)} `);
    heads.set(channel, head);
    return head;
  };
  let enough = FIRST_BYTES;
  return (batch) => {
    let body = Buffer.allocUnsafeSlow(enough);
    let at = 0;
    let [lastMs, time] = [Number.NaN, ''];
    let [lastQuality, lastReason, lastOrigin, codes] = ['', '', '', ''];
    for (const { channel, timeMs, value, quality, reason, origin } of batch) {
      const head = heads.get(channel) ?? headOf(channel);
      if (at + head.length + MOST_BEHIND_SERIES > body.length) {
        const grown = Buffer.allocUnsafeSlow(2 * (body.length + head.length));
        body.copy(grown, 0, 0, at);
        body = grown;
      }
      if (at > 0) body[at++] = NEWLINE;
      for (let i = 0; i < head.length; i += 1) body[at + i] = head[i]!;
      if (quality !== lastQuality || reason !== lastReason || origin !== lastOrigin) {
        codes = `o=${ORIGIN_CODE[origin]}i,q=${QUALITY_CODE[quality]}i,r=${REASON_CODE[reason]}i`;
        [lastQuality, lastReason, lastOrigin] = [quality, reason, origin];
      }
      at = put(body, at + head.length, codes);
      if (value !== null) at = put(body, put(body, at, ',v='), String(value));
      if (timeMs !== lastMs) [lastMs, time] = [timeMs, ` ${timeMs}`];
      at = put(body, at, time);
    }
    enough = Math.min(Math.max(FIRST_BYTES, at + (at >> 3)), LARGEST_FIRST_BYTES);
    return body.subarray(0, at);
  };
}

function put(into: Uint8Array, at: number, ascii: string): number {
  for (let i = 0; i < ascii.length; i += 1) into[at + i] = ascii.charCodeAt(i);
  return at + ascii.length;
}
