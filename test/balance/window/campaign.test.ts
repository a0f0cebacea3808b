import { describe, expect, it } from 'vitest';
import { computeBalances } from '../../../balance/media/compute.ts';
import { campaignsOf } from '../../../balance/window/campaign.ts';
import { memoryReader } from '../memory-reader.ts';
import { plant } from '../plants.ts';

const T0 = Date.parse('2026-03-01T00:00:00+08:00');
const HOUR = 3_600_000;
const window = { fromMs: T0, toMs: T0 + 72 * HOUR };
const sheet = (id: string, at: string) => ({ id, point: 'drain', at, by: 'li' });
const campaign = {
  id: 'spring',
  name: { zh: '春季测试', en: 'Spring test' },
  plan: { document: '方案 3 号', date: '2026-02-20', approvedBy: 'wang' },
  from: '2026-03-01',
  to: '2026-03-04',
  points: [
    { id: 'drain', name: '总排', channel: 'AT1', every: '24h', method: 'HJ 91.1-2019', by: 'li' },
    { id: 'ore', name: '矿样', stream: 'ore', method: 'GB/T 1868', instrument: 'ufm', by: 'li' },
  ],
  instruments: [
    { id: 'ufm', name: '便携流量计', serial: '7', accuracy: '1.0', certificate: 'C-1', date: '2025-06-01', due: '2026-06-01' },
    { id: 'old', name: '旧流量计', serial: '8', accuracy: '1.0', certificate: 'C-2', date: '2025-03-02', due: '2026-03-02' },
  ],
  people: [
    { id: 'wang', name: '王工', role: '负责', qualification: '审核师 88' },
    { id: 'li', name: '李工', role: '采样', qualification: '上岗证 12', due: '2026-03-02' },
  ],
  sheets: [
    sheet('s1', '2026-03-01T09:00:00+08:00'),
    sheet('s2', '2026-03-02T09:00:00+08:00'),
    sheet('late', '2026-03-09'),
    { id: 's3', point: 'ore', at: '2026-03-01T10:00:00+08:00', by: 'li', result: 'P2O5 28.4 %' },
  ],
  signatures: [{ by: 'wang', at: '2026-03-05', as: '批准' }],
};
const of = (changed: object = {}, span = window) => campaignsOf(plant({ campaigns: [{ ...campaign, ...changed }] }), span);
const remarks = (changed: object = {}) => of(changed)[0]!.remarks.map(({ en }) => en);

describe('a test campaign beside the window', () => {
  it('counts the samples that the plan asks for and those that were taken in time', () => {
    const [result] = of();
    expect(result).toMatchObject({ id: 'spring', hours: 72, holdsWindow: true, from: '2026-03-01T00:00:00+08:00' });
    expect(result!.points.map(({ id, planned, taken }) => [id, planned, taken])).toEqual([
      ['drain', 3, 2],
      ['ore', 1, 1],
    ]);
    expect(result!.signatures).toEqual([{ by: 'wang', name: '王工', at: '2026-03-05', as: '批准' }]);
  });

  it('says which certificates and qualifications do not hold all through', () => {
    const [result] = of();
    expect(result!.instruments.map(({ id, valid }) => [id, valid])).toEqual([
      ['ufm', true],
      ['old', false],
    ]);
    expect(result!.people.map(({ qualified }) => qualified)).toEqual([true, false]);
    expect(remarks()).toEqual([
      'fewer sheets than planned: drain 2/3',
      '1 sheets lie outside of the campaign and do not count',
      'certificates that do not hold all through: old',
      'qualifications that ended before it did: li',
    ]);
    expect(remarks({ signatures: [] })).toContain('nobody has signed');
  });

  it('has nothing to remark where all is there', () => {
    const whole = {
      points: [{ ...campaign.points[0], every: '36h' }],
      instruments: [],
      people: [campaign.people[0], { ...campaign.people[1], due: undefined }],
      sheets: campaign.sheets.slice(0, 2),
    };
    expect(remarks(whole)).toEqual([]);
  });

  it('is there where it meets the window, and holds it or not', () => {
    expect(of({}, { fromMs: T0 - 48 * HOUR, toMs: T0 })).toEqual([]);
    expect(of({}, { fromMs: T0 + 72 * HOUR, toMs: T0 + 80 * HOUR })).toEqual([]);
    expect(of({}, { fromMs: T0 - HOUR, toMs: T0 + HOUR })[0]!.holdsWindow).toBe(false);
    expect(of({}, { fromMs: T0 + 71 * HOUR, toMs: T0 + 73 * HOUR })[0]!.holdsWindow).toBe(false);
  });

  it('stands in the report, and not where there is none', async () => {
    const report = async (parts: object) => computeBalances(plant({ ...parts }), memoryReader({}), window, null);
    expect((await report({ campaigns: [campaign] })).campaigns!.map(({ id }) => id)).toEqual(['spring']);
    expect(await report({})).not.toHaveProperty('campaigns');
  });
});
