import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { computeBalances } from '../../../balance/media/compute.ts';
import { windowOf } from '../../../balance/window/window.ts';
import { loadPlant } from '../../../config/plant/load.ts';
import { memoryReader } from '../../balance/memory-reader.ts';

interface Published {
  readonly streams: readonly { readonly id: string; readonly measured: number; readonly reconciled_expected: number }[];
  readonly computed: { readonly global_statistic: number; readonly dof: number; readonly nodal_imbalance: readonly number[] };
}

const published = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../cases/reconciliation/edson_P10_martins_2010_water_13stream.json'), 'utf8'),
) as Published;

test('the water balance of the published network gives the published reconciled flows', async () => {
  const plant = await loadPlant(join(import.meta.dirname, '../../../config/examples/martins-2010-water'));
  const from = Date.parse('2026-01-01T00:00:00Z');
  const hours = 72;
  const report = await computeBalances(plant, memoryReader({}), windowOf(from, from + hours * 3_600_000), null);
  const site = report.balances.find(({ boundary }) => boundary === 'SITE');
  expect(site?.streams).toHaveLength(13);
  for (const { id, measured, reconciled_expected } of published.streams) {
    const stream = site?.streams.find((candidate) => candidate.id === `S${id}`);
    expect((stream?.total ?? Number.NaN) / hours).toBeCloseTo(measured, 9);
    // Printed with eight significant digits.
    expect(Math.abs((stream?.reconciled ?? Number.NaN) / hours / reconciled_expected - 1)).toBeLessThan(1e-7);
  }
  expect(site?.global?.statistic).toBeCloseTo(published.computed.global_statistic, 6);
  expect(site?.global?.dof).toBe(published.computed.dof);
  expect(site?.global?.passed).toBe(false);
  expect(site?.suspects[0]?.ids).toEqual(['S6']);
  for (const [index, imbalance] of published.computed.nodal_imbalance.entries()) {
    const node = report.balances.find(({ boundary }) => boundary === `N${index + 1}`);
    expect((node?.imbalance ?? Number.NaN) / hours).toBeCloseTo(imbalance, 9);
  }
});
