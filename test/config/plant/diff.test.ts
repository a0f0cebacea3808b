import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { differencesOf } from '../../../config/plant/diff.ts';
import { parsePlant } from '../../../config/plant/load.ts';
import { plantSchema } from '../../../config/plant/schema.ts';

const VALID = readFileSync(new URL('../../cases/plant-file/valid/plant.yaml', import.meta.url), 'utf8');
const fileOf = (text: string) => parsePlant(text, 'plant.yaml').file;

/** What replacing a stretch of the valid file changes, as `section/id: effects`. */
function effectOf(from: string, to: string): readonly string[] {
  expect(VALID).toContain(from);
  return differencesOf(fileOf(VALID), fileOf(VALID.replace(from, to))).map(
    ({ section, id, change, effects }) => `${change} ${section}/${id}: ${effects.join(' ')}`,
  );
}

describe('what a change touches', () => {
  test.each([
    ['ct: 400/5', 'ct: 600/5', 'changed meters/EM1: totals'],
    ['order: CDAB', 'order: ABCD', 'changed meters/FT1: reading totals'],
    ['order: CDAB', 'order: CDAB, change: { absolute: 1 }', 'changed meters/FT1: reading'],
    ['name: 电表', 'name: 总电表', 'changed meters/EM1: description'],
    ['certificate: A-1', 'certificate: A-2', 'changed meters/FT1: coverage'],
    ['port: 1502', 'port: 1503', 'changed devices/bus: reading'],
    ['value: 1.5, unit: GJ/h', 'value: 1.6, unit: GJ/h', 'changed streams/s-loss: totals'],
    ['value: 250, unit: kW', 'value: 260, unit: kW', 'changed units/E1: coverage'],
    ['jurisdiction: test', 'jurisdiction: other', 'changed plant/acid: totals coverage'],
  ])('%s → %s', (from, to, effect) => expect(effectOf(from, to)).toEqual([effect]));

  test('a field that comes, goes or changes is named with both values', () => {
    const [difference] = differencesOf(
      fileOf(VALID),
      fileOf(VALID.replace('ct: 400/5', 'ct: 600/5').replace('id: EM1, ', 'id: EM1, serial: X1, ')),
    );
    expect(difference?.fields).toEqual([
      { path: 'ratios.0.ct', before: '400/5', after: '600/5' },
      { path: 'serial', before: null, after: 'X1' },
    ]);
  });

  test('items come and go by id', () => {
    const line = VALID.split('\n').find((candidate) => candidate.includes('id: MP3'))!;
    expect(effectOf(`${line}\n`, '')).toEqual(['removed points/MP3: coverage totals']);
    expect(effectOf('id: MP3', 'id: MP4')).toEqual(['removed points/MP3: coverage totals', 'added points/MP4: coverage totals']);
  });
});

test('a change of any part of the file is told: nothing is applied that `check --diff` keeps quiet about', () => {
  const file = fileOf(VALID);
  const { liangheng: _, ...parts } = plantSchema.shape;
  for (const part of Object.keys(parts) as (keyof typeof parts)[]) {
    const other = Array.isArray(file[part] ?? []) ? [{ id: 'another' }] : { ...(file[part] as object), another: 1 };
    const told = differencesOf(file, { ...file, [part]: other });
    expect([...new Set(told.map(({ section }) => section))]).toEqual([part]);
    expect(told.every(({ effects }) => effects.length > 0)).toBe(true);
  }
});

test('the order of items means nothing', () => {
  const file = fileOf(VALID);
  fc.assert(
    fc.property(fc.shuffledSubarray(file.meters, { minLength: file.meters.length }), (meters) => {
      expect(differencesOf(file, { ...file, meters })).toEqual([]);
    }),
    { numRuns: 50 },
  );
});
