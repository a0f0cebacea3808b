import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as frames from '../../../../collector/sources/cjt188/frame.ts';
import { quantityIn } from '../../../../collector/sources/cjt188/quantity.ts';

const { findFrame, questionOf, readAddressFrame, readFrame } = frames;
const bytes = (hex: string): Buffer => Buffer.from(hex.replaceAll(' ', ''), 'hex');
const hex = (buffer: Uint8Array): string => Buffer.from(buffer).toString('hex').toUpperCase();

const WRONG_CHECKSUM = '68 10 44 33 22 11 00 33 78 81 16 1F 90 00 00 77 66 55 2C 00 77 66 55 2C 31 01 22 11 05 15 20 21 84 08 16';
const CORRECTED = WRONG_CHECKSUM.replace(/08 16$/, '13 16');
const WATER = '68 10 18 02 12 20 20 00 00 81 16 90 1F 00 00 02 00 00 2C 00 02 00 00 2C 00 00 00 00 00 00 00 00 FF 85 16';
const HEAT =
  '68 20 13 47 06 12 00 74 00 81 2E 1F 90 00 00 00 00 00 05 00 00 00 00 05 00 00 00 00 17 00 00 00 00 35 00 00 00 00 2C 02 23 00 11 23 00 34 58 00 09 49 12 05 09 23 20 00 08 F0 16';
/** Published frames with right checksums: type, address, control. */
const PUBLISHED = [
  ['68 10 44 33 22 11 00 33 78 01 03 1F 90 00 80 16', '10', '78330011223344', 0x01],
  ['68 AA AA AA AA AA AA AA AA 03 03 81 0A 00 49 16', 'AA', 'AAAAAAAAAAAAAA', 0x03],
  ['68 10 18 02 12 20 20 00 00 83 03 81 0A 00 F5 16', '10', '00002020120218', 0x83],
  ['68 10 18 02 12 20 20 00 00 01 03 90 1F 00 97 16', '10', '00002020120218', 0x01],
  [WATER, '10', '00002020120218', 0x81],
  ['68 10 69 05 90 05 15 33 78 04 04 A0 17 01 55 50 16', '10', '78331505900569', 0x04],
  ['68 20 AA AA AA AA AA AA AA 01 03 1F 90 00 E1 16', '20', 'AAAAAAAAAAAAAA', 0x01],
  [HEAT, '20', '00740012064713', 0x81],
  ['68 20 12 19 24 18 27 31 00 01 03 1F 90 12 0C 16', '20', '00312718241912', 0x01],
] as const;

describe('published frames of CJ/T 188', () => {
  it.each(PUBLISHED)('%s', (frame, type, address, control) => {
    expect(findFrame(Buffer.concat([bytes('FE FE'), bytes(frame)]))).toMatchObject({
      kind: 'answer',
      answer: { type, address, control },
      bytes: bytes(frame).length + 2,
    });
  });

  it('are built alike where they are questions', () => {
    expect(hex(readFrame('10', '78330011223344', '1F90', 0))).toBe(hex(bytes(PUBLISHED[0][0])));
    expect(hex(readAddressFrame())).toBe(hex(bytes(PUBLISHED[1][0])));
    expect(hex(readFrame('10', '00002020120218', '901F', 0))).toBe(hex(bytes(PUBLISHED[3][0])));
    expect(hex(readFrame('20', 'AAAAAAAAAAAAAA', '1F90', 0))).toBe(hex(bytes(PUBLISHED[6][0])));
    expect(hex(readFrame('20', '00312718241912', '1F90', 0x12))).toBe(hex(bytes(PUBLISHED[8][0])));
  });

  it('with the published wrong checksum are refused; with the right one they tell 556677.00 m3', () => {
    expect(findFrame(bytes(WRONG_CHECKSUM))).toEqual({ kind: 'noise', why: 'the checksum is wrong' });
    const found = questionOf('10', '78330011223344', '1F90', 0).find(bytes(CORRECTED));
    if (found.kind !== 'answer' || found.answer.kind !== 'data') throw new Error('no answer');
    expect(quantityIn(found.answer.data, 'total', 'm3')).toBe(556677);
    expect(quantityIn(found.answer.data, 'settlement', 'm3')).toBe(556677);
    expect(quantityIn(found.answer.data, 'total', 'kWh')).toBeNull();
    expect(quantityIn(found.answer.data, 'heat', 'kWh')).toBeNull();
  });

  it('tell water in the other order of the identifier, and heat', () => {
    const water = questionOf('10', '00002020120218', '901F', 0).find(bytes(WATER));
    const heat = questionOf('20', '00740012064713', '1F90', 0).find(bytes(HEAT));
    if (water.kind !== 'answer' || water.answer.kind !== 'data' || heat.kind !== 'answer' || heat.answer.kind !== 'data')
      throw new Error('no answer');
    expect(quantityIn(water.answer.data, 'total', 'm3')).toBe(2);
    expect(['cooling', 'heat'].map((name) => quantityIn((heat.answer as { data: Buffer }).data, name as 'heat', 'kWh'))).toEqual([0, 0]);
    expect(quantityIn(heat.answer.data, 'power', 'kW')).toBe(0);
    expect(quantityIn(heat.answer.data, 'volume', 'm3')).toBe(0);
  });
});

describe('answers', () => {
  const answer = bytes(CORRECTED);
  const question = questionOf('10', '78330011223344', '1F90', 2);

  it('are none of another meter or type, to another question, or with one wrong byte', () => {
    expect(questionOf('10', '78330011223345', '1F90', 0).find(answer)).toMatchObject({ kind: 'noise' });
    expect(questionOf('11', '78330011223344', '1F90', 0).find(answer)).toMatchObject({ kind: 'noise' });
    expect(questionOf('10', '78330011223344', '901F', 0).find(answer)).toMatchObject({ kind: 'noise' });
    expect(question.find(Buffer.from(question.frame))).toMatchObject({ kind: 'noise' });
    for (let at = 0; at < answer.length; at++) {
      for (let bit = 0; bit < 8; bit++) {
        const damaged = Buffer.from(answer);
        damaged[at]! ^= 1 << bit;
        expect(question.find(damaged).kind, `${at}.${bit}`).not.toBe('answer');
      }
    }
  });

  it('are waited for while they are cut short', () => {
    for (let length = 0; length < answer.length; length++) expect(question.find(answer.subarray(0, length))).toEqual({ kind: 'more' });
  });
});

describe('what can be built', () => {
  it('reads and nothing else: no valve, no address, no key', () => {
    expect(
      Object.keys(frames)
        .filter((name) => /frame$/i.test(name) && name !== 'findFrame')
        .sort((a, b) => a.localeCompare(b)),
    ).toEqual(['readAddressFrame', 'readFrame']);
    const digits = fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: 14, maxLength: 14 });
    fc.assert(
      fc.property(
        digits,
        fc.constantFrom('10', '20', '30'),
        fc.constantFrom('1F90', '901F', 'A017'),
        fc.nat(255),
        (address, type, di, serial) => {
          expect(findFrame(readFrame(type, address, di, serial))).toMatchObject({
            kind: 'answer',
            answer: { address, type, control: 0x01 },
          });
        },
      ),
    );
    expect(() => readFrame('10', '1', '1F90', 0)).toThrow(RangeError);
  });
});
