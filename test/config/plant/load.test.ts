import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { loadPlant, parsePlant } from '../../../config/plant/load.ts';
import { Faults } from '../../../config/words/fault.ts';

const VALID = readFileSync(new URL('../../cases/plant-file/valid/plant.yaml', import.meta.url), 'utf8');

describe('a valid plant', () => {
  const plant = parsePlant(VALID, 'plant.yaml');

  test('is looked up by id, further readings as meter.name', () => {
    expect([...plant.channels.keys()]).toEqual(['FT1', 'FT1.flow', 'AT1', 'LT1', 'WT1', 'EM1']);
    expect(plant.channels.get('FT1.flow')).toMatchObject({ id: 'FT1.flow', kind: 'rate', unit: 'm3/h', meter: { id: 'FT1' } });
    expect(plant.channels.get('FT1')).not.toHaveProperty('channels');
    expect(plant.streams.get('s-heat')?.medium).toBe('heat');
    expect(plant.offsetMinutes).toBe(480);
  });

  test('takes what the schema says where the file says nothing', () => {
    expect(plant.meters.get('FT1')?.read).toMatchObject({ every: '60s', scale: 1, offset: 0 });
    expect(plant.file.stores).toEqual([{ engine: 'duckdb', threads: 1, memory: '512MB' }]);
  });

  test('is found in its folder', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'plant-'));
    writeFileSync(join(folder, 'plant.yaml'), VALID);
    expect((await loadPlant(folder)).path).toBe(join(folder, 'plant.yaml'));
    expect((await loadPlant(join(folder, 'plant.yaml'))).id).toBe('acid');
    await expect(loadPlant(join(folder, 'other.yaml'))).rejects.toBeInstanceOf(Faults);
  });
});

describe('whatever is done to a valid file, loading it works or tells faults with their places', () => {
  const value = parse(VALID) as unknown;
  const paths = pathsOf(value);

  test('each single key or item deleted', () => {
    for (const path of paths) loads(edited(value, path, (parent, key) => remove(parent, key)));
  });

  test('each single key renamed', () => {
    for (const path of paths) loads(edited(value, path, (parent, key) => rename(parent, key)));
  });

  test('a value replaced by anything', () => {
    fc.assert(
      fc.property(fc.constantFrom(...paths), fc.anything({ maxDepth: 2 }), (path, anything) => {
        loads(edited(value, path, (parent, key) => Object.assign(parent, { [key]: plainOf(anything) })));
      }),
      { numRuns: 200 },
    );
  });

  test('a stretch of the text cut out or doubled', () => {
    fc.assert(
      fc.property(fc.nat(VALID.length), fc.nat(40), fc.boolean(), (start, length, doubled) => {
        const cut = VALID.slice(start, start + length);
        loads(VALID.slice(0, start) + (doubled ? cut + cut : '') + VALID.slice(start + length));
      }),
      { numRuns: 200 },
    );
  });
});

function loads(text: string): void {
  try {
    parsePlant(text, 'plant.yaml');
  } catch (error) {
    if (!(error instanceof Faults)) throw error;
    expect(error.faults.length).toBeGreaterThan(0);
    for (const fault of error.faults) expect(fault.place).toMatch(/^plant\.yaml:\d+:\d+$/);
  }
}

type Key = string | number;

function pathsOf(value: unknown, path: readonly Key[] = []): (readonly Key[])[] {
  if (typeof value !== 'object' || value === null) return [];
  const keys: Key[] = Array.isArray(value) ? [...value.keys()] : Object.keys(value);
  return keys.flatMap((key) => [[...path, key], ...pathsOf((value as Record<Key, unknown>)[key], [...path, key])]);
}

function edited(value: unknown, path: readonly Key[], edit: (parent: Record<Key, unknown>, key: Key) => void): string {
  const copy = structuredClone(value);
  let parent = copy as Record<Key, unknown>;
  for (const key of path.slice(0, -1)) parent = parent[key] as Record<Key, unknown>;
  edit(parent, path.at(-1)!);
  return stringify(copy);
}

function remove(parent: Record<Key, unknown>, key: Key): void {
  if (Array.isArray(parent)) parent.splice(key as number, 1);
  else delete parent[key];
}

function rename(parent: Record<Key, unknown>, key: Key): void {
  if (Array.isArray(parent)) return;
  parent[`${key}x`] = parent[key];
  delete parent[key];
}

/** What YAML can write of an arbitrary value. */
function plainOf(value: unknown): unknown {
  try {
    return JSON.parse(JSON.stringify(value) ?? 'null');
  } catch {
    return null;
  }
}
