import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { placeOf } from '../../../../collector/sources/modbus/address.ts';
import {
  dataBytes,
  type IdentifyRequest,
  identificationIn,
  type ReadRequest,
  type Request,
  readAnswer,
  requestBody,
  type Table,
} from '../../../../collector/sources/modbus/frame.ts';
import { ascii, crc16, type Framing, lrc, rtu } from '../../../../collector/sources/modbus/framing.ts';

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

  it('are built for everything that the protocol can ask, and for nothing else', () => {
    const near = (...edges: number[]) => fc.constantFrom(...edges.flatMap((edge) => [edge - 1, edge, edge + 1]));
    const built = (request: Request): boolean => {
      try {
        return requestBody(request).length > 0;
      } catch {
        return false;
      }
    };
    const whole = fc.oneof(near(0, 255), fc.constantFrom(1.5, Number.NaN));
    fc.assert(
      fc.property(
        whole,
        fc.constantFrom<Table>('coil', 'discrete', 'holding', 'input'),
        fc.oneof(near(0, 65_411, 65_535), fc.constant(0.5)),
        fc.oneof(near(1, 125, 2_000), fc.constant(1.5)),
        (unit, table, address, count) => {
          const inside = [unit, address, count].every(Number.isInteger) && unit >= 0 && unit <= 255 && address >= 0 && count >= 1;
          const most = table === 'coil' || table === 'discrete' ? 2_000 : 125;
          expect(built({ unit, table, address, count })).toBe(inside && count <= most && address + count <= 65_536);
        },
      ),
      { numRuns: 1000 },
    );
    fc.assert(
      fc.property(whole, whole, (unit, from) => {
        const inside = [unit, from].every((one) => Number.isInteger(one) && one >= 0 && one <= 255);
        expect(built({ unit, identify: 'basic', from })).toBe(inside);
      }),
      { numRuns: 300 },
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

/** A question of any kind, and the body of an answer to it: data, what a device says of itself, or an exception. */
const reading = fc
  .record({
    unit: fc.integer({ min: 0, max: 255 }),
    table: fc.constantFrom<Table>('coil', 'discrete', 'holding', 'input'),
    address: fc.integer({ min: 0, max: 65_000 }),
    count: fc.integer({ min: 1, max: 125 }),
  })
  .chain((request) =>
    fc.record({
      request: fc.constant<Request>(request),
      data: fc.uint8Array({ minLength: dataBytes(request), maxLength: dataBytes(request) }),
    }),
  )
  .map(({ request, data }) => ({ request, body: Buffer.from([request.unit, requestBody(request)[1]!, data.length, ...data]) }));
const object = fc.tuple(fc.integer({ min: 0, max: 255 }), fc.stringMatching(/^[A-Za-z0-9.]{0,12}$/));
const identifying = fc
  .record({
    unit: fc.integer({ min: 0, max: 255 }),
    objects: fc.array(object, { maxLength: 4 }),
    next: fc.option(fc.integer({ min: 0, max: 255 })),
  })
  .map(({ unit, objects, next }) => {
    const request: IdentifyRequest = { unit, identify: 'basic', from: 0 };
    const told = objects.flatMap(([id, text]) => [id, text.length, ...Buffer.from(text)]);
    const head = [unit, 0x2b, 0x0e, 1, 1, next === null ? 0 : 0xff, next ?? 0, objects.length];
    return { request, body: Buffer.from([...head, ...told]), objects, next };
  });
const refusing = fc
  .record({ asked: fc.oneof(reading, identifying), code: fc.integer({ min: 1, max: 255 }) })
  .map(({ asked: { request }, code }) => ({ request, body: Buffer.from([request.unit, requestBody(request)[1]! | 0x80, code]) }));
const exchanges = fc.oneof(reading, identifying, refusing);

/** The body as it stands on the wire. */
const written = (framing: Framing, body: Buffer): Buffer =>
  framing === rtu
    ? Buffer.concat([body, crc16(body)])
    : Buffer.from(
        `:${Buffer.concat([body, lrc(body)])
          .toString('hex')
          .toUpperCase()}\r\n`,
        'latin1',
      );

describe.each([
  ['RTU', rtu],
  ['ASCII', ascii],
] as const)('an answer over %s', (_, framing) => {
  it('is found whole whatever stands behind it, waited for while it is cut short, and lasts as long as is reckoned', () => {
    fc.assert(
      fc.property(exchanges, fc.uint8Array({ maxLength: 4 }), fc.nat(), ({ request, body }, behind, at) => {
        const frame = written(framing, body);
        expect(framing.find(request, Buffer.concat([frame, behind]))).toEqual({ kind: 'frame', body, bytes: frame.length });
        expect(framing.find(request, frame.subarray(0, at % frame.length))).toEqual({ kind: 'more' });
        const refused = (body[1]! & 0x80) !== 0;
        if (!refused && 'table' in request) expect(framing.wireBytes(request)).toBe(framing.encode(request).length + frame.length);
        expect(readAnswer(request, body)).toEqual(
          refused ? { kind: 'exception', code: body[2] } : { kind: 'data', data: body.subarray(3) },
        );
      }),
      { numRuns: 300 },
    );
  });

  it('is none with one byte changed, nor one byte more or less of what it says', () => {
    fc.assert(
      fc.property(exchanges, fc.nat(), fc.integer({ min: 1, max: 255 }), ({ request, body }, at, other) => {
        const frame = written(framing, body);
        frame[at % frame.length]! ^= other;
        // A shorter one may be found by chance; then bytes stand behind it, and it is refused for that.
        const found = framing.find(request, frame);
        expect(found.kind === 'frame' && found.bytes === frame.length).toBe(false);
        expect(readAnswer(request, Buffer.concat([body, Buffer.from([other])])).kind).toBe('foreign');
        expect(readAnswer(request, body.subarray(0, -1)).kind).toBe('foreign');
      }),
      { numRuns: 300 },
    );
  });
});

it('what a device says of itself is told object by object, and from where it goes on', () => {
  fc.assert(
    fc.property(identifying, ({ request, body, objects, next }) => {
      const read = readAnswer(request, body);
      expect(read.kind === 'data' && identificationIn(read.data)).toEqual({ objects, next });
    }),
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
