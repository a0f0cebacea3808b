import { describe, expect, it } from 'vitest';
import { computeBalances } from '../../../../balance/media/compute.ts';
import { memoryReader } from '../../memory-reader.ts';
import { plant } from '../../plants.ts';

const T0 = Date.parse('2026-03-01T00:00:00+08:00');
const window = { fromMs: T0, toMs: T0 + 72 * 3_600_000 };
const stream = (id: string, from: string, to: string, medium: string, value: number, u: number, more: object = {}) => ({
  id,
  name: id,
  from,
  to,
  medium,
  amount: { by: 'analysis', value, unit: medium === 'power' ? 'kWh' : 't', u, sample: 's' },
  ...more,
});
const carbon = [
  { from: '2025-01-01', kgCO2: 2000, u: 40, source: '煤质报告 2025-01' },
  { from: '2026-01-01', kgCO2: 1900, u: 38, source: '煤质报告 2026-01' },
  { from: '2027-01-01', kgCO2: 1, source: '未来' },
];
const indicators = async (coal: object = { carbon }) => {
  const made = plant({
    media: [
      { id: 'coal', name: '煤', unit: 't', ...coal },
      { id: 'power', name: '电', unit: 'kWh', carbon: [{ kgCO2: 0.5, source: '省级电网 某年' }] },
      { id: 'acid', name: '酸', unit: 't' },
    ],
    streams: [
      stream('coal-in', 'ENV', 'P', 'coal', 100, 1),
      stream('coal-sold', 'P', 'ENV', 'coal', 10, 0, { role: 'by-product' }),
      stream('coal-lost', 'P', 'ENV', 'coal', 5, 0, { role: 'loss' }),
      stream('power-in', 'ENV', 'P', 'power', 40_000, 0),
      stream('acid', 'P', 'ENV', 'acid', 1000, 0),
    ].map((one) => ({ ...one, amount: { ...one.amount, u: Math.max(one.amount.u, 1e-9) } })),
    products: [{ id: 'acid', name: '酸', unit: 't', streams: ['acid'] }],
  });
  return (await computeBalances(made, memoryReader({}), window, null)).indicators;
};

describe('carbon dioxide by factor', () => {
  it('is what came in less what was delivered, by the factor in force, worked by hand', async () => {
    const [total, perProduct] = (await indicators())!;
    expect(total).toMatchObject({ id: 'carbon-by-factor', unit: 'kgCO2', boundary: 'P' });
    // 90 t × 1900 + 40 MWh × 500; a loss was bought all the same
    expect(total!.value).toBeCloseTo(191_000, 6);
    expect(total!.u).toBeCloseTo(Math.hypot(90 * 38, 1900), 4);
    expect(perProduct).toMatchObject({ product: 'acid', unit: 'kgCO2/t' });
    expect(perProduct!.value).toBeCloseTo(191, 9);
  });

  it('is marked as such, with the origin of every factor', async () => {
    const [total] = (await indicators())!;
    const said = total!.remarks.map(({ zh }) => zh).join('\n');
    expect(total!.name.zh).toContain('按因子计算');
    expect(said).toContain('按因子计算，非实测：coal 1900 kgCO2/t（煤质报告 2026-01）');
    expect(said).toContain('省级电网 某年');
  });

  it('is unknown where no factor is in force', async () => {
    const [total] = (await indicators({ carbon: [carbon[2]] }))!;
    expect(total!.value).toBeNull();
    expect(total!.remarks.map(({ en }) => en).join()).toContain('coal: no carbon factor is in force');
  });
});
