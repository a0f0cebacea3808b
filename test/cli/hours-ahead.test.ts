import { expect, test } from 'vitest';
import { stringify } from 'yaml';
import { specsAhead } from '../../cli/hours-ahead.ts';
import { parsePlant } from '../../config/plant/load.ts';

/** A plant of so many rates of an interval; the last three are named, by two streams and a metering point, and those given by streams. */
function plantOf(meters: number, every: string, named: readonly number[] = []) {
  const id = (at: number): string => `M${meters - at}`;
  const stream = (name: string, amount: object) => ({ id: name, name, medium: 'water', from: 'ENV', to: 'P', amount });
  return parsePlant(
    stringify({
      liangheng: 1,
      plant: { id: 'p', name: '厂', jurisdiction: 'none' },
      units: [{ id: 'P', name: '全厂', level: 'plant' }],
      media: [{ id: 'water', name: '水', kind: 'water', unit: 'm3' }],
      devices: [{ id: 'd', protocol: 'modbus-tcp', host: '127.0.0.1', port: 1502 }],
      meters: Array.from({ length: meters }, (_, at) => ({
        id: `M${at}`,
        name: `M${at}`,
        kind: 'rate',
        unit: 'm3/h',
        read: { device: 'd', unit: 1, table: 'holding', address: { pdu: at * 2 }, type: 'float32', every },
      })),
      streams: [
        ...named.map((at) => stream(`n${at}`, { by: 'meter', meter: `M${at}` })),
        stream('s1', { by: 'meter', meter: id(1) }),
        stream('s2', { by: 'meter', meter: id(2) }),
      ],
      points: [{ id: 'A1', name: '点', kind: 'water', level: 1, unit: 'P', meters: [{ meter: id(3) }] }],
    }),
    'plant.yaml',
  );
}

test('all channels of a plant whose readings of two hours have room in memory', () => {
  const plant = plantOf(400, '1min');
  expect(specsAhead(plant).map(({ channel }) => channel)).toHaveLength(plant.channels.size);
});

test('of a plant with more, what the plant file names', () => {
  const ahead = specsAhead(plantOf(500, '1s')).map(({ channel }) => channel);
  expect(new Set(ahead)).toEqual(new Set(['M497', 'M498', 'M499']));
});

test('of what the plant file names, as many as there is room for', () => {
  const streams = (count: number) =>
    specsAhead(
      plantOf(
        count,
        '1s',
        Array.from({ length: count }, (_, at) => at),
      ),
    ).map(({ channel }) => channel);
  expect(streams(300)).toHaveLength(300);
  // 7,200 readings in columns of 8,192, and 100 for the channel, of three millions less 30 for each channel.
  expect(streams(500)).toHaveLength(Math.floor((3_000_000 - 30 * 500) / 8_292));
});
