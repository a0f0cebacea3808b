import type { Found, Question } from '../exchange.ts';
import { findMeterFrame, reversed, START, writtenFrame } from '../meter-frame.ts';
import type { Told } from '../meter-line.ts';

export type Edition = '1997' | '2007';

const HEAD = { lengthAt: 9, longest: 200, againAt: 7 };
/** What every data byte is raised by on the wire. */
const RAISED = 0x33;
/** The only control codes that can be built here: both read. @source DL/T 645-2007, DL/T 645-1997 */
const READ = { '2007': 0x11, '1997': 0x01 } as const satisfies Record<Edition, number>;
const READ_ADDRESS = 0x13;
const ANYONE = 'AAAAAAAAAAAA';

export interface Frame {
  /** Twelve digits, the highest first; A stands for any. */
  readonly address: string;
  readonly control: number;
  /** As meant: what the wire adds to each byte is taken off. */
  readonly data: Buffer;
}

/** Asks one meter for one data identifier (8 hex digits; 4 in the edition of 1997), both the highest digit first. */
export function readFrame(edition: Edition, address: string, identifier: string, wakeUp = 0): Buffer {
  const digits = edition === '2007' ? 8 : 4;
  if (!new RegExp(`^[0-9A-Fa-f]{${digits}}$`).test(identifier)) throw new RangeError(`a data identifier has ${digits} hex digits`);
  return frameOf(address, READ[edition], reversed(identifier), wakeUp);
}

/** Asks the only meter on a line for its address. */
export function readAddressFrame(): Buffer {
  return frameOf(ANYONE, READ_ADDRESS, Buffer.alloc(0));
}

function frameOf(address: string, control: number, data: Buffer, wakeUp = 0): Buffer {
  if (!/^([0-9]{12}|A{12})$/.test(address)) throw new RangeError('an address has twelve digits');
  const raised = data.map((byte) => (byte + RAISED) & 0xff);
  return writtenFrame([reversed(address), Buffer.from([START, control])], raised, wakeUp);
}

/** The frame at the beginning of the bytes, behind any wake-up bytes. */
export function findFrame(bytes: Buffer): Found<Frame> {
  const found = findMeterFrame(bytes, HEAD);
  if (found.kind !== 'answer') return found;
  const { head } = found.answer;
  const address = reversed(head.toString('hex', 1, 7))
    .toString('hex')
    .toUpperCase();
  const data = Buffer.from(found.answer.data.map((byte) => (byte - RAISED) & 0xff));
  return { ...found, answer: { address, control: head[8]!, data } };
}

/** One question to one meter: only its own answer, with the identifier that was asked for, is one. `wakeUp` bytes go before. */
export function questionOf(edition: Edition, address: string, identifier: string, wakeUp: number): Question<Told> {
  const asked = reversed(identifier);
  return {
    frame: readFrame(edition, address, identifier, wakeUp),
    find(bytes) {
      const found = findFrame(bytes);
      if (found.kind !== 'answer') return found;
      const { address: from, control, data } = found.answer;
      if (from !== address) return { kind: 'noise', why: `an answer of the meter ${from}` };
      if (control === (READ[edition] | 0xc0)) {
        return { kind: 'answer', answer: { kind: 'exception', code: `error ${data.toString('hex')}` }, bytes: found.bytes };
      }
      // 0x20: more frames follow; what was asked for stands in the first.
      if ((control & ~0x20) !== (READ[edition] | 0x80)) return { kind: 'noise', why: `control code ${control.toString(16)}` };
      if (!data.subarray(0, asked.length).equals(asked)) return { kind: 'noise', why: 'an answer for another data identifier' };
      return { kind: 'answer', answer: { kind: 'data', data: data.subarray(asked.length) }, bytes: found.bytes };
    },
  };
}
