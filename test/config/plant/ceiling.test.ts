import { expect, it } from 'vitest';
import { specOf } from '../../../balance/window/spec.ts';
import { parsePlant, plantOf } from '../../../config/plant/load.ts';

it('a counter rises no faster than its ceiling, else than a quarter above its range, which is that of its flow', () => {
  const text = (meters: string) => `liangheng: 1
plant: { id: p, name: 厂, jurisdiction: none }
units: [{ id: P, name: 厂, level: plant }]
meters:
${meters}`;
  const { file } = parsePlant(
    text(`  - { id: A, name: A, kind: counter, unit: m3, range: [0, 200], ceiling: 220 }
  - { id: B, name: B, kind: counter, unit: m3, range: [2, 200] }
  - { id: C, name: C, kind: counter, unit: m3 }
  - { id: D, name: D, kind: rate, unit: m3/h, range: [0, 200], channels: { total: { kind: counter, unit: m3 } } }
`),
    'plant.yaml',
  );
  const plant = plantOf(file, 'plant.yaml');
  const ceilings = [...plant.channels.values()].map((channel) => [channel.id, specOf(channel, 480).ceilingPerHour]);
  expect(ceilings).toEqual([
    ['A', 220],
    ['B', 250],
    ['C', null],
    ['D', null],
    // A rate of the same meter says nothing of its counter: whether the two agree is another question.
    ['D.total', null],
  ]);
});
