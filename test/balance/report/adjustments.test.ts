import { describe, expect, it } from 'vitest';
import { adjustmentsOf } from '../../../balance/report/adjustments.ts';
import { reportHtml } from '../../../balance/report/html.ts';
import { hostilePlant, numbers } from './fixture.ts';

const plant = hostilePlant();
const { balances, coverage } = await numbers(plant);
const [water, ...others] = adjustmentsOf(balances);

describe('what reconciliation adjusted', () => {
  it('is every redundant amount of the balance, the clearest first: 3456.7 − 2300.5 − 950.75 m3 are shared out', () => {
    expect(water).toMatchObject({ balance: 'water', unit: 'm3' });
    expect(water!.adjustments.map(({ stream }) => stream).sort()).toEqual(['back', 'mid', 'out']);
    const of = (id: string) => water!.adjustments.find(({ stream }) => stream === id)!;
    expect(of('mid').adjustment - of('back').adjustment - of('out').adjustment).toBeCloseTo(-(3456.7 - 2300.5 - 950.75), 6);
    for (const { measured, reconciled, adjustment, percent, why } of water!.adjustments) {
      expect(measured + adjustment).toBeCloseTo(reconciled, 9);
      expect(percent).toBeCloseTo((100 * adjustment) / measured, 9);
      expect(why).toBe('suspect');
    }
    const tests = water!.adjustments.map(({ test }) => test ?? 0);
    expect(tests).toEqual([...tests].sort((a, b) => b - a));
  });

  it('is nothing where a balance has no redundancy', () => {
    const measuredOnce = balances.balances.map((balance) => ({
      ...balance,
      streams: balance.streams.map((stream) => ({ ...stream, reconciled: stream.total })),
    }));
    expect(adjustmentsOf({ balances: measuredOnce })).toEqual([]);
    expect(others.every(({ adjustments }) => adjustments.length > 0)).toBe(true);
  });

  it('stands in the report in both languages, with what was found', async () => {
    const zh = await reportHtml(plant, balances, coverage, 'zh');
    const en = await reportHtml(plant, balances, coverage, 'en');
    for (const said of ['数据协调：调整了什么，为什么', '：测量值的调整', '可疑']) expect(zh).toContain(said);
    for (const said of ['what was adjusted, and why', 'adjustments of measured amounts', 'suspect']) expect(en).toContain(said);
  });
});
