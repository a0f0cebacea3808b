import type { Found } from './exchange.ts';

/** The frame in which DL/T 645 and CJ/T 188 agree: 68, a head that ends with the length of the data, the data, their sum, 16. */
export const START = 0x68;
const END = 0x16;
/** Bytes that wake a meter up and mean nothing. */
const WAKE_UP = 0xfe;

export interface HeadLayout {
  /** Where in the head the length of the data stands, from 0; the head ends with it. */
  readonly lengthAt: number;
  /** More data than this no frame of the protocol has. */
  readonly longest: number;
  /** Where the protocol has a second 68 in the head. */
  readonly againAt?: number;
}

export interface MeterFrame {
  readonly head: Buffer;
  /** As on the wire. */
  readonly data: Buffer;
}

/** Head (68 first) and data as a whole frame, behind as many wake-up bytes as the line needs. */
export function writtenFrame(head: readonly Uint8Array[], data: Uint8Array, wakeUp = 0): Buffer {
  const body = Buffer.concat([Buffer.from([START]), ...head, Buffer.from([data.length]), data]);
  return Buffer.concat([Buffer.alloc(wakeUp, WAKE_UP), body, Buffer.from([sumOf(body), END])]);
}

/** The frame at the beginning of the bytes, behind any wake-up bytes. */
export function findMeterFrame(bytes: Buffer, { lengthAt, longest, againAt }: HeadLayout): Found<MeterFrame> {
  let start = 0;
  while (bytes[start] === WAKE_UP) start++;
  const frame = bytes.subarray(start);
  if (frame.length > 0 && frame[0] !== START) return { kind: 'noise', why: 'no frame begins here' };
  if (againAt !== undefined && frame.length > againAt && frame[againAt] !== START) {
    return { kind: 'noise', why: 'the second 68 is missing' };
  }
  const dataAt = lengthAt + 1;
  if (frame.length < dataAt) return { kind: 'more' };
  const length = frame[lengthAt]!;
  if (length > longest) return { kind: 'noise', why: 'longer than a frame may be' };
  const sumAt = dataAt + length;
  if (frame.length < sumAt + 2) return { kind: 'more' };
  if (frame[sumAt + 1] !== END) return { kind: 'noise', why: 'the frame does not end with 16' };
  if (frame[sumAt] !== sumOf(frame.subarray(0, sumAt))) return { kind: 'noise', why: 'the checksum is wrong' };
  const answer = { head: Buffer.from(frame.subarray(0, dataAt)), data: Buffer.from(frame.subarray(dataAt, sumAt)) };
  return { kind: 'answer', answer, bytes: start + sumAt + 2 };
}

/** Digits as they go over the wire: the last pair first. */
export function reversed(hex: string): Buffer {
  return Buffer.from(hex, 'hex').reverse();
}

function sumOf(bytes: Uint8Array): number {
  let sum = 0;
  for (const byte of bytes) sum = (sum + byte) & 0xff;
  return sum;
}
