import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { centralChannel, decodeMessage, encodeMessage, placeOf } from '../../../collector/stores/mqtt/message.ts';
import { sample } from './contract.ts';

const name = fc.string({ unit: 'binary', minLength: 1 });
const plant = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9_-]{0,20}$/);
const turned = fc
  .record({
    channel: name,
    timeMs: fc.integer({ min: 0, max: 4e12 }),
    value: fc.option(fc.double({ noNaN: true, noDefaultInfinity: true })),
    turn: fc.nat(),
  })
  .map(({ channel, timeMs, value, turn }) => ({ sample: sample(channel, timeMs, value), turn }));

const LINE = 's\t2026-03-01T00:00:00.000Z\tF1\t5\tgood\tnone\tdevice\tab';

describe('a message of samples', () => {
  it('gives back what was sent', () => {
    fc.assert(
      fc.property(plant, fc.array(turned), (id, samples) => {
        expect(decodeMessage(encodeMessage({ plant: id, samples }))).toEqual({ plant: id, samples });
      }),
    );
  });

  it.each([
    '',
    'liangheng samples 1\tp1',
    'liangheng samples 2\tp1\n',
    'liangheng samples 1\ta/b\n',
    'liangheng samples 1\tp1\nx\n',
    '{"v":1}',
    // What a journal would refuse or a store could not name, so that it must not come that far: a broker would send it for ever.
    `liangheng samples 1\tp1\n${LINE.replace('good', 'missing')}\n`,
    `liangheng samples 1\tp1\n${LINE.replace('\t5\t', '\t\t')}\n`,
    `liangheng samples 1\tp1\n${LINE.replace('F1', '')}\n`,
    `liangheng samples 1\tp1\n1.5\t${LINE}\n`,
  ])('is not %j', (text) => {
    expect(() => decodeMessage(text)).toThrow(SyntaxError);
  });

  it('is one that another program wrote in the same words', () => {
    expect(decodeMessage(`liangheng samples 1\tp1\n${LINE}\n`).samples[0]).toMatchObject({ turn: 0, sample: { channel: 'F1', value: 5 } });
  });

  it('names channels so that plant, turn and channel are found again', () => {
    fc.assert(
      fc.property(plant, fc.nat(), name, (id, turn, channel) => {
        expect(placeOf(centralChannel(id, turn, channel))).toEqual({ plant: id, turn, channel });
      }),
    );
  });
});
