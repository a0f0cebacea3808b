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
