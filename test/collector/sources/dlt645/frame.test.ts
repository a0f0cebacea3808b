import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromBcd } from '../../../../collector/sources/bcd.ts';
import * as frames from '../../../../collector/sources/dlt645/frame.ts';
import { layoutOf } from '../../../../collector/sources/dlt645/identifier.ts';
import { belongsToItsQuestion, bytes, foundAndBuilt, hex, isNoLongerThan, onlyReads } from '../meter-frames.ts';

const { findFrame, questionOf, readAddressFrame, readFrame } = frames;
const KWH = '68 29 25 07 07 21 20 68 91 08 33 33 33 33 A9 4A 36 33 2E 16';
const VOLT = '68 60 64 02 09 22 04 68 91 0A 33 32 34 35 47 56 33 33 33 33 97 16';
const ANY = 'AAAAAAAAAAAA';
const holds = (address: string, control: number, data: string) => ({ address, control, data: bytes(data) });

describe('published frames of DL/T 645-2007, their checksums recomputed', () => {
  foundAndBuilt('FE FE FE FE', findFrame, [
    { frame: '68 AA AA AA AA AA AA 68 13 00 DF 16', holds: holds(ANY, 0x13, ''), built: () => readAddressFrame() },
    { frame: '68 01 00 00 00 00 00 68 93 06 34 33 33 33 33 33 9D 16', holds: holds('000000000001', 0x93, '010000000000') },
    {
      frame: '68 AA AA AA AA AA AA 68 11 04 33 33 34 33 AE 16',
      holds: holds(ANY, 0x11, '00000100'),
      built: () => readFrame('2007', ANY, '00010000'),
    },
    {
      frame: '68 AA AA AA AA AA AA 68 11 04 33 33 33 33 AD 16',
      holds: holds(ANY, 0x11, '00000000'),
      built: () => readFrame('2007', ANY, '00000000'),
    },
    {
      frame: '68 AA AA AA AA AA AA 68 11 04 33 34 34 35 B1 16',
      holds: holds(ANY, 0x11, '00010102'),
      built: () => readFrame('2007', ANY, '02010100'),
    },
    {
      frame: '68 29 25 07 07 21 20 68 11 04 33 33 33 33 4E 16',
      holds: holds('202107072529', 0x11, '00000000'),
      built: () => readFrame('2007', '202107072529', '00000000'),
    },
    { frame: KWH, holds: holds('202107072529', 0x91, '0000000076170300') },
    { frame: VOLT, holds: holds('042209026460', 0x91, '00FF0102142300000000') },
  ]);

  it('tell 317.76 kWh and 231.4 V', () => {
    const tell = (frame: string, address: string, di: string): number => {
      const found = questionOf('2007', address, di, 0).find(bytes(frame));
      if (found.kind !== 'answer' || found.answer.kind !== 'data') throw new Error(JSON.stringify(found));
      const { bytes: count, decimals } = layoutOf(di)!;
      return fromBcd(found.answer.data.subarray(0, count))! / 10 ** decimals;
    };
    expect(tell(KWH, '202107072529', '00000000')).toBe(317.76);
    expect(tell(VOLT, '042209026460', '0201FF00')).toBe(231.4);
  });
});

describe('an answer', () => {
  belongsToItsQuestion(bytes(KWH), questionOf('2007', '202107072529', '00000000', 4), [
    questionOf('2007', '202107072528', '00000000', 0),
    questionOf('2007', '202107072529', '00010000', 0),
  ]);
  isNoLongerThan(200, bytes(KWH), 9, questionOf('2007', '202107072529', '00000000', 4));
});

describe('answers', () => {
  it('of the edition of 1997 have two bytes of identifier', () => {
    const asked = readFrame('1997', '000000000001', '9010');
    expect(hex(asked)).toBe(hex(bytes('68 01 00 00 00 00 00 68 01 02 43 C3 DA 16')));
    const reply = bytes('68 01 00 00 00 00 00 68 81 06 43 C3 A9 4A 36 33 BA 16');
    expect(questionOf('1997', '000000000001', '9010', 0).find(reply)).toMatchObject({
      kind: 'answer',
      answer: { kind: 'data', data: bytes('76170300') },
    });
  });

  it('with an error are exceptions', () => {
    const error = bytes('68 01 00 00 00 00 00 68 D1 01 35 D8 16');
    expect(questionOf('2007', '000000000001', '00000000', 0).find(error)).toMatchObject({
      kind: 'answer',
      answer: { kind: 'exception', code: 'error 02' },
    });
  });
});

describe('what stands behind an identifier', () => {
  // DL/T 645-2007, annex A: data format and unit.
  it.each([
    [['00000000', '00000100', '00003F00', '0000FF00', '00010000', '00020400', '0002ff00'], 'XXXXXX.XX', 'kWh'],
    [['02010100', '02010200', '02010300', '0201FF00'], 'XXX.X', 'V'],
    [['02020100', '02020200', '02020300', '0202ff00'], 'XXX.XXX', 'A'],
    [['02030000', '02030100', '02030200', '02030300', '0203FF00'], 'XX.XXXX', 'kW'],
    [['02060000', '02060100', '02060200', '02060300', '0206FF00'], 'X.XXX', '1'],
  ] as const)('%s is %s %s', (identifiers, format, unit) => {
    const [whole, behind] = format.split('.') as [string, string];
    for (const identifier of identifiers)
      expect(layoutOf(identifier)).toEqual({ bytes: (whole.length + behind.length) / 2, decimals: behind.length, unit });
  });

  it('is for the plant file to say where it is another', () => {
    const others = [
      '00004000',
      '00030000',
      '00000001',
      '02010000',
      '02010400',
      '02020000',
      '02040000',
      '02080100',
      '02800002',
      '000000',
      '9010',
    ];
    for (const identifier of others) expect(layoutOf(identifier)).toBeNull();
  });
});

describe('what can be built', () => {
  onlyReads(frames);

  it('is what was asked for, and of no address that is none', () => {
    const digits = (length: number) => fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: length, maxLength: length });
    fc.assert(
      fc.property(fc.constantFrom('1997', '2007'), digits(12), digits(8), (edition, address, di) => {
        const found = findFrame(readFrame(edition, address, edition === '2007' ? di : di.slice(4)));
        expect(found).toMatchObject({ kind: 'answer', answer: { address, control: edition === '2007' ? 0x11 : 0x01 } });
      }),
    );
    for (const address of ['12345678901', 'A23456789012', '', '1234567890123'])
      expect(() => readFrame('2007', address, '00000000')).toThrow(RangeError);
    for (const di of ['0000', 'xx000000', '000000000000']) expect(() => readFrame('2007', '000000000001', di)).toThrow(RangeError);
  });
});

describe('packed decimal', () => {
  it('refuses digits that are none, and takes a sign only where told', () => {
    expect(fromBcd(bytes('FFFFFFFF'))).toBeNull();
    expect(fromBcd(bytes('0A'))).toBeNull();
    expect(fromBcd(bytes('450180'))).toBe(800145);
    expect(fromBcd(bytes('450180'), true)).toBe(-145);
    expect(fromBcd(bytes('000080'), true)).toBe(0);
  });
});
