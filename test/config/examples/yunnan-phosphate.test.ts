import { expect, test } from 'vitest';
import { loadPlant } from '../../../config/plant/load.ts';

const plant = await loadPlant('config/examples/yunnan-phosphate');

// What its balances come to over 200 seeds stands in test/balance/example.test.ts.
test('it is a plant of the size and kind that it says it is', () => {
  expect(plant.meters.size).toBeGreaterThanOrEqual(60);
  for (const level of [1, 2, 3]) expect(plant.file.points.filter((point) => point.level === level).length).toBeGreaterThanOrEqual(10);
  expect(new Set(plant.file.balances.map(({ kind }) => kind))).toEqual(new Set(['material', 'water', 'energy', 'pollutant']));
  expect(plant.simulated).toBe(true);
  expect(plant.file.points.some(({ exempt }) => exempt !== undefined)).toBe(true);
  expect(plant.file.streams.filter(({ role }) => role === 'recycle').length).toBeGreaterThanOrEqual(4);
});
