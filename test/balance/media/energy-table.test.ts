import { expect, it } from 'vitest';
import { computeBalances } from '../../../balance/media/compute.ts';
import type { EnergyTable } from '../../../balance/media/energy-table.ts';
import { memoryReader } from '../memory-reader.ts';
import { plant } from '../plants.ts';

const T0 = Date.parse('2026-03-01T00:00:00+08:00');
const window = { fromMs: T0, toMs: T0 + 72 * 3_600_000 };
const stated = (id: string, from: string, to: string, medium: string, value: number, u: number, role?: string) => ({
  id,
  name: id,
  from,
  to,
  medium,
  amount: { by: 'analysis', value, unit: 'GJ', u, sample: 's' },
  ...(role === undefined ? {} : { role }),
});
/** Coal → boiler → header → two workshops, one of which sends condensate back; reaction heat arises in one; a part of the steam is sold. */
const parts = {
  units: [
    { id: 'P', name: '厂', level: 'plant' },
    { id: 'B', name: '锅炉', level: 'equipment', parent: 'P', energy: 'conversion' },
    { id: 'H', name: '管网', level: 'workshop', parent: 'P', energy: 'distribution' },
    { id: 'W', name: '车间', level: 'workshop', parent: 'P', energy: 'use' },
    { id: 'E', name: '工段', level: 'equipment', parent: 'W' },
    { id: 'O', name: '办公', level: 'workshop', parent: 'P' },
  ],
  media: [
    { id: 'coal', name: '煤', unit: 'GJ', standardCoal: 'raw-coal', content: { energy: 1 } },
    { id: 'steam', name: '汽', unit: 'GJ', content: { energy: 1 } },
    { id: 'heat', name: '热', unit: 'GJ', content: { energy: 1 } },
  ],
  balances: [{ id: 'energy', kind: 'energy', unit: 'GJ' }],
  streams: [
    stated('coal', 'ENV', 'B', 'coal', 1000, 10),
    stated('flue', 'B', 'ENV', 'heat', 180, 8, 'loss'),
    stated('steam', 'B', 'H', 'steam', 830, 6),
    stated('sold', 'H', 'ENV', 'steam', 200, 2, 'product'),
    stated('traps', 'H', 'ENV', 'heat', 20, 3, 'loss'),
    stated('to-section', 'H', 'E', 'steam', 590, 5),
    stated('to-office', 'H', 'O', 'steam', 25, 1),
    stated('condensate', 'E', 'B', 'heat', 40, 1, 'recycle'),
    stated('reaction', 'ENV', 'E', 'heat', 60, 2),
    stated('cooling', 'E', 'ENV', 'heat', 610, 20, 'loss'),
    stated('rooms', 'O', 'ENV', 'heat', 25, 2, 'loss'),
  ],
};
const table = async (changed: object = {}): Promise<EnergyTable | undefined> =>
  (await computeBalances(plant({ ...parts, ...changed }), memoryReader({}), window, null)).energyTables?.[0];

it('follows energy from purchase to loss, by hand', async () => {
  const { rows } = (await table())!;
  const total = rows.find(({ medium }) => medium === null)!.columns;
  const values = Object.fromEntries(Object.entries(total).map(([column, { gj }]) => [column, gj]));
  expect(values).toEqual({
    purchased: 1000,
    arising: 60,
    conversionIn: 1040,
    conversionOut: 830,
    distributed: 830,
    used: 590 + 25 + 60,
    returned: 40,
    delivered: 200,
    lost: 180 + 20 + 610 + 25,
  });
  expect(total.used!.u).toBeCloseTo(Math.hypot(5, 1, 2), 12);
  expect(total.purchased!.kgce).toBeCloseTo(1e9 / 29_307, 6);
  expect(rows.find(({ medium }) => medium === 'coal')!.columns).toEqual({
    purchased: total.purchased,
    conversionIn: expect.objectContaining({ gj: 1000 }),
  });
});

it('each stage leaves open what its balances do, and together what the plant does', async () => {
  const { stages, assumed } = (await table())!;
  expect(stages.map(({ stage, difference }) => [stage, difference.gj])).toEqual([
    ['conversion', 1040 - 830 - 180],
    ['distribution', 830 - 200 - 590 - 25 - 20],
    ['use', 675 - 40 - 635],
  ]);
  expect(stages.reduce((sum, { difference }) => sum + difference.gj!, 0)).toBeCloseTo(1060 - 200 - 835, 9);
  expect(assumed).toEqual(['O']);
});

it('says nothing where no unit states its stage, and null where a stream is unknown', async () => {
  expect(await table({ units: parts.units.map(({ energy: _, ...unit }) => unit) })).toBeUndefined();
  const streams = parts.streams.map((one) => (one.id === 'cooling' ? { ...one, amount: { by: 'unmeasured' } } : one));
  const { rows, stages } = (await table({ streams }))!;
  expect(rows.at(-1)!.columns.lost).toEqual({ gj: null, u: null, kgce: null });
  expect(stages.map(({ lost }) => lost.gj)).toEqual([180, 20, null]);
});

it('what passes within a stage is no use of it, and what a stock gives counts as drawn', async () => {
  const streams = [...parts.streams, stated('shared', 'E', 'O', 'heat', 7, 1)];
  const total = (await table({ streams }))!.rows.at(-1)!.columns;
  expect(total.used!.gj).toBe(590 + 25 + 60);
  expect(total.returned!.gj).toBe(40);
  const survey = (at: string, volumeM3: number) => ({
    at,
    volumeM3,
    uM3: 1,
    density: 'd',
    method: 'm',
    by: 'x',
    moisture: { percent: 0, u: 0, sample: 's' },
  });
  const pile = {
    ...{ basis: 'as-received', within: '24h', methods: [{ id: 'm', name: 'm', uPercent: 0, source: 's' }] },
    densities: [{ id: 'd', value: 1, u: 0, unit: 't/m3', date: '2026-02-20', source: 's' }],
    surveys: [survey('2026-03-01T00:00:00+08:00', 500), survey('2026-03-04T00:00:00+08:00', 480)],
  };
  const media = [...parts.media, { id: 'heap', name: '堆', unit: 't', standardCoal: 'raw-coal', content: { energy: 20 } }];
  const stocks = [{ id: 'yard', name: '煤场', unit: 'B', medium: 'heap', pile }];
  const drawn = (await table({ media, stocks }))!.rows.at(-1)!.columns.drawn!;
  expect(drawn.gj).toBeCloseTo(20 * 20, 6);
});
