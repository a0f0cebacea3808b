import { REASON_CODE, type Reason, reasonOf } from './reason.ts';
import type { Origin, Quality, Sample } from './sample.ts';

/** What each sample of a batch was decoded from. */
export type RawColumn =
  /** The same for all; null where nothing arrived. */
  | { readonly kind: 'same'; readonly text: string | null }
  | { readonly kind: 'texts'; readonly texts: readonly (string | null)[] }
  /** Registers as they came: those of sample `i` are the bytes from `at[i]` up to `end[i]` of the answer. */
  | { readonly kind: 'registers'; readonly data: Uint8Array; readonly at: Uint16Array; readonly end: Uint16Array };

/**
 * What one answer of a device says of many channels: the samples of one moment as columns. A plant of a hundred thousand points is read
 * so each second; an object a sample would cost more than everything else that is done with it.
 *
 * Nothing in it is changed once it was handed on.
 */
export interface SampleBatch {
  /** One list for all batches of the same request: what is known of it need not be looked up again. */
  readonly channels: readonly string[];
  /** UTC, milliseconds since 1970. */
  readonly timeMs: number;
  readonly origin: Origin;
  /** Decoded values in the meters' own units, NaN where the sample is missing. */
  readonly values: Float64Array;
  /** `REASON_CODE` of each: with a value the sample is good without a reason and suspect with one. */
  readonly reasons: Uint8Array;
  readonly raw: RawColumn;
}

/** The names of channels that a request asks for. */
export const namesOf = (channels: readonly { readonly channel: string }[]): string[] => channels.map(({ channel }) => channel);

/** Nothing was read: every sample of the batch says so and why. @param raw what came instead, where something did. */
export function missingBatch(
  channels: readonly string[],
  timeMs: number,
  origin: Origin,
  reason: Reason,
  raw: string | null = null,
): SampleBatch {
  return {
    channels,
    timeMs,
    origin,
    values: new Float64Array(channels.length).fill(Number.NaN),
    reasons: new Uint8Array(channels.length).fill(REASON_CODE[reason]),
    raw: { kind: 'same', text: raw },
  };
}

export function qualityAt({ values, reasons }: SampleBatch, index: number): Quality {
  if (Number.isNaN(values[index])) return 'missing';
  return reasons[index] === REASON_CODE.none ? 'good' : 'suspect';
}

/** Sample `index` of a batch by itself. */
export function sampleAt(batch: SampleBatch, index: number): Sample {
  const value = batch.values[index] as number;
  return {
    channel: batch.channels[index] as string,
    timeMs: batch.timeMs,
    value: Number.isNaN(value) ? null : value,
    quality: qualityAt(batch, index),
    reason: reasonOf(batch.reasons[index] as number),
    origin: batch.origin,
    raw: rawAt(batch.raw, index),
  };
}

export const samplesIn = (batch: SampleBatch): Sample[] => batch.channels.map((_, index) => sampleAt(batch, index));

function rawAt(raw: RawColumn, index: number): string | null {
  switch (raw.kind) {
    case 'same':
      return raw.text;
    case 'texts':
      return raw.texts[index] as string | null;
    case 'registers':
      return registersText(raw.data.subarray(raw.at[index], raw.end[index]));
  }
}

/** Registers in hex, as they came: `41a0 0000`. */
export function registersText(bytes: Uint8Array): string {
  const wire = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let text = wire.toString('hex', 0, 2);
  for (let at = 2; at < wire.length; at += 2) text += ` ${wire.toString('hex', at, at + 2)}`;
  return text;
}
