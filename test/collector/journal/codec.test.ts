import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeLine, decodeRecord, encodeRecord } from '../../../collector/journal/codec.ts';
import type { JournalRecord } from '../../../collector/journal/record.ts';
import { REASON_CODE, type Reason } from '../../../collector/sample/reason.ts';
import { ORIGIN_CODE, type Origin } from '../../../collector/sample/sample.ts';

const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: fc.constantFrom('\t', '\n', '\r', '\\', 'N', 'u', '0', '=', '#', '\u2028', '\ud800', '\udc00', '量', '') }),
);
const time = fc.integer({ min: -8.64e15, max: 8.64e15 });
const value = fc.double({ noNaN: true, noDefaultInfinity: true });
const reason = fc.constantFrom(...(Object.keys(REASON_CODE) as Reason[]));
const origin = fc.constantFrom(...(Object.keys(ORIGIN_CODE) as Origin[]));

const anyRecord: fc.Arbitrary<JournalRecord> = fc.oneof(
  fc
    .record({ channel: text, timeMs: time, value, raw: fc.option(text) })
    .map((some): JournalRecord => ({ kind: 'sample', sample: { ...some, quality: 'good', reason: 'none', origin: 'device' } })),
  fc
    .record({
      channel: text,
      timeMs: time,
      reason,
      origin,
      raw: fc.option(text),
      good: fc.option(fc.record({ value, doubt: fc.boolean() })),
    })
    .map(({ good, ...rest }): JournalRecord => {
      if (good === null) return { kind: 'sample', sample: { ...rest, value: null, quality: 'missing' } };
      return { kind: 'sample', sample: { ...rest, value: good.value, quality: good.doubt ? 'suspect' : 'good' } };
    }),
  fc.record({ kind: fc.constant('quarantine' as const), timeMs: time, source: text, reason: text, raw: text }),
  fc.record({ kind: fc.constant('event' as const), timeMs: time, source: text, event: text, detail: text }),
  fc.record({
    kind: fc.constant('correction' as const),
    timeMs: time,
    channel: text,
    sampleTimeMs: time,
    value: fc.option(value),
    by: text,
    why: text,
  }),
);

describe('the line of a record', () => {
  it('gives back any record, and is one line of text', () => {
    fc.assert(
      fc.property(anyRecord, (record) => {
        const line = encodeRecord(record);
        expect(line).not.toMatch(/[\r\n\u0085\u2028\u2029]/);
        const text = Buffer.from(line).toString('utf8');
        expect(decodeRecord(text.split('\t'))).toEqual(record);
        expect(decodeLine(`x\n${text}\t0123abcd\n`, 2, 2 + text.length + 9)).toEqual(record);
      }),
      { numRuns: 2000 },
    );
  });

  it('reads like this', () => {
    const sample = {
      channel: 'FT-101',
      timeMs: Date.UTC(2026, 2, 1, 8),
      value: 12.5,
      quality: 'good',
      reason: 'none',
      origin: 'device',
      raw: '4148 0000',
    } as const;
    expect(encodeRecord({ kind: 'sample', sample })).toBe('s\t2026-03-01T08:00:00.000Z\tFT-101\t12.5\tgood\tnone\tdevice\t4148 0000');
    expect(
      encodeRecord({ kind: 'sample', sample: { ...sample, value: null, quality: 'missing', reason: 'communication', raw: null } }),
    ).toBe('s\t2026-03-01T08:00:00.000Z\tFT-101\t\tmissing\tcommunication\tdevice\t\\N');
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY])('refuses %s: a failure is never a number', (bad) => {
    const sample = { channel: 'F1', timeMs: 0, value: bad, quality: 'good', reason: 'none', origin: 'device', raw: null } as const;
    expect(() => encodeRecord({ kind: 'sample', sample })).toThrow(RangeError);
  });

  it('refuses a value that calls itself missing, and a good sample without one', () => {
    const sample = { channel: 'F1', timeMs: 0, value: 1, quality: 'missing', reason: 'none', origin: 'device', raw: null } as const;
    expect(() => encodeRecord({ kind: 'sample', sample })).toThrow(RangeError);
    expect(() => encodeRecord({ kind: 'sample', sample: { ...sample, value: null, quality: 'good' } })).toThrow(RangeError);
  });
});
