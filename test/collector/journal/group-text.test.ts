import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bindLines, checkOf, UNBOUND } from '../../../collector/journal/chain.ts';
import { encodeRecord } from '../../../collector/journal/codec.ts';
import { GroupText } from '../../../collector/journal/group-text.ts';
import type { JournalRecord } from '../../../collector/journal/record.ts';
import { type SampleBatch, samplesIn } from '../../../collector/sample/batch.ts';
import { anyBatch } from './batches.ts';

const recordsOf = (one: SampleBatch): JournalRecord[] => samplesIn(one).map((sample) => ({ kind: 'sample', sample }));

function linesOf(bytes: Buffer): Buffer[] {
  const ends = [...bytes.entries()].flatMap(([at, byte]) => (byte === 10 ? [at] : []));
  return ends.map((end, i) => bytes.subarray(i === 0 ? 0 : (ends[i - 1] as number) + 1, end));
}

describe('the text of a group', () => {
  it('is the same whether samples come as a batch or one by one', () => {
    fc.assert(
      fc.property(fc.array(anyBatch, { minLength: 1, maxLength: 6 }), (batches) => {
        const [columns, objects] = [new GroupText(), new GroupText()];
        for (const one of batches) {
          columns.addBatch(one);
          objects.add(recordsOf(one));
        }
        const lines = batches.flatMap(recordsOf).map(encodeRecord);
        expect(columns.bytes.equals(objects.bytes)).toBe(true);
        expect(columns.bytes.equals(bindLines([...lines, ''].join(UNBOUND)))).toBe(true);
        expect(columns.count).toBe(lines.length);
        expect(columns.bytes.toString().replace(/\t[0-9a-f]{8}\n/g, '\n')).toBe([...lines, ''].join('\n'));
        let previous = 0;
        for (const line of linesOf(columns.bytes)) {
          const { due, found } = checkOf(line, previous);
          expect(found).toBe(due);
          previous = due;
        }
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
      expect(() => written.addAll([good, one])).toThrow(RangeError);
      expect(written.bytes.equals(before)).toBe(true);
      expect(written.count).toBe(2);
    }
    written.addBatch(good);
    const lines = [...recordsOf(good), ...recordsOf(good)].map(encodeRecord);
    expect(written.bytes.equals(bindLines([...lines, ''].join(UNBOUND)))).toBe(true);
  });
});
