import type { SavingsReport } from '../../../balance/audit/savings.ts';
import type { PlantDrift } from '../../../balance/media/drift.ts';
import type { IntakeAccounts } from '../../../balance/report/intake-account.ts';
import type { SampleAccounts } from '../../../balance/report/sample-account.ts';

const side = (from: string, amount: number, specific: number) => ({
  from,
  to: `${from}T72`,
  amount,
  u: 3.25,
  production: 720.5,
  productionU: 1.75,
  specific,
});
/** A register of options: one that saved, one that was finished before the round. */
export const savings: SavingsReport = {
  round: { from: '2026-01-01', to: null, costLimit: { amount: 10, unit: '万元' } },
  options: [
    {
      id: 'reuse',
      name: { zh: '冷凝水回用', en: 'Reuse' },
      cost: 'no-low',
      state: 'done',
      proposed: '2026-01-05',
      decided: '2026-01-12',
      done: '2026-02-01',
      counts: true,
      investment: 3.75,
      benefit: 11.25,
      saves: [
        {
          balance: 'water',
          streams: ['in'],
          product: 'acid',
          unit: 'm3/t',
          before: side('2026-01-10', 7205.5, 10.0007),
          after: side('2026-02-10', 6831.25, 9.4813),
          saved: { percent: 5.1937, U: 1.1251 },
          why: null,
          perYear: { value: 41553.5, U: 9001.25, unit: 'm3', source: '年度计划' },
        },
      ],
    },
    {
      id: 'early',
      name: { zh: '早已完成', en: 'Early' },
      cost: 'medium-high',
      state: 'done',
      proposed: '2024-01-05',
      decided: null,
      done: '2025-02-01',
      counts: false,
      investment: 987.5,
      benefit: null,
      saves: [],
    },
  ],
  sums: [
    {
      cost: 'no-low',
      proposed: 1,
      done: 1,
      donePercent: 100,
      investmentDone: 3.75,
      investmentAhead: 0,
      benefitDone: 11.25,
      benefitAhead: 0,
      withoutInvestment: [],
    },
    {
      cost: 'medium-high',
      proposed: 0,
      done: 0,
      donePercent: null,
      investmentDone: 0,
      investmentAhead: 0,
      benefitDone: 0,
      benefitAhead: 0,
      withoutInvestment: [],
    },
  ],
  rollUps: [
    { of: 'water', value: 4.15535, U: 0.900125, unit: '万吨', count: 1 },
    { of: 'money', value: 11.25, U: null, unit: '万元', count: 1 },
  ],
};

/** Two channels, one of which lost readings. */
export const samples: SampleAccounts = {
  channels: [
    { channel: 'in', expected: 4320, good: 4277, suspect: 13, missing: { 'power-cut': 27 }, missed: 27, unaccounted: 3, additional: 2 },
    { channel: 'mid', expected: 4320, good: 4320, suspect: 0, missing: {}, missed: 0, unaccounted: 0, additional: 0 },
  ],
  total: { expected: 8640, good: 8597, suspect: 13, missed: 27, unaccounted: 3, additional: 2 },
};

/** Three windows in which one meter drifts. */
export const drift: PlantDrift = {
  plant: 'test',
  windows: [
    { from: '2026-02-23T00:00:00+08:00', to: '2026-02-26T00:00:00+08:00' },
    { from: '2026-02-26T00:00:00+08:00', to: '2026-03-01T00:00:00+08:00' },
    { from: '2026-03-01T00:00:00+08:00', to: '2026-03-04T00:00:00+08:00' },
  ],
  balances: [
    {
      id: 'water',
      unit: 'm3',
      drift: {
        findings: [{ ids: ['mid', 'in'], kind: 'step', at: 1, size: -276.536, statistic: 40.25, probability: 0.00001 }],
        verdict: 'instrument',
        concentration: 1,
      },
    },
    { id: 'heat', unit: 'GJ', drift: null, remark: { zh: '无法比较', en: 'they cannot be compared' } },
  ],
};

/** Of two sources one lost three records, and a run was killed. */
export const intake: IntakeAccounts = {
  sources: [
    { source: 'gw', polled: 51843, journalled: 51839, quarantined: 1, returned: 0, difference: 3, hours: 71 },
    { source: 'broker', polled: 4331, journalled: 4317, quarantined: 9, returned: 5, difference: 0, hours: 70 },
  ],
  total: { polled: 56174, journalled: 56156, quarantined: 10, returned: 5, difference: 3 },
  hours: { window: 72, counted: 71 },
  uncountedMinutes: 2,
  notCounted: ['spare'],
};
