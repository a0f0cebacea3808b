import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeRecord } from '../../../collector/journal/codec.ts';
import { EntriesGroup } from '../../../collector/journal/group.ts';
import { GroupText } from '../../../collector/journal/group-text.ts';
import { decodeEntries } from '../../../collector/journal/lines.ts';
import { decodeLines } from '../../../collector/journal/reader.ts';
import { isBatch, type JournalRecord } from '../../../collector/journal/record.ts';
import { batched } from '../../../collector/journal/runs.ts';
import type { Sample } from '../../../collector/sample/sample.ts';

/** Names that come again, some of which begin like others or are escaped in the text. */
const NAMES = [...Array.from({ length: 12 }, (_, i) => `FT-${i}`), 'FT-1\\n', 'FT-1\n', '1#锅炉 汽量', 'a\tb'];
const sample: fc.Arbitrary<Sample> = fc
  .record({
    channel: fc.constantFrom(...NAMES),
    timeMs: fc.constantFrom(1_772_352_000_000, 1_772_352_000_001, -62_198_755_200_000),
    value: fc.option(fc.double({ noNaN: true, noDefaultInfinity: true }), { freq: 8 }),
    doubt: fc.constantFrom('', 'reason', 'no reason', 'good with a reason'),
    origin: fc.constantFrom('device' as const, 'device' as const, 'import' as const),
    raw: fc.constantFrom(null, '4148 0000', '\\N', 'x\ty', '汽', ''),
  })
  .map(({ doubt, ...rest }): Sample => {
    if (rest.value === null) return { ...rest, quality: 'missing', reason: doubt === '' ? 'none' : 'communication' };
    const suspect = doubt === 'reason' || doubt === 'no reason';
    return { ...rest, quality: suspect ? 'suspect' : 'good', reason: doubt === '' || doubt === 'no reason' ? 'none' : 'frozen' };
  });
const recordOf = (one: Sample): JournalRecord => ({ kind: 'sample', sample: one });
const event: JournalRecord = { kind: 'event', timeMs: 1, source: 's', event: 'e', detail: 'd' };
/** A cycle of a device, whole or cut, now and then with something else in the middle. */
const cycle: fc.Arbitrary<JournalRecord[]> = fc
  .record({ from: fc.nat(6), count: fc.nat(16), timeMs: fc.nat(2), odd: fc.option(fc.nat(15)), other: fc.oneof(sample, fc.constant(null)) })
  .map(({ from, count, timeMs, odd, other }) =>
    Array.from({ length: count }, (_, i): JournalRecord => {
      if (i === odd) return other === null ? event : recordOf(other);
      const good = { value: i / 3, quality: 'good', reason: 'none', origin: 'device', raw: `${i}` } as const;
      return { kind: 'sample', sample: { channel: NAMES[(from + i) % NAMES.length]!, timeMs, ...good } };
    }),
  );
const records = fc
  .array(fc.oneof({ arbitrary: cycle, weight: 3 }, { arbitrary: fc.array(sample.map(recordOf), { maxLength: 12 }), weight: 1 }), {
    maxLength: 6,
  })
  .map((parts) => parts.flat());

function textOf(entries: ReturnType<typeof batched>): Buffer {
  const text = new GroupText();
  text.addAll(entries);
  return Buffer.from(text.bytes);
}

describe('runs of samples of one moment', () => {
  it('are written and read as batches, and say the same as their records one by one', () => {
    let [asBatches, readAsBatches] = [0, 0];
    fc.assert(
      fc.property(records, (list) => {
        const one = new GroupText();
        one.add(list);
        const text = Buffer.from(one.bytes);
        const entries = batched(list);
        expect(new EntriesGroup(1, '', entries).records).toEqual(list);
        expect(textOf(entries).equals(text)).toBe(true);
        const decoded = decodeEntries(text);
        expect(new EntriesGroup(1, '', decoded).records).toEqual(decodeLines(text));
        expect(new EntriesGroup(1, '', decoded).records).toEqual(list);
        asBatches += entries.filter(isBatch).length;
        readAsBatches += decoded.filter(isBatch).length;
      }),
      { numRuns: 500 },
    );
    expect(Math.min(asBatches, readAsBatches)).toBeGreaterThan(100);
  });

  it('keep to one list of channels, by which what is known of them is found', () => {
    const turn = (timeMs: number): JournalRecord[] =>
      Array.from({ length: 20 }, (_, i) => {
        const good = { value: i, quality: 'good', reason: 'none', origin: 'device', raw: null } as const;
        return { kind: 'sample', sample: { channel: `LT-${i}`, timeMs, ...good } };
      });
    const [first, second, third] = [1, 2, 3].map((timeMs) => batched(turn(timeMs)));
    const listOf = (entry: unknown): unknown => (entry as { readonly channels?: unknown }).channels;
    expect(listOf(first![0])).toBeUndefined();
    expect(listOf(second![0])).toBe(listOf(third![0]));
    const decoded = decodeEntries(textOf([...second!, ...third!]));
    expect(decoded).toHaveLength(2);
    expect(listOf(decoded[0])).toBe(listOf(decoded[1]));
  });

  it('leave what breaks the rules to be refused', () => {
    const turn = (value: number, quality: 'good' | 'missing'): JournalRecord[] =>
      Array.from({ length: 10 }, (_, i) => ({
        kind: 'sample',
        sample: {
          channel: `PT-${i}`,
          timeMs: 5,
          value: i === 9 ? value : i,
          quality: i === 9 ? quality : 'good',
          reason: 'none',
          origin: 'device',
          raw: null,
        },
      }));
    batched(turn(1, 'good'));
    for (const list of [turn(Number.NaN, 'good'), turn(Number.POSITIVE_INFINITY, 'good'), turn(1, 'missing')]) {
      expect(() => encodeRecord(list[9]!)).toThrow(RangeError);
      expect(() => textOf(batched(list))).toThrow(RangeError);
    }
  });
});
