import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sampleAt } from '../../../../collector/sample/batch.ts';
import { asRead, encodeRegisters } from '../../../../collector/simulate/encode.ts';
import { answered, questionOf } from '../../../../collector/sources/modbus/answer.ts';
import { modbusChannel, type Reading } from '../../../../collector/sources/modbus/channel.ts';
import { ofSignal } from '../../../../collector/sources/modbus/signal.ts';
import { modbusReadSchema } from '../../../../config/plant/reads.ts';
import type { ModbusRead } from '../../../../config/plant/schema.ts';
import { plantOf } from '../plants.ts';

const DEVICE = { id: 'd', protocol: 'modbus-tcp', host: '127.0.0.1', port: 1 };

/** The sample that registers in hex give, read as the plant file says. */
function read(fields: object, hex: string, more: object = {}) {
  const plant = plantOf([DEVICE], { m: { device: 'd', unit: 1, table: 'holding', ...fields } });
  const channel = { ...plant.channels.get('m')!, ...more };
  const wanted = modbusChannel(channel, channel.read as ModbusRead);
  const { unit, table, address, count } = wanted;
  const data = Buffer.from(hex.replaceAll(' ', ''), 'hex');
  return sampleAt(answered(questionOf({ unit, table, address, count, items: [wanted] }), data, 0, 'device', 'none'), 0);
}

describe('a channel', () => {
  const total = { address: { pdu: 103 }, type: 'uint32', plus: { address: { pdu: 105 }, type: 'uint32', scale: 0.001 } };

  it('adds the fraction of a total to its whole, from one request', () => {
    expect(read(total, '0000 04d2 0000 0237')).toMatchObject({ value: 1234.567, quality: 'good', raw: '0000 04d2 0000 0237' });
    const before = { address: { pdu: 8 }, type: 'uint16', plus: { address: { pdu: 4 }, type: 'float32' } };
    const sample = read(before, '3f00 0000 dead beef 0007');
    expect(sample.value).toBe(7.5);
  });

  it('is missing as a whole where one part is garbage', () => {
    const float = { address: { pdu: 0 }, type: 'uint16', plus: { address: { pdu: 1 }, type: 'float32' } };
    expect(read(float, '0007 7fc0 0000')).toMatchObject({ value: null, quality: 'missing', reason: 'garbage' });
  });

  it('reads back a divided total that a simulated meter serves', () => {
    const spec = modbusReadSchema.parse({ device: 'd', unit: 1, table: 'holding', ...total });
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 31 }), fc.integer({ min: 0, max: 999 }), (whole, thousandths) => {
        const value = whole + thousandths / 1000;
        const words = encodeRegisters(spec, value);
        const hex = words.map((word) => word.toString(16).padStart(4, '0')).join(' ');
        expect(read(total, hex).value).toBeCloseTo(value, 2);
      }),
    );
  });

  it('takes the power of ten from a register of its own, and has no value where that has none', () => {
    const power = { address: { pdu: 80 }, type: 'int16', exponent: { address: { pdu: 84 } } };
    expect(read(power, '04d2 ffff ffff ffff fffe')).toMatchObject({ value: 12.34, quality: 'good', raw: '04d2 ffff ffff ffff fffe' });
    expect(read({ ...power, exponent: { address: { pdu: 79 } } }, '0003 fff4').value).toBe(-12_000);
    expect(read(power, '04d2 0000 0000 0000 8000')).toMatchObject({ value: null, reason: 'device-fault' });
    expect(read(power, '04d2 0000 0000 0000 000b')).toMatchObject({ value: null, reason: 'garbage' });
    const spec = modbusReadSchema.parse({ device: 'd', unit: 1, table: 'holding', ...power });
    fc.assert(
      fc.property(fc.integer({ min: -(10 ** 6), max: 10 ** 6 }), fc.integer({ min: -6, max: 4 }), (mantissa, tens) => {
        const value = Number(`${mantissa}e${tens}`);
        const words = encodeRegisters(spec, value);
        const hex = words.map((word) => word.toString(16).padStart(4, '0')).join(' ');
        expect(Math.abs(read(power, hex).value! - value)).toBeLessThanOrEqual(Math.abs(value) * 1e-3);
        expect(asRead(spec, value)).toBeCloseTo(read(power, hex).value!, 9);
      }),
    );
  });

  it('cuts out a bit field, names states by text, and knows the numbers that mean nothing', () => {
    expect(read({ address: { pdu: 0 }, type: 'uint16', bits: [8, 11] }, '0a5f').value).toBe(10);
    const state = { address: { pdu: 0 }, type: 'string', length: 2, states: { RUN: 1, STOP: 0 } };
    expect(read(state, '5255 4e00')).toMatchObject({ value: 1, quality: 'good' });
    expect(read(state, '4641 494c')).toMatchObject({ value: null, reason: 'unknown-mark', raw: '4641 494c' });
    expect(read({ address: { pdu: 0 }, type: 'int16', invalid: [-32_768] }, '8000')).toMatchObject({
      value: null,
      reason: 'device-fault',
    });
  });
});

describe('a live-zero signal', () => {
  const signal = (more: object = {}) => ({
    ...modbusReadSchema.shape.signal.unwrap().parse(more),
    range: [0, 200] as const,
  });
  // NAMUR NE 43: 3.8 to 20.5 mA measure, 3.6 and below and 21 and above report a fault.
  it.each([
    [4, 0, 'none'],
    [12, 100, 'none'],
    [20, 200, 'none'],
    [3.8, -2.5, 'none'],
    [20.5, 206.25, 'none'],
    [3.7, -3.75, 'out-of-range'],
    [20.8, 210, 'out-of-range'],
    [3.6, null, 'device-fault'],
    [0, null, 'device-fault'],
    [21, null, 'device-fault'],
  ] as const)('%d mA is %s, %s', (current, value, reason) => {
    const read = ofSignal(signal(), current);
    expect(read.reason).toBe(reason);
    if (value === null) expect(read.value).toBeNull();
    else expect(read.value).toBeCloseTo(value, 9);
  });

  it('takes the root of a differential pressure, and nothing below the cut-off', () => {
    const root = signal({ characteristic: 'square-root', cutoffPercent: 10 });
    // A quarter of the pressure is half of the flow.
    expect(ofSignal(root, 8).value).toBeCloseTo(100, 9);
    expect(ofSignal(root, 4.1).value).toBe(0);
    expect(ofSignal(root, 3.9).value).toBe(0);
  });

  it('stands for the range from its lower end on, wherever that lies, and below the cut-off for the lower end', () => {
    const ends = fc
      .tuple(fc.integer({ min: -1000, max: 1000 }), fc.integer({ min: 1, max: 5000 }))
      .map(([low, wide]) => [low, low + wide] as const);
    fc.assert(
      fc.property(
        ends,
        fc.integer({ min: 0, max: 100 }),
        fc.integer({ min: 0, max: 20 }),
        fc.boolean(),
        ([low, high], percent, cutoff, root) => {
          const stated = modbusReadSchema.shape.signal
            .unwrap()
            .parse({ characteristic: root ? 'square-root' : 'linear', cutoffPercent: cutoff });
          const share = percent / 100;
          const { value, reason } = ofSignal({ ...stated, range: [low, high] }, 4 + 16 * (root ? share * share : share));
          // At the cut-off itself the last digit decides.
          if (percent === cutoff) return;
          expect(value).toBeCloseTo(percent < cutoff ? low : low + share * (high - low), 6);
          expect(reason).toBe('none');
        },
      ),
    );
  });

  it('has no faults where the zero is not live, unless they are stated', () => {
    expect(ofSignal(signal({ from: 0, to: 20 }), 0)).toEqual({ value: 0, reason: 'none' });
    expect(ofSignal(signal({ from: 0, to: 10, faults: [-1, 11] }), 11.5).reason).toBe('device-fault');
  });

  it('comes from counts by scale and offset', () => {
    const counts = { address: { pdu: 0 }, type: 'uint16', scale: 20 / 27_648, signal: {} };
    expect(read(counts, '4380', { range: [0, 10] }).value).toBeCloseTo(5.3125, 4);
    expect(read(counts, '0000', { range: [0, 10] })).toMatchObject({ value: null, reason: 'device-fault' });
  });
});

it('the bits of one answer are told apart', () => {
  const reading = { plain: false } as Reading;
  const items = Array.from({ length: 10 }, (_, at) => ({
    channel: `b${at}`,
    unit: 1,
    table: 'coil' as const,
    address: 20 + at,
    count: 1,
    everyMs: 1000,
    reading,
  }));
  const question = questionOf({ unit: 1, table: 'coil', address: 20, count: 10, items });
  const { values, raw } = answered(question, Buffer.of(0b0000_0101, 0b10), 0, 'device', 'none');
  expect([...values]).toEqual([1, 0, 1, 0, 0, 0, 0, 0, 0, 1]);
  expect(raw).toEqual({ kind: 'texts', texts: ['1', '0', '1', '0', '0', '0', '0', '0', '0', '1'] });
});
