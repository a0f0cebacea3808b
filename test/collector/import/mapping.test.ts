import { describe, expect, it } from 'vitest';
import { mapTable } from '../../../collector/import/mapping.ts';
import { csvRows } from '../../../collector/import/rows.ts';
import { importingPlant } from './plant.ts';

const plant = importingPlant([
  { id: 'FT1', name: '进水表', kind: 'counter', unit: 'm3', serial: 'S-1', assetNumber: 'A-1' },
  { id: 'FT2', name: { zh: '回用水表', en: 'reused water' }, kind: 'counter', unit: 'm3', serial: 'S-2', assetNumber: 'A-1' },
  { id: 'S-2', name: '液位', kind: 'level', unit: 'm' },
]);
type Said = Parameters<typeof mapTable>[2];
const mapped = (text: string, said: Said = {}, remembered: Parameters<typeof mapTable>[3] = null) =>
  mapTable(csvRows(text), plant, said, remembered);
const meaning = (...args: Parameters<typeof mapped>) => {
  const found = mapped(...args)!;
  return { ...found.mapping, unknown: found.unknown };
};

describe('columns of a wide file', () => {
  it('are known by id, name in either language, serial and asset number; an id before all others, and what two meters bear is nobody’s', () => {
    expect(meaning('时间,FT1,reused water,S-1,S-2,A-1\n2026-03-01 08:00,1,2,3,4,5')).toEqual({
      time: '时间',
      clock: null,
      long: null,
      channels: { FT1: 'FT1', 'reused water': 'FT2', 'S-1': 'FT1', 'S-2': 'S-2' },
      unknown: ['A-1'],
    });
  });

  it('are what was said of them now, then what was said before, then what their names say', () => {
    const text = '时间,FT1,备用,进水表\n2026-03-01 08:00,1,2,3';
    const before = { time: '时间', clock: null, long: null, channels: { 备用: null, FT1: 'FT2', gone: 'S-2' } };
    expect(meaning(text)).toMatchObject({ unknown: ['备用'] });
    expect(meaning(text, {}, before)).toMatchObject({ channels: { FT1: 'FT2', 备用: null, 进水表: 'FT1', gone: 'S-2' }, unknown: [] });
    expect(meaning(text, { FT1: null, 备用: 'S-2' }, before)).toMatchObject({ channels: { FT1: null, 备用: 'S-2' }, unknown: [] });
  });

  it('have their times under a heading that says so, else where the times are; the time of day may stand apart', () => {
    expect(meaning('班组,采样日期,采样时间,FT1\n甲,2026-03-01,8:00,1', { 班组: null })).toMatchObject({
      time: '采样日期',
      clock: '采样时间',
    });
    expect(meaning('FT1,何时\n1,2026-03-01 08:00')).toMatchObject({ time: '何时', clock: null, channels: { FT1: 'FT1' } });
    expect(meaning('时间,FT1\n2026-03-01 08:00,1')).toMatchObject({ time: '时间', clock: null });
  });

  it('stand in the last row of words above the first time, within the first twenty rows', () => {
    const below = (titles: number) => `${'报表,,\n'.repeat(titles)}时间,FT1\n2026-03-01 08:00,1`;
    for (const titles of [0, 1, 18]) expect(mapped(below(titles))?.headingRow).toBe(titles);
    expect(mapped(below(19))).toBeNull();
    expect(mapped('时间,FT1\n,1\n')).toBeNull();
    expect(mapped('')).toBeNull();
  });
});

describe('names of a long file', () => {
  it('are the points, with what was analysed there where that has a column of its own', () => {
    expect(
      meaning('采样时间,点位,检测项目,检测结果\n2026-03-01 08:00,总排口,总磷,1\n2026-03-01 09:00,总排口,,2\n2026-03-01 10:00,,总磷,3'),
    ).toMatchObject({
      long: { point: '点位', item: '检测项目', value: '检测结果' },
      unknown: ['总排口 总磷', '总排口'],
    });
    expect(meaning('检测项目,采样时间,结果\n总磷,2026-03-01 08:00,1')).toMatchObject({
      long: { point: '检测项目', item: null, value: '结果' },
      unknown: ['总磷'],
    });
    expect(meaning('点名,时间,值\nFT1,2026-03-01 08:00,1\nFT1,2026-03-01 09:00,2')).toMatchObject({
      long: { point: '点名', item: null, value: '值' },
      channels: { FT1: 'FT1' },
      unknown: [],
    });
  });
});
