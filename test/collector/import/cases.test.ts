import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { readImport } from '../../../collector/import/file.ts';
import type { Plant } from '../../../config/plant/plant.ts';
import { Fault, Faults } from '../../../config/words/fault.ts';
import { importingPlant } from './plant.ts';

/**
 * Each folder of test/cases/import is a file as someone had it, with what must come of it: case.yaml names the meters and what was said on
 * the command line, expected.txt the readings, one a line, and the problems that are told of. A report from the field becomes a test
 * without code.
 */
const FOLDER = fileURLToPath(new URL('../../cases/import/', import.meta.url));
const NOW_MS = Date.parse('2026-04-01T00:00:00Z');

const caseSchema = z.strictObject({
  about: z.string(),
  file: z.string().default('input.csv'),
  origin: z.enum(['import', 'manual', 'laboratory']).default('import'),
  precision: z.enum(['ns', 'us', 'ms', 's']).default('ns'),
  said: z.record(z.string(), z.string().nullable()).default({}),
  fault: z.string().optional(),
  meters: z.array(z.record(z.string(), z.unknown())),
});

async function imported(plant: Plant, folder: string, given: z.infer<typeof caseSchema>): Promise<string> {
  const { file, origin, precision, said } = given;
  const { samples, faults } = await readImport(plant, join(folder, file), {
    origin,
    precision,
    said,
    nowMs: NOW_MS,
    remembered: async () => null,
  });
  const lines = samples.map(({ timeMs, channel, value, quality, reason, raw }) => {
    const time = new Date(timeMs + plant.offsetMinutes * 60_000).toISOString().slice(0, -1);
    return [time, channel, value ?? '—', quality, reason, raw === null ? '' : `“${raw}”`].join('  ').trimEnd();
  });
  const problems = faults.map(({ code, place, en }) => `! ${code} ${place.slice(folder.length + 1)}: ${en}`);
  return `${[...lines, ...problems].join('\n')}\n`;
}

describe.each(readdirSync(FOLDER).sort())('%s', (name) => {
  const folder = join(FOLDER, name);
  const given = caseSchema.parse(parse(readFileSync(join(folder, 'case.yaml'), 'utf8')));

  it(given.about, async () => {
    const plant = importingPlant(given.meters);
    if (given.fault !== undefined) {
      const error: unknown = await imported(plant, folder, given).catch((cause: unknown) => cause);
      const faults = error instanceof Faults ? error.faults : [error];
      expect(new Set(faults.map((fault) => (fault instanceof Fault ? fault.code : fault)))).toEqual(new Set([given.fault]));
      return;
    }
    expect(existsSync(join(folder, 'expected.txt')), 'a case without expected.txt').toBe(true);
    expect(await imported(plant, folder, given)).toBe(readFileSync(join(folder, 'expected.txt'), 'utf8'));
  });
});
