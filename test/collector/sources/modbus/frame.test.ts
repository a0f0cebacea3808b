import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { placeOf } from '../../../../collector/sources/modbus/address.ts';
import { type ReadRequest, requestBody, type Table } from '../../../../collector/sources/modbus/frame.ts';
import { ascii, rtu } from '../../../../collector/sources/modbus/framing.ts';

const folder = new URL('../../../../collector/sources/modbus/', import.meta.url);

describe('the frames that can be built', () => {
  it('are the published examples', () => {
    // MODBUS Application Protocol Specification V1.1b3, sections 6.1 to 6.4, each with unit 17 before it.
    const example = (request: ReadRequest) => requestBody(request).toString('hex');
    expect(example({ unit: 17, table: 'coil', address: 0x13, count: 0x13 })).toBe('110100130013');
    expect(example({ unit: 17, table: 'discrete', address: 0xc4, count: 0x16 })).toBe('110200c40016');
    expect(example({ unit: 17, table: 'holding', address: 0x6b, count: 3 })).toBe('1103006b0003');
    expect(example({ unit: 17, table: 'input', address: 8, count: 1 })).toBe('110400080001');
  });

  it('have a reading function code, or are not built', () => {
    const table = fc.oneof(
      fc.constantFrom('coil', 'discrete', 'holding', 'input'),
      fc.constantFrom('__proto__', 'toString', 'write'),
      fc.string(),
    );
    const number = fc.oneof(fc.integer({ min: -2, max: 70_000 }), fc.double());
    fc.assert(
      fc.property(number, table, number, number, (unit, name, address, count) => {
        let body: Buffer;
        try {
          body = requestBody({ unit, table: name as Table, address, count });
        } catch (error) {
          expect(error).toBeInstanceOf(RangeError);
          return;
        }
        expect(body).toHaveLength(6);
        expect([1, 2, 3, 4]).toContain(body[1]);
        expect(body.readUInt16BE(4)).toBeGreaterThan(0);
      }),
      { numRuns: 2000 },
    );
  });

  it('have the code that reads what a device says of itself, with no other purpose, or are not built', () => {
    const number = fc.oneof(fc.integer({ min: -2, max: 300 }), fc.double());
    const category = fc.oneof(fc.constantFrom('basic', 'regular', 'extended', '__proto__', 'specific'), fc.string());
    fc.assert(
      fc.property(number, category, number, (unit, identify, from) => {
        let body: Buffer;
        try {
          body = requestBody({ unit, identify: identify as 'basic', from });
        } catch (error) {
          expect(error).toBeInstanceOf(RangeError);
          return;
        }
        // 2B 0E: read device identification; the same code with 0D would carry anything.
        expect(body).toHaveLength(5);
        expect([body[1], body[2]]).toEqual([0x2b, 0x0e]);
        expect([1, 2, 3]).toContain(body[3]);
      }),
      { numRuns: 1000 },
    );
  });

  it('are all that this folder sends: no other place writes to a device', () => {
    const sending = readdirSync(folder).filter((file) => /\.write\(/.test(readFileSync(new URL(file, folder), 'utf8')));
    // These two stand between a link and its socket and hand on what the link wrote.
    const handingOn = ['dial-in.ts', 'session.ts'];
    expect(sending.filter((file) => !handingOn.includes(file))).toEqual(['line.ts', 'tcp.ts']);
    for (const file of sending) {
      const text = readFileSync(new URL(file, folder), 'utf8');
      expect(text.match(/\.write\(/g)).toHaveLength(1);
      if (handingOn.includes(file)) {
        expect(text).toMatch(/write: \(bytes: Buffer, _encoding, done\) => \{[\s\S]*?\.write\(bytes, done\);/);
        continue;
      }
      expect(text).toMatch(/\.write\(frame\)/);
      expect(text).toMatch(/const body = requestBody\(request\)|const frame = this\.#framing\.encode\(request\)/);
    }
    for (const file of readdirSync(folder)) expect(readFileSync(new URL(file, folder), 'utf8')).not.toContain("from 'modbus-serial");
  });
});

it('a line carries the same bodies, checked, and nothing else', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 255 }),
      fc.integer({ min: 0, max: 65_000 }),
      fc.integer({ min: 1, max: 125 }),
      (unit, address, count) => {
        const request: ReadRequest = { unit, table: 'input', address, count };
        expect(rtu.encode(request).subarray(0, -2)).toEqual(requestBody(request));
        expect(Buffer.from(ascii.encode(request).toString().slice(1, 13), 'hex')).toEqual(requestBody(request));
        expect([rtu.encode(request).length, ascii.encode(request).length]).toEqual([8, 17]);
      },
    ),
  );
});

describe('placeOf', () => {
  const at = (modicon: number) => placeOf('m', { address: { modicon }, type: 'uint16' });

  it.each([
    [1, 'coil', 0],
    [9999, 'coil', 9998],
    [10_001, 'discrete', 0],
    [30_001, 'input', 0],
    [40_001, 'holding', 0],
    [49_999, 'holding', 9998],
    [100_001, 'discrete', 0],
    [300_001, 'input', 0],
    [400_001, 'holding', 0],
    [465_536, 'holding', 65_535],
  ] as const)('%d is %s %d', (modicon, table, address) => {
    expect(at(modicon)).toEqual({ table, address });
  });

  it.each([0, -1, 10_000, 20_001, 40_000, 50_001, 400_000, 465_537, 500_001])('%d does not exist', (modicon) => {
    expect(() => at(modicon)).toThrow();
  });

  it('refuses what contradicts itself or says too little', () => {
    expect(() => placeOf('m', { address: { modicon: 40_001 }, table: 'input', type: 'uint16' })).toThrow('table says input');
    expect(() => placeOf('m', { address: { pdu: 0 }, table: undefined, type: 'uint16' })).toThrow('needs its table');
    expect(placeOf('m', { address: { pdu: 0 }, table: 'input', type: 'uint16' })).toEqual({ table: 'input', address: 0 });
  });
});
