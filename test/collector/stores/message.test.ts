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
  ])('is not %j', (text) => {
    expect(() => decodeMessage(text)).toThrow(SyntaxError);
  });

  it('names channels so that plant, turn and channel are found again', () => {
    fc.assert(
      fc.property(plant, fc.nat(), name, (id, turn, channel) => {
        expect(placeOf(centralChannel(id, turn, channel))).toEqual({ plant: id, turn, channel });
      }),
    );
  });
});
