import { expect, it } from 'vitest';

/** What the frame tests of the Chinese meter protocols have in common: one table of published frames each, and the same demands. */

export const bytes = (hex: string): Buffer => Buffer.from(hex.replaceAll(' ', ''), 'hex');
export const hex = (buffer: Uint8Array): string => Buffer.from(buffer).toString('hex').toUpperCase();

type Find = (bytes: Buffer) => { readonly kind: string };
interface Asked {
  readonly frame: Uint8Array;
  find(bytes: Buffer): { readonly kind: string };
}

/** Each published frame is found behind its wake-up bytes, with what stands in it; a question among them is built byte for byte alike. */
export function foundAndBuilt(
  wakeUp: string,
  findFrame: Find,
  frames: readonly { readonly frame: string; readonly holds: object; readonly built?: () => Uint8Array }[],
): void {
  it.each(frames)('$frame', ({ frame, holds, built }) => {
    expect(findFrame(Buffer.concat([bytes(wakeUp), bytes(frame)]))).toMatchObject({
      kind: 'answer',
      answer: holds,
      bytes: bytes(frame).length + bytes(wakeUp).length,
    });
    if (built !== undefined) expect(hex(built())).toBe(hex(bytes(frame)));
  });
}

/** An answer belongs to its question: whole, undamaged, and to no other of `others`. */
export function belongsToItsQuestion(answer: Buffer, question: Asked, others: readonly Asked[]): void {
  it('is none of another question, nor is the echo of the question one', () => {
    for (const other of others) expect(other.find(answer)).toMatchObject({ kind: 'noise' });
    expect(question.find(Buffer.from(question.frame))).toMatchObject({ kind: 'noise' });
  });

  it('is none with one wrong bit', () => {
    for (let at = 0; at < answer.length; at++) {
      for (let bit = 0; bit < 8; bit++) {
        const damaged = Buffer.from(answer);
        damaged[at]! ^= 1 << bit;
        expect(question.find(damaged).kind, `${at}.${bit}`).not.toBe('answer');
      }
    }
  });

  it('is waited for while it is cut short', () => {
    for (let length = 0; length < answer.length; length++) expect(question.find(answer.subarray(0, length))).toEqual({ kind: 'more' });
    expect(question.find(answer)).toMatchObject({ kind: 'answer', bytes: answer.length });
  });

  it('begins with 68, behind wake-up bytes or not: what begins with anything else is none from its first byte on', () => {
    for (let first = 0; first < 256; first++) {
      const begins = first === 0x68 || first === 0xfe;
      for (const before of [[], [0xfe], [0xfe, 0xfe, 0xfe, 0xfe]])
        expect(question.find(Buffer.from([...before, first])).kind).toBe(begins ? 'more' : 'noise');
    }
  });
}

/** No frame is waited for that says of itself that it is longer than the protocol's longest. */
export function isNoLongerThan(longest: number, answer: Buffer, lengthAt: number, question: Asked): void {
  it(`has at most ${longest} bytes of data`, () => {
    for (let length = 0; length < 256; length++) {
      const head = Buffer.from(answer.subarray(0, lengthAt + 1));
      head[lengthAt] = length;
      expect(question.find(head).kind, `${length}`).toBe(length > longest ? 'noise' : 'more');
    }
  });
}

/** Of a protocol nothing can be built but what reads. */
export function onlyReads(frames: object): void {
  it('reads and nothing else: no valve, no address, no key', () => {
    const built = Object.keys(frames).filter((name) => /frame$/i.test(name) && name !== 'findFrame');
    expect(built.sort((a, b) => a.localeCompare(b))).toEqual(['readAddressFrame', 'readFrame']);
  });
}
