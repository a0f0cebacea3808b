import { type Closing, type Header, nextChain, parseClosing, parseHeader } from './chain.ts';

/** What stands in a segment, in order. Offsets are in the segment's text. */
export type Found =
  | { readonly kind: 'header'; readonly header: Header; readonly end: number }
  /** A group whose bytes give the chain value that its closing line states. */
  | { readonly kind: 'group'; readonly closing: Closing; readonly lines: Buffer; readonly start: number; readonly end: number }
  /** A closed group that does not. */
  | {
      readonly kind: 'broken';
      readonly closing: Closing | null;
      readonly lines: Buffer;
      /** Chain value before it, as the line before states it. */
      readonly chain: string;
      readonly start: number;
      readonly end: number;
    }
  /** Bytes after the last closing line. */
  | { readonly kind: 'tail'; readonly start: number; readonly end: number };

const NEWLINE = 10;
const EQUALS = 61;
const HASH = 35;

/** Where in a journal a scan begins: byte offset in the segment's text, chain value and sequence before the first group read. */
export interface Position {
  readonly offset: number;
  readonly chain: string;
  readonly seq: number;
}

/**
 * Reads the groups of a segment's text one after another. A broken group does not hide those behind it: each is checked against the
 * chain value that the closing line before it states, and its sequence must follow, or be confirmed by the group behind it.
 *
 * @param from where the bytes begin, null at the segment's start: then its header says so.
 */
export async function* scan(chunks: AsyncIterable<Buffer>, from: Position | null): AsyncGenerator<Found> {
  let rest: Buffer = Buffer.alloc(0);
  let restAt = from?.offset ?? 0;
  let searched = 0;
  let chain = from?.chain ?? '';
  let seq = from?.seq ?? 0;
  /** Groups that broke since the last whole one: the sequence after them is their number on, if none of their closing lines is gone. */
  let missed = from === null ? 1 : 0;
  /** The sequence that the closing line before states, null where there is none or it does not parse. */
  let stated: number | null = null;
  /**
   * A group whole in itself behind a broken one: the hash does not hold the sequence, so the group behind has to confirm it. Where that
   * one is broken or not there yet, it is taken if both the number of the broken ones and the closing line before it speak for it.
   */
  let held: { readonly group: Extract<Found, { kind: 'group' }>; readonly chain: string; readonly likely: boolean } | null = null;
  let count = 0;
  for await (const chunk of chunks) {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    let groupStart = 0;
    let lineStart = searched;
    for (let end = rest.indexOf(NEWLINE, lineStart); end >= 0; end = rest.indexOf(NEWLINE, lineStart)) {
      const first = rest[lineStart];
      if (first === EQUALS) {
        const lines = rest.subarray(groupStart, lineStart);
        const closing = parseClosing(rest.toString('latin1', lineStart, end));
        const due = nextChain(chain, lines);
        const at = { start: restAt + groupStart, end: restAt + end + 1 };
        const whole = closing !== null && closing.sha256 === due && closing.count === count;
        const group = whole ? ({ kind: 'group', closing, lines, ...at } as const) : null;
        if (held !== null) {
          if (group === null ? held.likely : group.closing.seq === held.group.closing.seq + 1) {
            yield held.group;
            [seq, missed] = [held.group.closing.seq, 0];
          } else {
            yield { ...held.group, kind: 'broken', chain: held.chain };
            missed += 1;
          }
          held = null;
        }
        if (group !== null && missed === 0 && group.closing.seq === seq + 1) {
          yield group;
          seq = group.closing.seq;
        } else if (group !== null && missed > 0 && group.closing.seq > seq) {
          const next = group.closing.seq;
          held = { group, chain, likely: next === seq + missed + 1 && (stated === null || next === stated + 1) };
        } else {
          yield { kind: 'broken', closing, lines, chain, ...at };
          missed += 1;
        }
        chain = closing?.sha256 ?? due;
        stated = closing?.seq ?? null;
        groupStart = end + 1;
        count = 0;
      } else if (first === HASH && restAt + lineStart === 0) {
        const header = parseHeader(rest.toString('utf8', lineStart, end));
        if (header !== null) {
          chain = header.chain;
          seq = header.firstSeq - 1;
          missed = 0;
          yield { kind: 'header', header, end: end + 1 };
          groupStart = end + 1;
        }
      } else {
        count += 1;
      }
      lineStart = end + 1;
    }
    searched = lineStart - groupStart;
    restAt += groupStart;
    rest = rest.subarray(groupStart);
  }
  if (held !== null) yield held.likely ? held.group : { ...held.group, kind: 'broken', chain: held.chain };
  if (rest.length > 0) yield { kind: 'tail', start: restAt, end: restAt + rest.length };
}
