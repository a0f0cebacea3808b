import { mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Results } from '../../balance/report/results.ts';
import { openJournal } from '../../collector/journal/journal.ts';
import type { JournalRecord } from '../../collector/journal/record.ts';
import { type Called, called } from './called.ts';

const HOUR = 3_600_000;
const T0 = Date.parse('2026-03-01T00:00:00+08:00');

/** Two counters read every ten minutes for 96 h; `lossPercent` of what enters does not come out. */
function readings(lossPercent: number): JournalRecord[] {
  const records: JournalRecord[] = [];
  for (let ms = T0; ms <= T0 + 96 * HOUR; ms += HOUR / 6) {
    for (const [channel, rate] of [['IN', 100] as const, ['OUT', 100 - lossPercent] as const]) {
      const value = (rate * (ms - T0)) / HOUR;
      records.push({
        kind: 'sample',
        sample: { channel, timeMs: ms, value, quality: 'good', reason: 'none', origin: 'simulated', raw: null },
      });
    }
  }
  return records;
}

const meter = (id: string) =>
  `{ id: ${id}, name: 表, kind: counter, unit: m3, accuracy: { class: "1", percentOfReading: 1 }, maxGap: 30min, verification: { certificate: A, date: 2026-01-01, due: 2027-01-01 } }`;
const PLANT = `
liangheng: 1
plant: { id: two-meters, name: 试验厂, jurisdiction: yunnan }
units: [{ id: P, name: 厂, level: plant }]
media: [{ id: water, name: 水, unit: m3, content: { water: 1 } }]
meters: [${meter('IN')}, ${meter('OUT')}]
points: [{ id: P1-in, name: 取水, kind: water, level: 1, unit: P, meters: [{ meter: IN }] }]
streams:
  - { id: in, name: 进水, from: ENV, to: P, medium: water, amount: { by: meter, meter: IN } }
  - { id: out, name: 出水, from: P, to: ENV, medium: water, amount: { by: meter, meter: OUT } }
balances: [{ id: water, kind: water, unit: m3 }]
`;

describe('report PLANT', () => {
  let dir: string;
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'liangheng-report-'));
    await writeFile(join(dir, 'plant.yaml'), PLANT);
    vi.stubEnv('LIANGHENG_DATA', join(dir, 'data'));
  });
  afterEach(() => {
    vi.unstubAllEnvs();
  });

  async function report(lossPercent: number, ...args: readonly string[]): Promise<Called> {
    const log = await openJournal(join(dir, 'data', 'two-meters', 'journal'), { plant: 'two-meters' });
    await log.append(readings(lossPercent));
    await log.close();
    return called('report', dir, '--out', join(dir, 'out', 'new'), ...args);
  }

  it('writes the page, the document, the workbook and the results, and says where', async () => {
    const { status, out, err } = await report(0);
    expect(status).toBe(0);
    const written = ['facts.json', 'report.docx', 'report.html', 'report.xlsx', 'results.json'];
    expect((await readdir(join(dir, 'out', 'new'))).sort()).toEqual(written);
    expect(out.trim().split('\n').sort()).toEqual(written.map((name) => join(dir, 'out', 'new', name)));
    for (const [done, name] of ['report.html', 'facts.json', 'results.json', 'report.xlsx', 'report.docx'].entries())
      expect(err).toContain(`${done + 1}/5 ${join(dir, 'out', 'new', name)}`);
  });

  it('prints with --json what results.json holds', async () => {
    const { out } = await report(0, '--json', '--lang', 'en');
    const { files, ...results } = JSON.parse(out) as Results & { files: string[] };
    expect(results).toEqual(JSON.parse(await readFile(join(dir, 'out', 'new', 'results.json'), 'utf8')));
    expect(results.balances.window.hours).toBe(72);
    // Coverage stands as of the window's end, not as of today.
    expect(results.coverage.at).toBe('2026-03-04T23:59:59.999+08:00');
    expect(files.length).toBe(5);
    expect(await readFile(files.find((name) => name.endsWith('.html'))!, 'utf8')).toContain('Water balance');
  });

  it('exits 1 where a balance is open, and under 72 h', async () => {
    expect((await report(10)).status).toBe(1);
    expect((await report(10, '--from', '2026-03-02', '--to', '2026-03-03')).status).toBe(1);
    expect(await readFile(join(dir, 'out', 'new', 'report.html'), 'utf8')).toContain('不足 72 小时');
  });
});
