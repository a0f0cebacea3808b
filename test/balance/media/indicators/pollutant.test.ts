import { describe, expect, it } from 'vitest';
import { computeBalances } from '../../../../balance/media/compute.ts';
import type { BalanceReport } from '../../../../balance/media/result.ts';
import { memoryReader } from '../../memory-reader.ts';
import { plant } from '../../plants.ts';

const window = { fromMs: 0, toMs: 72 * 3_600_000 };
const stream = (id: string, from: string, to: string, value: number, u: number, role?: string) => ({
  id,
  name: id,
  from,
  to,
  medium: 'W',
  amount: { by: 'analysis', value, unit: 'm3', u, sample: 's' },
  content: { X: { value: 0.5, u: 0, basis: 'analysed' } },
  ...(role === undefined ? {} : { role }),
});
const streams = [
  stream('used', 'ENV', 'A', 1040, 1),
  stream('to-treatment', 'A', 'T', 900, 6),
  stream('back', 'T', 'A', 100, 2, 'recycle'),
  stream('treated', 'T', 'ENV', 180, 3, 'discharge'),
  stream('rain', 'A', 'ENV', 40, 4, 'discharge'),
  stream('sludge', 'T', 'ENV', 20, 1, 'waste'),
];
let report: BalanceReport;
const indicators = async (factor = 'F', more: readonly object[] = [], treatment = true) => {
  const made = plant({
    units: [
      { id: 'P', name: '厂', level: 'plant' },
      { id: 'A', name: '车间', level: 'workshop', parent: 'P' },
      { id: 'T', name: '污水站', level: 'workshop', parent: 'P', ...(treatment ? { treatment: true } : {}) },
    ],
    media: [{ id: 'W', name: '水', unit: 'm3' }],
    balances: [{ id: 'X', kind: 'pollutant', unit: 'kg', factor }],
    streams: [...streams, ...more],
  });
  report = await computeBalances(made, memoryReader({}), window, null);
  const { indicators: all = [] } = report;
  return new Map(all.filter(({ id }) => id.startsWith('pollutant-')).map((one) => [one.id, one]));
};

describe('generation, abatement and discharge of a pollutant', () => {
  it('before and after treatment, worked by hand', async () => {
    const all = await indicators();
    const of = (id: string) => all.get(`pollutant-${id}`)!;
    // 0.5 kg/m3: 450 in, 50 returned, 20 untreated, 90 after treatment
    expect(of('generation')).toMatchObject({ value: expect.closeTo(420, 9), unit: 'kg', name: { zh: 'F 产生量', en: 'generation of F' } });
    expect(of('generation').u).toBeCloseTo(0.5 * Math.hypot(6, 2, 4), 9);
    expect(of('discharge')).toMatchObject({ value: expect.closeTo(110, 9) });
    expect(of('abatement')).toMatchObject({ value: expect.closeTo(310, 9) });
    // what goes untreated is in both and cancels
    expect(of('abatement').u).toBeCloseTo(0.5 * Math.hypot(6, 2, 3), 9);
    expect(of('removal').value).toBeCloseTo((100 * 310) / 420, 9);
    expect(of('discharge').terms.map(({ symbol, of: ids }) => [symbol, ids])).toEqual([['Da', ['treated']], ['Du', ['rain']]]); // biome-ignore format: pairs
  });

  it('an element closes without more; COD needs its conversion, and says so until it is there', async () => {
    const remarks = async (factor: string, more: readonly object[] = []) =>
      (await indicators(factor, more))
        .get('pollutant-abatement')!
        .remarks.map(({ en }) => en)
        .join();
    expect(await remarks('F')).not.toContain('conver');
    for (const factor of ['COD', 'CODCr', 'w01018', 'NH3-N']) expect(await remarks(factor)).toContain('without a stream of role loss');
    expect(await remarks('COD', [stream('eaten', 'T', 'ENV', 600, 30, 'loss')])).toContain('its conversion is eaten');
  });

  it('without a treatment only the discharge is known; with nothing discharged, nothing', async () => {
    expect([...(await indicators('F', [], false)).keys()]).toEqual(['pollutant-discharge']);
  });

  it('a stream that nobody measures takes what its balance is reconciled to, and the remark says so', async () => {
    const unmeasured = { ...stream('bypass', 'ENV', 'T', 1, 1), amount: { by: 'unmeasured' } };
    const of = (await indicators('F', [unmeasured])).get('pollutant-generation')!;
    const { reconciled, reconciledU } = report.balances[0]!.streams.find(({ id }) => id === 'bypass')!;
    expect(of.value!).toBeCloseTo(420 + reconciled!, 9);
    expect(of.u!).toBeCloseTo(Math.hypot(0.5 * Math.hypot(6, 2, 4), reconciledU!), 9);
    expect(of.remarks).toContainEqual({ zh: '未计量、取协调值：bypass', en: 'not measured, taken as reconciled: bypass' });
  });

  it('an unknown load leaves unknown what rests on it, by name', async () => {
    const all = await indicators('F', [
      ...['bypass', 'other'].map((id) => ({ ...stream(id, 'ENV', 'T', 1, 1), amount: { by: 'unmeasured' } })),
    ]);
    expect(all.get('pollutant-generation')).toMatchObject({ value: null, remarks: expect.arrayContaining([{ zh: '未知量：bypass, other', en: 'unknown: bypass, other' }]) }); // biome-ignore format: one line
    expect(all.get('pollutant-discharge')!.value).toBeCloseTo(110, 9);
  });
});
