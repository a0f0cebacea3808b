import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadPlant } from '../../../config/plant/load.ts';
import type { Plant } from '../../../config/plant/plant.ts';
import { freePort } from '../../free-port.ts';

export const EXAMPLE = join(import.meta.dirname, '../../../config/examples/yunnan-phosphate');

/** The example plant in a folder of its own, its devices at free ports of this machine. */
export async function exampleOnFreePorts(change: (plantText: string) => string = (text) => text): Promise<Plant> {
  let text = readFileSync(join(EXAMPLE, 'plant.yaml'), 'utf8');
  const ports = new Set([...text.matchAll(/127\.0\.0\.1(?::|, port: )(\d+)/g)].map(([, port]) => port as string));
  for (const port of ports) text = text.replaceAll(port, String(await freePort()));
  const folder = mkdtempSync(join(tmpdir(), 'liangheng-example-'));
  writeFileSync(join(folder, 'plant.yaml'), change(text));
  writeFileSync(join(folder, 'simulation.yaml'), readFileSync(join(EXAMPLE, 'simulation.yaml'), 'utf8'));
  return loadPlant(folder);
}
