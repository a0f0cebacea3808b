const LF = 0x0a;
const CR = 0x0d;
const HASH = 0x23;
const NOTHING = Buffer.alloc(0);

export interface Framed {
  /** Whole packets, `##` through CRLF. */
  readonly packets: readonly Buffer[];
  /** Bytes that belong to no packet, each stretch with why. */
  readonly discarded: readonly { readonly bytes: Buffer; readonly why: 'no-start' | 'cut-short' | 'too-long' }[];
}

/**
 * Cuts a byte stream into packets at `##` … CRLF. The stated length is a check for the decoder and not used here: an encrypted packet
 * states the length of its plain text, and stations state wrong ones.
 *
 * A `##` with four digits inside a packet means that the one before it was cut short; text without an end is given up beyond
 * `maxBytes`, so that a peer that never ends its line costs no more than that.
 */
export class Framer {
  readonly #maxBytes: number;
  #rest: Buffer = NOTHING;

  constructor(maxBytes = 16 * 1024) {
    this.#maxBytes = maxBytes;
  }

  push(chunk: Uint8Array): Framed {
    const packets: Buffer[] = [];
    const discarded: { bytes: Buffer; why: 'no-start' | 'cut-short' | 'too-long' }[] = [];
    // A copy: the caller may use its chunk again.
    const bytes = this.#rest.length === 0 ? Buffer.from(chunk) : Buffer.concat([this.#rest, chunk]);
    let from = 0;
    for (let end = lineEnd(bytes, from); end >= 0; end = lineEnd(bytes, from)) {
      const start = lastStart(bytes, from, end);
      if (start >= 0) packets.push(bytes.subarray(start, end));
      if (start > from) {
        const cut = bytes[from] === HASH && bytes[from + 1] === HASH;
        discarded.push({ bytes: bytes.subarray(from, start), why: cut ? 'cut-short' : 'no-start' });
      } else if (start < 0 && end - from > 2) discarded.push({ bytes: bytes.subarray(from, end), why: 'no-start' });
      from = end;
    }
    let rest = bytes.subarray(from);
    if (rest.length > this.#maxBytes) {
      discarded.push({ bytes: rest, why: 'too-long' });
      rest = Buffer.alloc(0);
    }
    this.#rest = rest.length === 0 ? NOTHING : Buffer.from(rest);
    return { packets, discarded };
  }
}

/** Where the line that begins at `from` ends, behind its CRLF; -1 where it does not yet. */
function lineEnd(bytes: Buffer, from: number): number {
  for (let at = bytes.indexOf(LF, from); at >= 0; at = bytes.indexOf(LF, at + 1)) if (at > from && bytes[at - 1] === CR) return at + 1;
  return -1;
}

/** Where the last packet of a line begins: `##` and four digits; -1 where none does. Nothing before the line is looked at. */
function lastStart(bytes: Buffer, from: number, end: number): number {
  const line = bytes.subarray(from, end);
  for (let at = line.lastIndexOf(HASH); at > 0; at = line.lastIndexOf(HASH, at - 1)) {
    if (line[at - 1] === HASH && isDigit(line[at + 1]) && isDigit(line[at + 2]) && isDigit(line[at + 3]) && isDigit(line[at + 4])) {
      return from + at - 1;
    }
  }
  return -1;
}

const isDigit = (byte: number | undefined): boolean => byte !== undefined && byte >= 0x30 && byte <= 0x39;
