import { REASON_CODE } from '../../../collector/sample/reason.ts';
import { ORIGIN_CODE, QUALITY_CODE, type Sample } from '../../../collector/sample/sample.ts';

const escaped = (text: string): string => text.replace(/[ ,=]/g, '\\$&').replaceAll('\n', '\\n');

/** A sample as a line of line protocol, as anyone would write it. */
export function lineOf(plant: string, sample: Sample, tags: Readonly<Record<string, string>> = {}): string {
  const { channel, timeMs, value, quality, reason, origin } = sample;
  const named = Object.entries({ channel, plant, ...tags }).map(([name, text]) => `${name}=${escaped(text)}`);
  const fields = [
    `o=${ORIGIN_CODE[origin]}i`,
    `q=${QUALITY_CODE[quality]}i`,
    `r=${REASON_CODE[reason]}i`,
    ...(value === null ? [] : [`v=${value}`]),
  ];
  return `sample,${named.join(',')} ${fields.join(',')} ${timeMs}`;
}
