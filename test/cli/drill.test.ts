import { spawnSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { DrillReport } from '../../cli/drill.ts';

const PLANT = `
liangheng: 1
plant: { id: two-meters, name: 试验厂, jurisdiction: yunnan }
units: [{ id: P, name: 厂, level: plant }]
media: [{ id: water, name: 水, unit: m3, content: { water: 1 } }]
meters:
  - { id: IN, name: 进水, kind: counter, unit: m3, accuracy: { class: "1", percentOfReading: 1 }, maxGap: 30min }
  - { id: OUT, name: 出水, kind: counter, unit: m3, accuracy: { class: "1", percentOfReading: 1 }, maxGap: 30min }
streams:
  - { id: in, name: 进水, from: ENV, to: P, medium: water, amount: { by: meter, meter: IN } }
  - { id: out, name: 出水, from: P, to: ENV, medium: water, amount: { by: meter, meter: OUT } }
balances: [{ id: water, kind: water, unit: m3 }]
`;

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
    expect(spawnSync('ls', [data]).status).not.toBe(0);
  });
});
