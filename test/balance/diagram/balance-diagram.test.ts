import { beforeAll, describe, expect, it } from 'vitest';
import { balanceDiagram } from '../../../balance/diagram/balance-diagram.ts';
import { layOut } from '../../../balance/diagram/layout.ts';
import { drawBalance, merged } from '../../../balance/diagram/merged.ts';
import { computeBalances } from '../../../balance/media/compute.ts';
import type { BalanceReport } from '../../../balance/media/result.ts';
import { memoryReader } from '../memory-reader.ts';
import { plant } from '../plants.ts';

const known = (value: number) => ({ by: 'estimate', value, unit: 'm3/h', u: 0.1, basis: 'set by this test' });
const stream = (id: string, from: string, to: string, value: number, more: object = {}) => ({
  id,
  name: { zh: `流${id}`, en: `flow ${id}` },
  from,
  to,
  medium: 'water',
  amount: known(value),
  ...more,
});

const works = plant({
  units: [
    { id: 'P', name: '厂', level: 'plant' },
    { id: 'A', name: '一车间', level: 'workshop', parent: 'P' },
    { id: 'A1', name: '一号机', level: 'equipment', parent: 'A' },
    { id: 'A2', name: '二号机', level: 'equipment', parent: 'A' },
    { id: 'B', name: { zh: '二车间', en: 'Workshop B' }, level: 'workshop', parent: 'P' },
  ],
  media: [{ id: 'water', name: '水', unit: 'm3', content: { water: 1 } }],
  streams: [
    stream('in', 'ENV', 'A1', 10),
    stream('within', 'A1', 'A2', 12),
    stream('over', 'A2', 'B', 12),
    stream('back', 'B', 'A1', 2, { role: 'recycle' }),
    stream('out', 'B', 'ENV', 9.9),
  ],
  balances: [{ id: 'water', kind: 'water', unit: 'm3' }],
});
const toMs = Date.parse('2026-03-04T00:00:00+08:00');

describe('content of a balance diagram', () => {
  let report: BalanceReport;
  beforeAll(async () => {
    report = await computeBalances(works, memoryReader({}), { fromMs: toMs - 72 * 3_600_000, toMs }, null);
  });
  const ends = (boundary: string | null, lang: 'zh' | 'en' = 'zh') => {
    const content = balanceDiagram(works, report, { balance: 'water', boundary, lang });
    return {
      content,
      flows: content.flows.map(({ id, from, to, name }) => [id, from, to, name]),
      units: content.units.map(({ id }) => id),
    };
  };

  it('shows the workshops of the plant, what passes within one left out', () => {
    const { content, flows, units } = ends(null);
    expect(units).toEqual(['A', 'B']);
    expect(flows).toEqual([
      ['in', 'ENV', 'A', '流in'],
      ['over', 'A', 'B', '流over'],
      ['back', 'B', 'A', '流back'],
      ['out', 'B', 'ENV', '流out'],
    ]);
    expect(content.flows[0]).toMatchObject({ amount: 720, basis: 'estimated', suspect: false });
    expect(content.units.every(({ verdict, note }) => verdict !== null && note !== '')).toBe(true);
  });

  it('shows the equipment of one workshop, and names the unit at the other end of what crosses its boundary', () => {
    const { flows, units } = ends('A', 'en');
    expect(units).toEqual(['A1', 'A2']);
    expect(flows).toEqual([
      ['in', 'ENV', 'A1', 'flow in'],
      ['within', 'A1', 'A2', 'flow within'],
      ['over', 'A2', 'ENV', 'flow over → Workshop B'],
      ['back', 'ENV', 'A1', 'flow back ← Workshop B'],
    ]);
  });

  it('draws a unit with nothing below it as one box', async () => {
    const { content, units } = ends('B');
    expect(units).toEqual(['B']);
    expect((await layOut(content)).flows.size).toBe(3);
  });

  it('refuses what the report does not hold', () => {
    expect(() => ends('C')).toThrow(/no such balance/);
    expect(() => balanceDiagram(works, report, { balance: 'steam', boundary: null, lang: 'zh' })).toThrow(/no such balance/);
  });

  it('splits what no page holds: the plant with bundled streams, then each workshop', async () => {
    const many = plant({
      units: works.file.units,
      media: works.file.media,
      streams: [
        stream('over', 'A1', 'B', 465),
        ...Array.from({ length: 31 }, (_, k) => stream(`i${k}`, 'ENV', 'A1', k)),
        ...Array.from({ length: 31 }, (_, k) => stream(`o${k}`, 'B', 'ENV', k)),
      ],
      balances: works.file.balances,
    });
    const computed = await computeBalances(many, memoryReader({}), { fromMs: toMs - 72 * 3_600_000, toMs }, null);
    const drawings = await drawBalance(many, computed, { balance: 'water', boundary: 'P', lang: 'zh' });
    expect(drawings.map(({ title }) => title.slice(0, 4))).toEqual(['厂 水平', '一车间 ', '二车间 ']);
    expect(drawings[0]!.svg).toContain('>31 股<');
    expect(drawings[0]!.svg.match(/data-flow/g)).toHaveLength(3);
    expect(drawings[2]!.svg).toContain('>流o30<');
    const bundle = merged(balanceDiagram(many, computed, { balance: 'water', boundary: 'P', lang: 'zh' }), 'zh').flows[1]!;
    expect(bundle).toMatchObject({ amount: 72 * 465, u: null, basis: 'estimated' });
  });
});
