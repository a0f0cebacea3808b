import type { Found, Question } from '../exchange.ts';
import type { Told } from '../meter-line.ts';

const START = 0x68;
const END = 0x16;
const WAKE_UP = 0xfe;
/** The only control codes that can be built here: both read. @source CJ/T 188-2004, CJ/T 188-2018 */
const READ = 0x01;
const READ_ADDRESS = 0x03;
const ANYONE = 'AAAAAAAAAAAAAA';

export interface Frame {
  /** Kind of meter, two hex digits: 10 cold water … 20 heat … 30 gas, 40 electricity. */
  readonly type: string;
  /** Fourteen digits, the highest first. */
  readonly address: string;
  readonly control: number;
  readonly data: Buffer;
}

/** Asks one meter for one data identifier, four hex digits as they stand on the wire: `1F90` or, with some makers, `901F`. */
export function readFrame(type: string, address: string, identifier: string, serial: number): Buffer {
  if (!/^[0-9A-Fa-f]{4}$/.test(identifier)) throw new RangeError('a data identifier has four hex digits');
  return frameOf(type, address, READ, Buffer.concat([Buffer.from(identifier, 'hex'), Buffer.from([serial & 0xff])]));
}

/** Asks the only meter on a line for its address. */
export function readAddressFrame(): Buffer {
  return frameOf('AA', ANYONE, READ_ADDRESS, Buffer.from([0x81, 0x0a, 0x00]));
}

function frameOf(type: string, address: string, control: number, data: Buffer): Buffer {
  if (!/^([0-9]{14}|A{14})$/.test(address)) throw new RangeError('an address has fourteen digits');
  if (!/^[0-9A-F]{2}$/.test(type)) throw new RangeError('a type has two hex digits');
  const body = Buffer.concat([
    Buffer.from([START]),
    Buffer.from(type, 'hex'),
    reversed(address),
    Buffer.from([control, data.length]),
    data,
  ]);
  return Buffer.concat([body, Buffer.from([sumOf(body), END])]);
}

/** The frame at the beginning of the bytes, behind any wake-up bytes. */
export function findFrame(bytes: Buffer): Found<Frame> {
  let start = 0;
  while (bytes[start] === WAKE_UP) start++;
  const frame = bytes.subarray(start);
  if (frame.length > 0 && frame[0] !== START) return { kind: 'noise', why: 'no frame begins here' };
  if (frame.length < 11) return { kind: 'more' };
  const length = frame[10]!;
  if (length > 0xb0) return { kind: 'noise', why: 'longer than a frame may be' };
  if (frame.length < length + 13) return { kind: 'more' };
  if (frame[length + 12] !== END) return { kind: 'noise', why: 'the frame does not end with 16' };
  if (frame[length + 11] !== sumOf(frame.subarray(0, length + 11))) return { kind: 'noise', why: 'the checksum is wrong' };
  const type = frame.subarray(1, 2).toString('hex').toUpperCase();
  const address = Buffer.from(frame.subarray(2, 9)).reverse().toString('hex').toUpperCase();
  return {
    kind: 'answer',
    answer: { type, address, control: frame[9]!, data: Buffer.from(frame.subarray(11, length + 11)) },
    bytes: start + length + 13,
  };
}

/** One question to one meter: only its own answer, with the identifier and serial number of the question, is one. */
export function questionOf(type: string, address: string, identifier: string, wakeUp: number): Question<Told> {
  const serial = 0;
  const asked = Buffer.concat([Buffer.from(identifier, 'hex'), Buffer.from([serial])]);
  return {
    frame: Buffer.concat([Buffer.alloc(wakeUp, WAKE_UP), readFrame(type, address, identifier, serial)]),
    find(bytes) {
      const found = findFrame(bytes);
      if (found.kind !== 'answer') return found;
      const { answer } = found;
      if (answer.address !== address || answer.type !== type) return { kind: 'noise', why: `an answer of the meter ${answer.address}` };
      if (answer.control === (READ | 0xc0)) {
        return { kind: 'answer', answer: { kind: 'exception', code: `error ${answer.data.toString('hex')}` }, bytes: found.bytes };
      }
      if (answer.control !== (READ | 0x80)) return { kind: 'noise', why: `control code ${answer.control.toString(16)}` };
      if (!answer.data.subarray(0, 3).equals(asked)) return { kind: 'noise', why: 'an answer to another question' };
      return { kind: 'answer', answer: { kind: 'data', data: answer.data.subarray(3) }, bytes: found.bytes };
    },
  };
}

const reversed = (hex: string): Buffer => Buffer.from(hex, 'hex').reverse();

function sumOf(bytes: Uint8Array): number {
  let sum = 0;
  for (const byte of bytes) sum = (sum + byte) & 0xff;
  return sum;
}
