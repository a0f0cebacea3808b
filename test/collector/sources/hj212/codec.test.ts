import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { crcDigits, crcHj212, crcModbus, diagnoseCrc } from '../../../../collector/sources/hj212/crc.ts';
import { decode } from '../../../../collector/sources/hj212/decode.ts';
import { encode, segmentOf } from '../../../../collector/sources/hj212/encode.ts';
import { Framer } from '../../../../collector/sources/hj212/framing.ts';
import { itemsOf, plainFields, versionOf } from '../../../../collector/sources/hj212/packet.ts';
import { decryptBody, encryptBody } from '../../../../collector/sources/hj212/sm4.ts';

/** Packets of the standards and derived from their text; where each comes from stands in the file. */
const PACKETS = readFileSync('test/cases/hj212/packets.txt', 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('##'))
  .map((line) => line.split('\t')[0]!);
const SM4 = JSON.parse(readFileSync('test/cases/hj212/sm4-vectors.json', 'utf8')) as {
  vectors: { plainSegment: string; plainLength: number; crcOnPlaintext: string; keyHex: string; wireSegment: string; wireLength: number }[];
};
const bytes = (text: string): Buffer => Buffer.from(text, 'utf8');
const decoded = (text: string) => {
  const result = decode(bytes(text));
  if (!result.ok) throw new Error(`${result.error}: ${result.detail}`);
  return result;
};

/** The standard's own bit loop, as its appendix A describes it. */
function crcByBits(data: Uint8Array): number {
  let crc = 0xffff;
  for (const byte of data) {
    crc = (crc >> 8) ^ byte;
    for (let bit = 0; bit < 8; bit++) {
      const low = crc & 1;
      crc >>= 1;
      if (low) crc ^= 0xa001;
    }
  }
  return crc;
}

describe('published packets', () => {
  it.each(PACKETS)('%s', (packet) => {
    const result = decoded(packet);
    expect(encode(result.packet).toString('utf8')).toBe(`${packet}\r\n`);
  });

  it('tell their version, fields and items', () => {
    const minute = decoded(PACKETS.find((packet) => packet.includes('CN=2051') && packet.includes('w00000-Cou'))!).packet;
    expect(versionOf(minute)).toBe('2017');
    expect(plainFields(minute)).toEqual({ DataTime: '20160801084000' });
    expect(itemsOf(minute).map((item) => item.code)).toEqual(['w00000', 'w01001', 'w01018']);
    expect(itemsOf(minute)[2]!.values).toEqual({ Cou: '10.5', Min: '40.1', Avg: '40.1', Max: '40.1', Flag: 'N' });
    expect(versionOf(decoded(PACKETS.find((packet) => packet.includes('88888880000001'))!).packet)).toBe('2005');
    expect(versionOf(decoded(PACKETS.find((packet) => packet.includes('RF=1'))!).packet)).toBe('2025');
  });

  it('keep one code twice as two items', () => {
    const twice = decoded(PACKETS.find((packet) => packet.includes('e01001-Rtd=1.1;e01001-Rtd=2.2'))!).packet;
    expect(itemsOf(twice)).toEqual([
      { code: 'e01001', values: { Rtd: '1.1' } },
      { code: 'e01001', values: { Rtd: '2.2' } },
    ]);
  });
});

describe('CRC', () => {
  it('equals the bit loop of appendix A', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (data) => {
        expect(crcHj212(data)).toBe(crcByBits(data));
      }),
    );
  });

  it('gives the published check values of both kinds', () => {
    const segment = bytes(PACKETS[0]!.slice(6, -4));
    expect(crcDigits(segment, 'hj212')).toBe('1C80');
    expect(crcModbus(segment)).toBe(0x0759);
    expect(crcHj212(new Uint8Array())).toBe(0xffff);
    expect(crcHj212(new Uint8Array([0]))).toBe(0x4040);
  });

  it('does not notice characters swapped eight places apart, so times are checked besides', () => {
    const [first, second] = PACKETS.filter((packet) => packet.endsWith('4C80')) as [string, string];
    expect(first).not.toBe(second);
    expect(decoded(first).warnings).toEqual([]);
    expect(decoded(second).warnings).toHaveLength(1);
    expect(decoded(second).warnings[0]).toContain('later than');
  });

  it('names another dialect', () => {
    const segment = PACKETS[0]!.slice(6, -4);
    const modbus = `##0101${segment}${crcDigits(bytes(segment), 'modbus-le')}`;
    expect(decode(bytes(modbus))).toMatchObject({ ok: false, error: 'crc', detail: expect.stringContaining('modbus-le') });
    expect(decode(bytes(modbus), { crc: 'modbus-le' }).ok).toBe(true);
    expect(decode(bytes(`##0101${segment}FFFF`), { crc: 'off' }).ok).toBe(true);
    expect(diagnoseCrc(bytes(segment), '33EC')).toContain('another kind');
  });
});

describe('damage', () => {
  it('never yields other values from a packet with one changed, lost or added byte, but for what 8 bits of CRC let pass', () => {
    let passed = 0;
    let tried = 0;
    fc.assert(
      fc.property(
        fc.constantFrom(...PACKETS),
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        fc.constantFrom('change', 'lose', 'add'),
        (packet, place, flip, how) => {
          const data = bytes(packet);
          const at = place % data.length;
          const damaged =
            how === 'change'
              ? Buffer.from(data.map((byte, index) => (index === at ? byte ^ flip : byte)))
              : how === 'lose'
                ? Buffer.concat([data.subarray(0, at), data.subarray(at + 1)])
                : Buffer.concat([data.subarray(0, at), Buffer.from([flip]), data.subarray(at)]);
          const result = decode(damaged);
          tried += 1;
          if (result.ok && !/[a-f]/.test(damaged.subarray(-4).toString())) passed += 1;
        },
      ),
      { numRuns: 20_000 },
    );
    // A single changed byte always changes the CRC's table index, so none of these passes.
    expect({ passed, tried }).toEqual({ passed: 0, tried: 20_000 });
  });

  it.each([
    ['', 'structure'],
    ['##', 'structure'],
    ['##00A1QN=1&&1C80', 'structure'],
    ['hello', 'structure'],
    [PACKETS[0]!.replace('##0101', '##0102'), 'length'],
    [PACKETS[0]!.replace('1C80', '1C81'), 'crc'],
    [PACKETS[0]!.replace('&&1C80', '1C80'), 'structure'],
  ])('%s is refused: %s', (text, error) => {
    expect(decode(bytes(text))).toMatchObject({ ok: false, error });
  });
});

describe('SM4 (HJ 212-2025)', () => {
  it.each(SM4.vectors)(
    'published vector of $plainLength bytes',
    ({ plainSegment, plainLength, crcOnPlaintext, keyHex, wireSegment, wireLength }) => {
      const key = Buffer.from(keyHex, 'hex');
      const wire = bytes(`##${String(plainLength).padStart(4, '0')}${wireSegment}${crcOnPlaintext}\r\n`);
      expect(wireSegment.length).toBe(wireLength);
      const result = decode(wire, { key });
      expect(result.ok && segmentOf(result.packet)).toBe(plainSegment);
      expect(decode(wire)).toMatchObject({ ok: false, error: 'encrypted' });
      expect(decode(wire, { key: Buffer.alloc(16, 1) }).ok).toBe(false);
      const body = bytes(plainSegment.slice(plainSegment.indexOf('CP=&&') + 5, -2));
      expect(encryptBody(body, key).toString()).toBe(wireSegment.slice(wireSegment.indexOf('CP=&&') + 5, -2));
    },
  );

  it('decrypts what it encrypted', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 16, maxLength: 200 }), fc.uint8Array({ minLength: 16, maxLength: 16 }), (body, key) => {
        expect(decryptBody(encryptBody(body, key), key)).toEqual(Buffer.from(body));
      }),
    );
  });
});

describe('framing', () => {
  const stream = Buffer.concat(PACKETS.map((packet) => bytes(`${packet}\r\n`)));

  it('gives the same packets however the stream is cut', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1 }), (sizes) => {
        const framer = new Framer();
        const packets: string[] = [];
        for (let at = 0, turn = 0; at < stream.length; turn++) {
          const size = sizes[turn % sizes.length]!;
          const framed = framer.push(stream.subarray(at, at + size));
          expect(framed.discarded).toEqual([]);
          packets.push(...framed.packets.map((packet) => packet.toString('utf8')));
          at += size;
        }
        expect(packets).toEqual(PACKETS.map((packet) => `${packet}\r\n`));
      }),
      { numRuns: 50 },
    );
  });

  it('gives up a packet that was cut short and takes the next one', () => {
    const framer = new Framer();
    const framed = framer.push(bytes(`noise${PACKETS[0]!.slice(0, 40)}${PACKETS[1]!}\r\n`));
    expect(framed.packets.map(String)).toEqual([`${PACKETS[1]!}\r\n`]);
    expect(framed.discarded).toHaveLength(1);
  });

  it('does not grow with a peer that never ends its line', () => {
    const framer = new Framer(1000);
    const framed = Array.from({ length: 50 }, () => framer.push(Buffer.alloc(100, 0x41))).flatMap((part) => part.discarded);
    expect(framed.map((part) => part.why)).toEqual(Array.from({ length: 4 }, () => 'too-long'));
    expect(framer.push(bytes(`\r\n${PACKETS[0]!}\r\n`)).packets).toHaveLength(1);
  });
});
