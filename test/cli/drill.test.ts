import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { DrillReport } from '../../cli/drill.ts';
import { twoMeters } from './two-meters.ts';

const PLANT = twoMeters();

describe('drill PLANT', () => {
  it('kills, counts, compares, and leaves the plant alone', () => {
    const dir = mkdtempSync(join(tmpdir(), 'liangheng-drill-plant-'));
    writeFileSync(join(dir, 'plant.yaml'), PLANT);
    const data = join(dir, 'data');
    const done = spawnSync(process.execPath, ['--import', 'tsx', 'cli/main.ts', 'drill', dir, '--seconds', '3', '--json'], {
      encoding: 'utf8',
      env: { ...process.env, LIANGHENG_DATA: data },
    });
    expect(done.stderr).toBe('');
    const report = JSON.parse(done.stdout) as DrillReport;
    expect(done.status).toBe(0);
    expect(report).toMatchObject({ plant: 'two-meters', lost: 0, chain: 'whole' });
    expect(report.faults.killed).toBeGreaterThan(0);
    expect(report.samples).toBeGreaterThanOrEqual(2 * report.acknowledged);
    expect(report.stores.map(({ missing, different, extra }) => [missing, different, extra])).toEqual([
      [0, 0, 0],
      [0, 0, 0],
    ]);
    expect(existsSync(data)).toBe(false);
  });
});
