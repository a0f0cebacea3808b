import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type FileOptions, readImport } from '../../../collector/import/file.ts';
import type { Sample } from '../../../collector/sample/sample.ts';
import { Faults } from '../../../config/words/fault.ts';
import { importingPlant } from './plant.ts';

let dir = '';
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'liangheng-file-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const plant = importingPlant([{ id: 'FT1', name: '进水表', kind: 'counter', unit: 'm3' }]);
const read = (content: string, more: Partial<FileOptions> = {}, name = 'a.csv') => {
  const file = join(dir, name);
  writeFileSync(file, content);
  return readImport(plant, file, { origin: 'import', nowMs: Date.UTC(2026, 3, 1), said: {}, remembered: async () => null, ...more });
};

describe('a file of readings', () => {
  it('with hundreds of thousands of rows that cannot be used names every one of them', async () => {
    const rows = 130_000;
    // The faults are counted, not looked into.
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    const { samples, faults } = await read(`时间,FT1\n2026-03-01 08:00,1\n${'2026年3月,2\n'.repeat(rows)}`);
    Error.stackTraceLimit = stackTraceLimit;
    expect([samples.length, faults.length, faults.at(-1)?.place]).toEqual([1, rows, `${join(dir, 'a.csv')}:${rows + 2}:1`]);
  });

  it('is held against the checks in the order of its times, and is none where nothing tells its columns', async () => {
    const seen: number[] = [];
    const judge = (sample: Sample): Sample => {
      seen.push(sample.timeMs);
      return { ...sample, quality: 'suspect', reason: 'spike' };
    };
    const { samples } = await read('时间,FT1\n2026-03-01 09:00,2\n2026-03-01 08:00,1\n', { judge });
    expect(samples.map(({ value, reason }) => [value, reason])).toEqual([
      [1, 'spike'],
      [2, 'spike'],
    ]);
    expect(seen).toEqual(samples.map(({ timeMs }) => timeMs));
    for (const content of ['', 'a,b\n1,2\n']) await expect(read(content)).rejects.toThrow(Faults);
  });

  it('takes what was remembered of such a file, where it still says what its columns mean', async () => {
    const headings: (readonly string[])[] = [];
    const known = { time: '时间', clock: null, long: null, channels: { 备用: 'FT1' } };
    const remembered: FileOptions['remembered'] = async (asked) => {
      headings.push(asked);
      return known;
    };
    const { samples, mapped } = await read('时间,备用\n2026-03-01 08:00,5\n', { remembered });
    expect(samples).toMatchObject([{ channel: 'FT1', value: 5 }]);
    expect(mapped[0]?.mapping).toEqual(known);
    expect(headings).toEqual([['时间', '备用']]);
  });

  it('has a print of its bytes, and one that is not there is a fault with its place', async () => {
    const text = '时间,FT1\n2026-03-01 08:00,1\n';
    expect((await read(text)).sha256).toBe(createHash('sha256').update(text).digest('hex'));
    const gone = join(dir, 'gone.lp');
    await expect(readImport(plant, gone, { origin: 'import', nowMs: 0, said: {}, remembered: async () => null })).rejects.toMatchObject({
      code: 'import.file',
      place: gone,
    });
  });
});
