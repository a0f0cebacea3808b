import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as frames from '../../../../collector/sources/cjt188/frame.ts';
import { quantityIn } from '../../../../collector/sources/cjt188/quantity.ts';
import { belongsToItsQuestion, bytes, foundAndBuilt, isNoLongerThan, onlyReads } from '../meter-frames.ts';

const { findFrame, questionOf, readAddressFrame, readFrame } = frames;

const WRONG_CHECKSUM = '68 10 44 33 22 11 00 33 78 81 16 1F 90 00 00 77 66 55 2C 00 77 66 55 2C 31 01 22 11 05 15 20 21 84 08 16';
const CORRECTED = WRONG_CHECKSUM.replace(/08 16$/, '13 16');
const WATER = '68 10 18 02 12 20 20 00 00 81 16 90 1F 00 00 02 00 00 2C 00 02 00 00 2C 00 00 00 00 00 00 00 00 FF 85 16';
const HEAT =
  '68 20 13 47 06 12 00 74 00 81 2E 1F 90 00 00 00 00 00 05 00 00 00 00 05 00 00 00 00 17 00 00 00 00 35 00 00 00 00 2C 02 23 00 11 23 00 34 58 00 09 49 12 05 09 23 20 00 08 F0 16';
const ANY = 'AAAAAAAAAAAAAA';
const holds = (type: string, address: string, control: number) => ({ type, address, control });

describe('published frames of CJ/T 188', () => {
  foundAndBuilt('FE FE', findFrame, [
    {
      frame: '68 10 44 33 22 11 00 33 78 01 03 1F 90 00 80 16',
      holds: holds('10', '78330011223344', 0x01),
      built: () => readFrame('10', '78330011223344', '1F90', 0),
    },
    { frame: '68 AA AA AA AA AA AA AA AA 03 03 81 0A 00 49 16', holds: holds('AA', ANY, 0x03), built: () => readAddressFrame() },
    { frame: '68 10 18 02 12 20 20 00 00 83 03 81 0A 00 F5 16', holds: holds('10', '00002020120218', 0x83) },
    {
      frame: '68 10 18 02 12 20 20 00 00 01 03 90 1F 00 97 16',
      holds: holds('10', '00002020120218', 0x01),
      built: () => readFrame('10', '00002020120218', '901F', 0),
    },
    { frame: WATER, holds: holds('10', '00002020120218', 0x81) },
    { frame: '68 10 69 05 90 05 15 33 78 04 04 A0 17 01 55 50 16', holds: holds('10', '78331505900569', 0x04) },
    {
      frame: '68 20 AA AA AA AA AA AA AA 01 03 1F 90 00 E1 16',
      holds: holds('20', ANY, 0x01),
      built: () => readFrame('20', ANY, '1F90', 0),
    },
    { frame: HEAT, holds: holds('20', '00740012064713', 0x81) },
    {
      frame: '68 20 12 19 24 18 27 31 00 01 03 1F 90 12 0C 16',
      holds: holds('20', '00312718241912', 0x01),
      built: () => readFrame('20', '00312718241912', '1F90', 0x12),
    },
  ]);

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

describe('an answer', () => {
  belongsToItsQuestion(bytes(CORRECTED), questionOf('10', '78330011223344', '1F90', 2), [
    questionOf('10', '78330011223345', '1F90', 0),
    questionOf('11', '78330011223344', '1F90', 0),
    questionOf('10', '78330011223344', '901F', 0),
  ]);
  isNoLongerThan(0xb0, bytes(CORRECTED), 10, questionOf('10', '78330011223344', '1F90', 2));
});

describe('answers', () => {
  const replied = (control: number, data: string) => {
    const body = Buffer.concat([bytes('68 10 44 33 22 11 00 33 78'), Buffer.from([control, bytes(data).length]), bytes(data)]);
    return Buffer.concat([body, Buffer.from([body.reduce((sum, byte) => (sum + byte) & 0xff, 0), 0x16])]);
  };
  const question = questionOf('10', '78330011223344', '1F90', 0);

  it('with an error are exceptions, and those to what was not asked are none', () => {
    expect(question.find(replied(0xc1, '00 01 02'))).toMatchObject({ kind: 'answer', answer: { kind: 'exception', code: 'error 000102' } });
    expect(question.find(replied(0x81, '1F 90 00 AB'))).toMatchObject({ kind: 'answer', answer: { kind: 'data', data: bytes('AB') } });
    for (const control of [0x83, 0x84, 0xc3, 0xc4, 0x01, 0x95]) expect(question.find(replied(control, '1F 90 00 AB')).kind).toBe('noise');
    for (const other of ['1F 91 00 AB', '90 1F 00 AB', '1F 90 01 AB', '1F 90', ''])
      expect(question.find(replied(0x81, other)).kind).toBe('noise');
  });
});

describe('what can be built', () => {
  onlyReads(frames);

  it('is what was asked for, and of no address that is none', () => {
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
    for (const type of ['', '1', '100', 'G0', '1a']) expect(() => readFrame(type, '78330011223344', '1F90', 0)).toThrow(RangeError);
    for (const di of ['', '1F9', '1F900', 'xxxx']) expect(() => readFrame('10', '78330011223344', di, 0)).toThrow(RangeError);
  });
});
