import { dataBytes, functionOf, identifyLength, isBits, isIdentify, type Request, requestBody } from './frame.ts';

/** What stands at the beginning of the bytes that came after a request. `more`: it may still become the answer. */
export type Found =
  | { readonly kind: 'more' }
  | { readonly kind: 'frame'; readonly body: Buffer; readonly bytes: number }
  | { readonly kind: 'noise'; readonly why: string };

/** How requests and answers stand on a line that carries one exchange at a time, guarded by a checksum. */
export interface Framing {
  encode(request: Request): Buffer;
  find(request: Request, bytes: Buffer): Found;
  /** Bytes on the wire of a request and its answer, for the time that they take. */
  wireBytes(request: Request): number;
}

const MORE: Found = { kind: 'more' };
/** The longest frame of the protocol: how much a device says of itself is not known before. */
const LONGEST_IDENTIFICATION = 256;

/**
 * Binary frames, told apart by their length and the CRC-16 of the Modbus specification.
 *
 * @source MODBUS over Serial Line Specification V1.02, section 2.5.1
 */
export const rtu: Framing = {
  encode(request) {
    const body = requestBody(request);
    return Buffer.concat([body, crc16(body)]);
  },
  find(request, bytes) {
    const why = bytes.length < 2 ? null : misfit(request, bytes);
    if (why !== null) return { kind: 'noise', why };
    if (bytes.length < 2) return MORE;
    const length = (bytes[1] as number) > 0x80 ? 3 : isIdentify(request) ? identifyLength(bytes) : 3 + dataBytes(request);
    if (length === null || bytes.length < length + 2) return MORE;
    const body = bytes.subarray(0, length);
    if (!crc16(body).equals(bytes.subarray(length, length + 2))) return { kind: 'noise', why: 'the checksum is wrong' };
    return { kind: 'frame', body, bytes: length + 2 };
  },
  wireBytes: (request) => (isIdentify(request) ? 9 + LONGEST_IDENTIFICATION : 8 + 5 + dataBytes(request)),
};

/**
 * Hexadecimal text between a colon and CR LF, with the LRC of the Modbus specification.
 *
 * @source MODBUS over Serial Line Specification V1.02, section 2.5.2
 */
export const ascii: Framing = {
  encode(request) {
    const body = requestBody(request);
    return Buffer.from(
      `:${Buffer.concat([body, lrc(body)])
        .toString('hex')
        .toUpperCase()}\r\n`,
      'latin1',
    );
  },
  find(_request, bytes) {
    if (bytes.length > 0 && bytes[0] !== 0x3a) return { kind: 'noise', why: 'the answer does not begin with a colon' };
    const end = bytes.indexOf('\r\n', 0, 'latin1');
    if (end < 0) return bytes.length > 600 ? { kind: 'noise', why: 'the answer has no end' } : MORE;
    const text = bytes.toString('latin1', 1, end);
    if (!/^([0-9A-F]{2}){4,}$/.test(text)) return { kind: 'noise', why: 'the answer is no hexadecimal text' };
    const all = Buffer.from(text, 'hex');
    const body = all.subarray(0, -1);
    if (!lrc(body).equals(all.subarray(-1))) return { kind: 'noise', why: 'the checksum is wrong' };
    return { kind: 'frame', body, bytes: end + 2 };
  },
  wireBytes: (request) => (isIdentify(request) ? 15 + 2 * LONGEST_IDENTIFICATION : 17 + 11 + 2 * dataBytes(request)),
};

/** Why bytes that have begun can no longer become the answer; null while they can. */
function misfit(request: Request, bytes: Buffer): string | null {
  const code = functionOf(request);
  if (bytes[0] !== request.unit) return `unit ${bytes[0]} answered, ${request.unit} was asked`;
  if (((bytes[1] as number) & 0x7f) !== code) return `function ${bytes[1]} answered, ${code} was asked`;
  if ((bytes[1] as number) > 0x80 || bytes.length < 3 || isIdentify(request) || bytes[2] === dataBytes(request)) return null;
  return `${bytes[2]} bytes of ${isBits(request.table) ? 'bits' : 'registers'} answered, ${dataBytes(request)} were asked`;
}

const CRC_TABLE = Uint16Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xa001 : crc >>> 1;
  return crc;
});

/** CRC-16 with the polynomial 0x8005 reflected and 0xFFFF to begin with, low byte first as it stands on the wire. */
export function crc16(bytes: Buffer): Buffer {
  let crc = 0xffff;
  for (const byte of bytes) crc = (crc >>> 8) ^ (CRC_TABLE[(crc ^ byte) & 0xff] as number);
  return Buffer.from([crc & 0xff, crc >>> 8]);
}

/** Two's complement of the sum of the bytes. */
export function lrc(bytes: Buffer): Buffer {
  let sum = 0;
  for (const byte of bytes) sum += byte;
  return Buffer.from([-sum & 0xff]);
}
