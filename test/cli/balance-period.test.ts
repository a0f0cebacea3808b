import { describe, expect, it } from 'vitest';
import type { BalanceReport } from '../../balance/media/result.ts';
import type { JournalRecord } from '../../collector/journal/record.ts';
import { balanceAt } from './balance-at.ts';
import { refused } from './called.ts';

const HOUR = 3_600_000;
const T0 = Date.parse('2026-03-01T00:00:00+08:00');

describe('balance PLANT --period', () => {
  const at = balanceAt();

  it('takes the production days that it names, and no ends beside them', async () => {
    const records = Array.from({ length: 240 }, (_, k): JournalRecord[] =>
      (['IN', 'OUT'] as const).map((channel) => ({
        kind: 'sample',
        sample: { channel, timeMs: T0 + (k * HOUR) / 2, value: 50 * k, quality: 'good', reason: 'none', origin: 'simulated', raw: null },
      })),
    ).flat();
    await at.journal(records);
    const { out } = await at.run(at.dir(), '--period', '2026-03-01..2026-03-03', '--json');
    const { window } = JSON.parse(out) as BalanceReport;
    expect(window.hours).toBe(72);
    expect(window.from).toMatch(/^2026-03-01T/);
    for (const args of [
      ['--period', 'yesterday'],
      ['--period', '2026-03-01', '--from', '2026-03-01'],
    ])
      expect(await at.run(at.dir(), ...args)).toMatchObject(refused('window.period'));
  });
});
