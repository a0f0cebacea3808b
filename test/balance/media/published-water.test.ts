import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { computeBalances } from '../../../balance/media/compute.ts';
import type { BalanceReport } from '../../../balance/media/result.ts';
import { loadPlant } from '../../../config/plant/load.ts';
import { memoryReader } from '../memory-reader.ts';

interface Published {
  readonly streams: readonly {
    readonly id: string;
    readonly measured: number;
    readonly sigma: number;
    readonly reconciled_expected: number;
  }[];
}

const HOURS = 72;
const FROM = Date.parse('2026-03-01T00:00:00Z');

describe('the published water network of Martins et al. 2010, as a plant', () => {
  const published = JSON.parse(readFileSync('test/cases/reconciliation/edson_P10_martins_2010_water_13stream.json', 'utf8')) as Published;
  let report: BalanceReport;
  beforeAll(async () => {
    const plant = await loadPlant('config/examples/martins-2010-water');
    report = await computeBalances(plant, memoryReader({}), { fromMs: FROM, toMs: FROM + HOURS * 3_600_000 }, null);
  });

  it('reconciles to the published flows', () => {
    const { streams } = report.balances[0]!;
    expect(streams).toHaveLength(published.streams.length);
    for (const { id, measured, sigma, reconciled_expected: expected } of published.streams) {
      const stream = streams.find((candidate) => candidate.id === `S${id}`)!;
      expect(stream.total! / HOURS).toBeCloseTo(measured, 9);
      expect(stream.u! / HOURS).toBeCloseTo(sigma, 9);
      // printed to 7 or 8 digits
      expect(Math.abs(stream.reconciled! / HOURS - expected)).toBeLessThan(1e-6 * expected);
      expect(stream).toMatchObject({ basis: 'analysed', coverageOfTime: null });
    }
  });

  it('the whole closes by the published means: 28.06 in, 15 + 13.33 out', () => {
    const whole = report.balances.find(({ boundary }) => boundary === 'SITE')!;
    expect(whole.imbalance! / HOURS).toBeCloseTo(28.06 - 15 - 13.33, 9);
    expect(whole.verdict).toBe('closed');
    expect(whole.global).toMatchObject({ dof: 8, passed: false });
  });

  it('its nodes contradict each other, which the verdicts say', () => {
    const verdicts = Object.fromEntries(report.balances.map(({ boundary, verdict }) => [boundary, verdict]));
    expect(Object.values(verdicts)).toContain('open-significant');
    expect(report.depth.auditBalance).toBe(false);
  });
});
