import fc from 'fast-check';
import { expect, it } from 'vitest';
import { REASON_CODE, type Reason } from '../../../collector/sample/reason.ts';
import { ORIGIN_CODE, type Origin, type Sample } from '../../../collector/sample/sample.ts';
import { bodyWriter, lineWriter, type TagsOf } from '../../../collector/stores/lines.ts';

const sample: fc.Arbitrary<Sample> = fc
  .record({
    channel: fc.constantFrom('FT-1', 'FT-2', '汽 量=1,a', 'x\ny'),
    timeMs: fc.oneof(fc.constant(1_772_352_000_000), fc.integer({ min: 0, max: 4e12 })),
    value: fc.option(fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.float({ noNaN: true, noDefaultInfinity: true }))),
    reason: fc.constantFrom(...(Object.keys(REASON_CODE) as Reason[])),
    origin: fc.constantFrom(...(Object.keys(ORIGIN_CODE) as Origin[])),
  })
  .map((some): Sample => ({ ...some, quality: some.value === null ? 'missing' : 'good', raw: null }));

it('the body of a request is its lines, and bodies written before it stay as they are', () => {
  const tagged: TagsOf = ({ channel }) => (channel === 'FT-1' ? { turn: '2' } : {});
  for (const tags of [null, tagged]) {
    const [bodyOf, lineOf] = [bodyWriter('p 1', tags), lineWriter('p 1', tags)];
    const written: { readonly body: Buffer; readonly due: string }[] = [];
    fc.assert(
      fc.property(fc.array(sample, { minLength: 1, maxLength: 20 }), (batch) => {
        written.push({ body: bodyOf(batch), due: batch.map(lineOf).join('\n') });
        for (const { body, due } of written) expect(body.toString('utf8')).toBe(due);
      }),
    );
  }
});

it('a body grows to any size', () => {
  const batch = Array.from({ length: 40_000 }, (_, i): Sample => {
    const good = { quality: 'good', reason: 'none', origin: 'device', raw: null } as const;
    return { channel: `channel ${'x'.repeat(30)} ${i}`, timeMs: i, value: Math.sin(i), ...good };
  });
  const lineOf = lineWriter('p', null);
  expect(bodyWriter('p', null)(batch).equals(Buffer.from(batch.map(lineOf).join('\n')))).toBe(true);
});
