import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { simulatedMeters, startSimulation } from '../../../collector/simulate/simulate.ts';
import { loadPlant } from '../../../config/plant/load.ts';
import { Fault, Faults } from '../../../config/words/fault.ts';

const example = join(import.meta.dirname, '../../../config/examples/yunnan-phosphate');

/** The faults of the example after one replacement in its simulation file. */
async function faultsAfter(find: string, replacement: string): Promise<readonly Fault[]> {
  const folder = mkdtempSync(join(tmpdir(), 'liangheng-simulate-'));
  writeFileSync(join(folder, 'plant.yaml'), readFileSync(join(example, 'plant.yaml'), 'utf8'));
  const text = readFileSync(join(example, 'simulation.yaml'), 'utf8');
  expect(text).toContain(find);
  writeFileSync(join(folder, 'simulation.yaml'), text.replace(find, replacement));
  const plant = await loadPlant(folder);
  try {
    simulatedMeters(plant);
  } catch (error) {
    if (error instanceof Faults) return error.faults;
    if (error instanceof Fault) return [error];
    throw error;
  }
  return [];
}

test.each([
  ['an unknown key', 'seed: 20261', 'sead: 20261', 'simulation.shape', /simulation\.yaml:4:1$/],
  ['an unknown stream', 'domestic: { mean', 'domstic: { mean', 'simulation.unknown', /simulation\.yaml:\d+:\d+$/],
  ['a stream given twice', 'follow:\n', 'follow:\n  rock-feed: { rock-in: 1 }\n', 'simulation.twice', /simulation\.yaml:\d+:\d+$/],
  ['a stream left out', '  condensate: { steam-conc: 1 }\n', '', 'simulation.absent-stream', /simulation\.yaml/],
  ['a loop of followers', 'rock-in: { rock-feed: 1, stock-rock: 1 }', 'rock-in: { rock-in: 1 }', 'simulation.open', /simulation\.yaml/],
  ['a meter with nothing to read', '  EM-2002: { power-sap: 0.76 }\n', '', 'simulation.nothing-to-read', /simulation\.yaml/],
  ['a concentration without its truth', 'AT-6003: 7, ', '', 'simulation.concentration', /AT-6003/],
])('%s is a fault with its place', async (_name, find, replacement, code, place) => {
  const faults = await faultsAfter(find, replacement);
  expect(faults.map((fault) => fault.code)).toContain(code);
  expect(faults.find((fault) => fault.code === code)?.place).toMatch(place);
});

test('a plant that is not marked simulated is not simulated', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'liangheng-simulate-'));
  writeFileSync(
    join(folder, 'plant.yaml'),
    readFileSync(join(example, 'plant.yaml'), 'utf8').replace('simulated: true', 'simulated: false'),
  );
  writeFileSync(join(folder, 'simulation.yaml'), readFileSync(join(example, 'simulation.yaml'), 'utf8'));
  await expect(startSimulation(await loadPlant(folder))).rejects.toMatchObject({ code: 'simulation.real-plant' });
});
