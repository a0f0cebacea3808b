import fc from 'fast-check';
import { expect, it } from 'vitest';
import { REASON_CODE, type Reason } from '../../../collector/sample/reason.ts';
import { ORIGIN_CODE, type Origin, type Sample } from '../../../collector/sample/sample.ts';
import { Batch } from '../../../collector/stores/batch.ts';
import { bodyWriter, type TagsOf } from '../../../collector/stores/lines.ts';
import { lineOf } from './line.ts';

const sample: fc.Arbitrary<Sample> = fc
  .record({
    channel: fc.constantFrom('FT-1', 'FT-2', '汽 量=1,a', 'x\ny'),
    timeMs: fc.oneof(fc.constant(1_772_352_000_000), fc.integer({ min: 0, max: 4e12 })),
    value: fc.option(fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.float({ noNaN: true, noDefaultInfinity: true }))),
    reason: fc.constantFrom(...(Object.keys(REASON_CODE) as Reason[])),
    origin: fc.constantFrom(...(Object.keys(ORIGIN_CODE) as Origin[])),
  })
  .map((some): Sample => ({ ...some, quality: some.value === null ? 'missing' : 'good', raw: null }));

/** Those of one channel together, in the order in which channels came first. */
function byChannel(batch: readonly Sample[]): Sample[] {
  const order = new Map<string, number>();
  for (const { channel } of batch) if (!order.has(channel)) order.set(channel, order.size);
  return [...batch].sort((a, b) => order.get(a.channel)! - order.get(b.channel)!);
}

/** A number may be written in more than one way: lines with each value as the shortest text. */
const lines = (body: string): string[] => body.split('\n').map((line) => line.replace(/(?<=,v=)\S+/, (text) => String(Number(text))));

it('the body of a request is its lines by channel, each value the same double, and bodies written before it stay as they are', () => {
  const tagged: TagsOf = (channel) => (channel === 'FT-1' ? { turn: '2' } : {});
  for (const tags of [null, tagged]) {
    const bodyOf = bodyWriter('p 1', tags);
    const written: { readonly body: Buffer; readonly due: string[] }[] = [];
    fc.assert(
      fc.property(fc.array(sample, { minLength: 1, maxLength: 20 }), (batch) => {
        written.push({ body: bodyOf(Batch.of(batch)), due: byChannel(batch).map((one) => lineOf('p 1', one, tags?.(one.channel))) });
        for (const { body, due } of written) expect(lines(body.toString('utf8'))).toEqual(due);
      }),
    );
  }
});

it('a body grows to any size, of more channels than are remembered too', () => {
  const batch = Array.from({ length: 4_000 }, (_, i): Sample => {
    const good = { quality: 'good', reason: 'none', origin: 'device', raw: null } as const;
    return { channel: `channel ${'x'.repeat(30)} ${i % 1_500}`, timeMs: i, value: Math.sin(i), ...good };
  });
  const bodyOf = bodyWriter('p', null, 1_000);
  const due = byChannel(batch)
    .map((one) => lineOf('p', one))
    .join('\n');
  for (const _ of [1, 2]) expect(bodyOf(Batch.of(batch)).toString() === due).toBe(true);
});
