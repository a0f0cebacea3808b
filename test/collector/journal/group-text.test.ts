import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bindLines, UNBOUND } from '../../../collector/journal/chain.ts';
import { encodeRecord } from '../../../collector/journal/codec.ts';
import { GroupText } from '../../../collector/journal/group-text.ts';
import type { JournalRecord } from '../../../collector/journal/record.ts';
import { type RawColumn, type SampleBatch, samplesIn } from '../../../collector/sample/batch.ts';
import { REASON_CODE } from '../../../collector/sample/reason.ts';
import { ORIGIN_CODE, type Origin } from '../../../collector/sample/sample.ts';

const text = fc.oneof(fc.string({ unit: 'binary', maxLength: 12 }), fc.constantFrom('1#锅炉 汽量', 'a\tb', '\\N', '\u2028', 'FT-101'));
const value = fc.oneof(fc.double({ noDefaultInfinity: true }), fc.float({ noDefaultInfinity: true }), fc.constantFrom(-0, 5e-324, 1.5e300));

const raw = (count: number): fc.Arbitrary<RawColumn> =>
  fc.oneof(
    fc.record({ kind: fc.constant('same' as const), text: fc.option(text) }),
    fc.record({ kind: fc.constant('texts' as const), texts: fc.array(fc.option(text), { minLength: count, maxLength: count }) }),
    fc
      .tuple(fc.uint8Array({ minLength: 40, maxLength: 40 }), fc.array(fc.tuple(fc.nat(15), fc.integer({ min: 1, max: 5 })), sizeOf(count)))
      .map(([data, places]) => ({
        kind: 'registers' as const,
        data,
        at: Uint16Array.from(places, ([at]) => 2 * at),
        end: Uint16Array.from(places, ([at, registers]) => 2 * (at + registers)),
      })),
  );
const sizeOf = (count: number) => ({ minLength: count, maxLength: count });

const batch: fc.Arbitrary<SampleBatch> = fc.nat(30).chain((count) =>
  fc.record({
    channels: fc.array(text, sizeOf(count)),
    timeMs: fc.integer({ min: -1e12, max: 4e12 }),
    origin: fc.constantFrom(...(Object.keys(ORIGIN_CODE) as Origin[])),
    values: fc.array(value, sizeOf(count)).map((list) => Float64Array.from(list)),
    reasons: fc.array(fc.constantFrom(...Object.values(REASON_CODE)), sizeOf(count)).map((list) => Uint8Array.from(list)),
    raw: raw(count),
  }),
);

const recordsOf = (one: SampleBatch): JournalRecord[] => samplesIn(one).map((sample) => ({ kind: 'sample', sample }));

describe('the text of a group', () => {
  it('is the same whether samples come as a batch or one by one', () => {
    fc.assert(
      fc.property(fc.array(batch, { minLength: 1, maxLength: 6 }), (batches) => {
        const [columns, objects] = [new GroupText(), new GroupText()];
        for (const one of batches) {
          columns.addBatch(one);
          objects.add(recordsOf(one));
        }
        const lines = batches.flatMap(recordsOf).map(encodeRecord);
        expect(columns.bytes.equals(objects.bytes)).toBe(true);
        expect(columns.bytes.equals(bindLines([...lines, ''].join(UNBOUND)))).toBe(true);
        expect(columns.count).toBe(lines.length);
      }),
    );
  });

  it('grows to any size, and is empty again once it was taken back', () => {
    const channels = Array.from({ length: 5_000 }, (_, i) => `计量点 ${i}`);
    const values = Float64Array.from(channels, (_, i) => Math.sin(i));
    const large: SampleBatch = {
      channels,
      timeMs: 1,
      origin: 'device',
      values,
      reasons: new Uint8Array(values.length),
      raw: { kind: 'same', text: 'x'.repeat(300) },
    };
    const written = new GroupText();
    written.addBatch(large);
    const once = Buffer.from(written.bytes);
    expect(once.equals(bindLines([...recordsOf(large).map(encodeRecord), ''].join(UNBOUND)))).toBe(true);
    written.clear();
    expect(written.bytes).toHaveLength(0);
    written.addBatch(large);
    expect(written.bytes.equals(once)).toBe(true);
  });

  it('keeps nothing of what breaks the rules half-way', () => {
    const good: SampleBatch = {
      channels: ['a', 'b'],
      timeMs: 1,
      origin: 'device',
      values: Float64Array.of(1, Number.NaN),
      reasons: Uint8Array.of(0, 1),
      raw: { kind: 'same', text: null },
    };
    const written = new GroupText();
    written.addBatch(good);
    const before = Buffer.from(written.bytes);
    const bad: SampleBatch[] = [
      { ...good, values: Float64Array.of(1, Number.POSITIVE_INFINITY) },
      { ...good, timeMs: 0.5 },
      { ...good, reasons: Uint8Array.of(0, 250) },
    ];
    for (const one of bad) {
      expect(() =>
        written.whole((into) => {
          into.addBatch(good);
          into.addBatch(one);
        }),
      ).toThrow(RangeError);
      expect(written.bytes.equals(before)).toBe(true);
      expect(written.count).toBe(2);
    }
    written.addBatch(good);
    const lines = [...recordsOf(good), ...recordsOf(good)].map(encodeRecord);
    expect(written.bytes.equals(bindLines([...lines, ''].join(UNBOUND)))).toBe(true);
  });
});
