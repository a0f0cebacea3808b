const LINE_END = Buffer.from('\r\n');

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
  #rest: Buffer = Buffer.alloc(0);

  constructor(maxBytes = 16 * 1024) {
    this.#maxBytes = maxBytes;
  }

  push(chunk: Uint8Array): Framed {
    const packets: Buffer[] = [];
    const discarded: { bytes: Buffer; why: 'no-start' | 'cut-short' | 'too-long' }[] = [];
    let bytes = this.#rest.length === 0 ? Buffer.from(chunk) : Buffer.concat([this.#rest, chunk]);
    for (let end = bytes.indexOf(LINE_END); end >= 0; end = bytes.indexOf(LINE_END)) {
      const line = bytes.subarray(0, end + 2);
      bytes = bytes.subarray(end + 2);
      const start = lastStart(line);
      if (start > 0)
        discarded.push({ bytes: line.subarray(0, start), why: line.subarray(0, 2).toString() === '##' ? 'cut-short' : 'no-start' });
      if (start >= 0) packets.push(line.subarray(start));
      else if (line.length > 2) discarded.push({ bytes: line, why: 'no-start' });
    }
    if (bytes.length > this.#maxBytes) {
      discarded.push({ bytes, why: 'too-long' });
      bytes = Buffer.alloc(0);
    }
    this.#rest = Buffer.from(bytes);
    return { packets, discarded };
  }
}

/** Where the last packet of a line begins: `##` and four digits; -1 where none does. */
function lastStart(line: Buffer): number {
  for (let at = line.lastIndexOf('##'); at >= 0; at = at === 0 ? -1 : line.lastIndexOf('##', at - 1)) {
    if (/^##\d{4}$/.test(line.subarray(at, at + 6).toString('latin1'))) return at;
  }
  return -1;
}
