import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ChannelsOfMeters } from '../../../config/plant/channels.ts';
import { checkPlant } from '../../../config/plant/check.ts';
import { compacted } from '../../../config/plant/compact.ts';
import type { Meter } from '../../../config/plant/schema.ts';
import { type channelSchema, meterSchema } from '../../../config/plant/schema.ts';

type Fields = (typeof channelSchema)['_output'];

const fields = fc.record({ kind: fc.constantFrom('counter' as const, 'rate' as const), unit: fc.constantFrom('m3', 'kWh', 'm3/h') });
const name = fc.constantFrom('a', 'b', 'flow', 'toString', 'constructor');
const meters = fc
  .uniqueArray(fc.tuple(fc.stringMatching(/^[A-Z][0-9_-]{0,3}$/), fields, fc.dictionary(name, fields, { noNullPrototype: true })), {
    selector: ([id]) => id,
    maxLength: 6,
  })
  .map((list) => list.map(([id, own, channels]): Meter => meterSchema.parse({ id, name: id, ...own, channels })));

test('a channel is looked up by its id, and listed, as if each stood in a list of its own', () => {
  fc.assert(
    fc.property(meters, (list) => {
      const channels = new ChannelsOfMeters(new Map(list.map((meter) => [meter.id, meter])));
      const expected = list.flatMap((meter) => [
        { id: meter.id, meter, kind: meter.kind, unit: meter.unit },
        ...Object.entries(meter.channels as Record<string, Fields>).map(([further, { kind, unit }]) => ({
          id: `${meter.id}.${further}`,
          meter,
          kind,
          unit,
        })),
      ]);
      const found = expected.map(({ id }) => channels.get(id));
      expect(found).toEqual(expected);
      expect([...channels.values()]).toEqual(expected);
      expect([...channels.keys()]).toEqual(expected.map(({ id }) => id));
      expect(channels.size).toBe(expected.length);
      for (const { id } of list) {
        for (const other of ['', 'valueOf', '__proto__', 'x.y']) expect(channels.has(`${id}.${other}`)).toBe(false);
        expect(channels.has(`${id}x`)).toBe(false);
      }
    }),
  );
});

test('the meters of the example say the same in half the memory', () => {
  const path = 'config/examples/yunnan-phosphate/plant.yaml';
  const { file } = checkPlant(readFileSync(path, 'utf8'), path, 0);
  expect(file!.meters.length).toBeGreaterThan(10);
  expect(compacted(file!)).toEqual(file);
});
