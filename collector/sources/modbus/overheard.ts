import { crc16 } from './framing.ts';

/** Longest request of the protocol, and what is kept while one may still become whole. */
const MOST_BYTES = 512;
/** Functions whose requests are eight bytes on RTU: the reading ones, and the writing of one coil or register. */
const SHORT = 8;
/** The writing of several: seven bytes before the data, whose number is the last of them. */
const SEVERAL: readonly number[] = [0x0f, 0x10];

/**
 * What stands on an RTU line beside our own exchanges. A frame that is a request, whole and with its checksum, and is not the one that
 * was just sent (an adapter may echo it), came from another master: then answers may be taken for those to the other's questions.
 */
export class Overheard {
  #count = 0;
  #last = '';
  #own: Buffer = Buffer.alloc(0);
  #held: Buffer = Buffer.alloc(0);

  get count(): number {
    return this.#count;
  }

  get last(): string {
    return this.#last;
  }

  /** Our own request, which may come back as an echo. */
  sent(frame: Buffer): void {
    this.#own = frame;
    this.#held = Buffer.alloc(0);
  }

  /** Bytes that answer nothing in flight. */
  hear(bytes: Buffer): void {
    this.#held = Buffer.concat([this.#held, bytes]).subarray(-MOST_BYTES);
    for (let at = 0; at + SHORT <= this.#held.length; ) {
      const length = requestLength(this.#held.subarray(at));
      if (length === 0) {
        at++;
        continue;
      }
      const frame = this.#held.subarray(at, at + length);
      if (!frame.equals(this.#own)) {
        this.#count++;
        this.#last = `unit ${frame[0]}, function ${frame[1]}`;
      }
      at += length;
      this.#held = this.#held.subarray(at);
      at = 0;
    }
  }
}

/** Bytes of the request that begins here, 0 where none does. */
function requestLength(bytes: Buffer): number {
  const [unit, code] = [bytes[0] as number, bytes[1] as number];
  if (unit > 247) return 0;
  if (code >= 1 && code <= 6) {
    const count = bytes.readUInt16BE(4);
    if (code <= 4 && (count === 0 || count > (code <= 2 ? 2000 : 125))) return 0;
    return checks(bytes.subarray(0, SHORT)) ? SHORT : 0;
  }
  const length = 9 + (bytes[6] as number);
  return SEVERAL.includes(code) && bytes.length >= length && checks(bytes.subarray(0, length)) ? length : 0;
}

const checks = (frame: Buffer): boolean => crc16(frame.subarray(0, -2)).equals(frame.subarray(-2));
