import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { SavingsReport } from '../../balance/audit/savings.ts';
import { openJournal } from '../../collector/journal/journal.ts';
import type { JournalRecord } from '../../collector/journal/record.ts';
import { called } from './called.ts';

const HOUR = 3_600_000;
const at = (day: string) => Date.parse(`${day}T00:00:00+08:00`);
const meter = (id: string, unit: string) =>
  `{ id: ${id}, name: ${id}, kind: counter, unit: ${unit}, accuracy: { class: "1", percentOfReading: 1 }, maxGap: 2h }`;
const PLANT = `
liangheng: 1
plant: { id: register, name: 试验厂, jurisdiction: yunnan }
units: [{ id: P, name: 厂, level: plant }]
media: [{ id: water, name: 水, unit: m3, content: { water: 1 } }, { id: acid, name: 酸, unit: t }]
meters: [${meter('FW', 'm3')}, ${meter('FA', 't')}]
streams:
  - { id: in, name: 取水, from: ENV, to: P, medium: water, amount: { by: meter, meter: FW } }
  - { id: acid, name: 酸, from: P, to: ENV, medium: acid, amount: { by: meter, meter: FA } }
balances: [{ id: water, kind: water, unit: m3 }]
products: [{ id: acid, name: 酸, unit: t, streams: [acid] }]
`;
const OPTIONS = `
auditRound: { from: 2026-01-01 }
options:
  - id: reuse
    name: 回用
    cost: no-low
    proposed: 2026-01-02
    done: 2026-01-10
    investment: { amount: 20000, unit: 元 }
    saves:
      - { balance: water, streams: [in], product: acid, before: { from: 2026-01-05, to: 2026-01-08 }, after: { from: 2026-01-12, to: 2026-01-15 } }
`;

describe('options PLANT', () => {
  let dir: string;
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'liangheng-options-'));
    vi.stubEnv('LIANGHENG_DATA', join(dir, 'data'));
    const log = await openJournal(join(dir, 'data', 'register', 'journal'), { plant: 'register' });
    const records: JournalRecord[] = [];
    let water = 0;
    for (let timeMs = at('2026-01-04'); timeMs <= at('2026-01-16'); timeMs += HOUR) {
      for (const [channel, value] of [['FW', water] as const, ['FA', (10 * (timeMs - at('2026-01-04'))) / HOUR] as const]) {
        records.push({ kind: 'sample', sample: { channel, timeMs, value, quality: 'good', reason: 'none', origin: 'device', raw: null } });
      }
      water += timeMs < at('2026-01-10') ? 100 : 92.5;
    }
    await log.append(records);
    await log.close();
  });
  afterEach(() => vi.unstubAllEnvs());
  const run = async (text: string, ...args: readonly string[]) => {
    await writeFile(join(dir, 'plant.yaml'), text);
    return called('options', dir, ...args);
  };

  it('tells what each option saved', async () => {
    const { options, sums } = JSON.parse((await run(PLANT + OPTIONS, '--json')).out) as SavingsReport;
    expect(options[0]!.saves[0]!.saved!.percent).toBeCloseTo(7.5, 6);
    expect(sums[0]).toMatchObject({ proposed: 1, done: 1, investmentDone: 2 });
    const { out } = await run(PLANT + OPTIONS);
    expect(out).toContain('回用');
    expect(out).toMatch(/7\.5 % ± \d\.\d %/);
  });

  it('refuses a plant file without a register', async () => {
    expect((await run(PLANT)).err).toMatch(/no register/);
  });
});
