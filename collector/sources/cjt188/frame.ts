import type { Found, Question } from '../exchange.ts';
import { findMeterFrame, reversed, writtenFrame } from '../meter-frame.ts';
import type { Told } from '../meter-line.ts';

const HEAD = { lengthAt: 10, longest: 0xb0 };
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
export function readFrame(type: string, address: string, identifier: string, serial: number, wakeUp = 0): Buffer {
  if (!/^[0-9A-Fa-f]{4}$/.test(identifier)) throw new RangeError('a data identifier has four hex digits');
  return frameOf(type, address, READ, Buffer.concat([Buffer.from(identifier, 'hex'), Buffer.from([serial & 0xff])]), wakeUp);
}

/** Asks the only meter on a line for its address. */
export function readAddressFrame(): Buffer {
  return frameOf('AA', ANYONE, READ_ADDRESS, Buffer.from([0x81, 0x0a, 0x00]));
}

function frameOf(type: string, address: string, control: number, data: Buffer, wakeUp = 0): Buffer {
  if (!/^([0-9]{14}|A{14})$/.test(address)) throw new RangeError('an address has fourteen digits');
  if (!/^[0-9A-F]{2}$/.test(type)) throw new RangeError('a type has two hex digits');
  return writtenFrame([Buffer.from(type, 'hex'), reversed(address), Buffer.from([control])], data, wakeUp);
}

/** The frame at the beginning of the bytes, behind any wake-up bytes. */
export function findFrame(bytes: Buffer): Found<Frame> {
  const found = findMeterFrame(bytes, HEAD);
  if (found.kind !== 'answer') return found;
  const { head, data } = found.answer;
  const type = head.toString('hex', 1, 2).toUpperCase();
  const address = reversed(head.toString('hex', 2, 9))
    .toString('hex')
    .toUpperCase();
  return { ...found, answer: { type, address, control: head[9]!, data } };
}

/** One question to one meter: only its own answer, with the identifier and serial number of the question, is one. */
export function questionOf(type: string, address: string, identifier: string, wakeUp: number): Question<Told> {
  const serial = 0;
  const asked = Buffer.concat([Buffer.from(identifier, 'hex'), Buffer.from([serial])]);
  return {
    frame: readFrame(type, address, identifier, serial, wakeUp),
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
