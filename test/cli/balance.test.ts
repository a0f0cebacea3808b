import { describe, expect, it } from 'vitest';
import type { BalanceReport } from '../../balance/media/result.ts';
import type { JournalRecord } from '../../collector/journal/record.ts';
import { balanceAt } from './balance-at.ts';
import { refused } from './called.ts';

const HOUR = 3_600_000;
const T0 = Date.parse('2026-03-01T00:00:00+08:00');

/** Two counters read every ten minutes for 96 h; `lossPercent` of what enters does not come out. */
function readings(lossPercent: number, fromHour = 0, toHour = 96): JournalRecord[] {
  const records: JournalRecord[] = [];
  for (let ms = T0 + fromHour * HOUR; ms <= T0 + toHour * HOUR; ms += HOUR / 6) {
    for (const [channel, rate] of [['IN', 100] as const, ['OUT', 100 - lossPercent] as const]) {
      const value = (rate * (ms - T0)) / HOUR;
      const sample = { channel, timeMs: ms, value, quality: 'good', reason: 'none', origin: 'simulated', raw: null } as const;
      records.push({ kind: 'sample', sample });
    }
  }
  return records;
}

describe('balance PLANT', () => {
  const at = balanceAt();
  const { journal } = at;
  const balance = (...args: readonly string[]) => at.run(at.dir(), ...args);
  /** The report that a run prints, and its exit status. */
  async function reported(...args: readonly string[]): Promise<BalanceReport & { readonly status: number }> {
    const { status, out } = await balance('--json', ...args);
    return { status, ...(JSON.parse(out) as BalanceReport) };
  }

  it('takes the last complete 72 h of what the journal holds, and exits 0', async () => {
    await journal(readings(0));
    const report = await reported();
    expect(report).toMatchObject({
      status: 0,
      plant: 'two-meters',
      window: { from: '2026-03-02T00:00:00+08:00', to: '2026-03-05T00:00:00+08:00', hours: 72 },
      revision: 1,
      depth: { auditBalance: true },
      journal: { from: 1 },
    });
    expect(report.journal!.sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(report.balances[0]).toMatchObject({ kind: 'water', boundary: 'P', verdict: 'closed', k: 2 });
    expect(report.balances[0]!.in).toBeCloseTo(7200, 6);
  });

  it('exits 1 where the plant is open beyond U', async () => {
    await journal(readings(10));
    const report = await reported();
    expect(report.status).toBe(1);
    expect(report.balances[0]!.closurePercent).toBeCloseTo(10, 6);
  });

  it('exits 1 under 72 h, and says that this is no audit balance', async () => {
    await journal(readings(0));
    const report = await reported('--from', '2026-03-02', '--to', '2026-03-04T23:00:00+08:00');
    expect(report).toMatchObject({ status: 1, window: { hours: 71 }, depth: { auditBalance: false } });
  });

  it('late data open a new revision, the same readings do not', async () => {
    const window = ['--from', '2026-03-02', '--to', '2026-03-05'];
    await journal(readings(0).filter((r) => r.kind === 'sample' && !(r.sample.channel === 'OUT' && r.sample.timeMs > T0 + 80 * HOUR)));
    const before = await reported(...window);
    expect(before.revision).toBe(1);
    expect(before.balances[0]!.streams.find(({ id }) => id === 'out')!.coverageOfQuantity).toBeLessThan(1);
    await journal(readings(0, 80, 96).filter((r) => r.kind === 'sample' && r.sample.channel === 'OUT'));
    const after = await reported(...window);
    expect(after.revision).toBe(2);
    expect(after.balances[0]!.streams.find(({ id }) => id === 'out')!.coverageOfQuantity).toBeCloseTo(1, 9);
    expect((await reported(...window)).revision).toBe(2);
  });

  it('prints a table without --json', async () => {
    await journal(readings(10));
    const { status, out } = await balance();
    expect(status).toBe(1);
    expect(out).toMatch(/水平衡/);
    expect(out).toMatch(/open-significant/);
    expect(out).toMatch(/no closure tolerance is set/);
  });

  it('without readings it says what to do', async () => {
    expect(await balance('--json')).toMatchObject(refused('balance.no-readings', 1));
    expect(await balance('--from', '2026-03-02', '--to', '2026-03-01')).toMatchObject(refused('window.empty'));
  });
});
