import { expect, it } from 'vitest';
import type { Case } from '../../../balance/oversight/cases/case.ts';
import { findingsOf, withoutCase } from '../../../balance/oversight/cases/findings.ts';
import type { Contradiction } from '../../../balance/oversight/contradiction.ts';
import type { Oversight } from '../../../balance/oversight/oversee.ts';

const contradiction = (more: Partial<Contradiction>): Contradiction => ({
  kind: 'sulphur',
  balance: 'sulphur',
  boundary: 'THERMAL',
  stream: 'boiler-flue',
  unit: 'kg',
  monitored: 1_600,
  byBalance: 9_991,
  u: 367.2,
  z: 22.9,
  significant: true,
  wouldSettle: ['gypsum', 'coal'],
  ...more,
});
const sign = { sign: 'frozen', codes: ['a21026'], from: '2026-03-01T00:00:00+08:00', to: '2026-03-01T06:00:00+08:00', figure: 0 } as const;
const overseen = {
  plant: 'p',
  outfalls: [
    {
      id: 'DA002',
      monitors: [],
      signs: [sign, { ...sign, to: '2026-03-02T06:00:00+08:00' }],
      contradictions: [contradiction({}), contradiction({ significant: false, balance: 'water' })],
    },
  ],
} as unknown as Oversight;

it('a contradiction that is significant is told with what would settle it and without an accusation, one that is not is left out', () => {
  const told = findingsOf(overseen).filter(({ finding }) => finding.startsWith('contradiction'));
  expect(told).toHaveLength(1);
  expect(told[0]).toMatchObject({
    plant: 'p',
    outfall: 'DA002',
    finding: 'contradiction:boiler-flue:sulphur',
    figures: { monitored: 1_600, byBalance: 9_991, z: 22.9 },
  });
  expect(told[0]!.text).toContain('不等于监测失实');
  expect(told[0]!.text).toContain('gypsum, coal would settle it');
});

it('of one kind the newest stretch is told once, and none of which a case is open', () => {
  const findings = findingsOf(overseen);
  const signs = withoutCase(findings, []).filter(({ finding }) => finding === 'sign:a21026:frozen');
  expect(signs.map(({ figures }) => figures.to)).toEqual(['2026-03-02T06:00:00+08:00']);
  const open = (state: Case['state']) => ({ plant: 'p', outfall: 'DA002', finding: 'sign:a21026:frozen', state }) as Case;
  expect(withoutCase(findings, [open('replied')]).map(({ finding }) => finding)).toEqual(['contradiction:boiler-flue:sulphur']);
  expect(withoutCase(findings, [open('closed')])).toHaveLength(2);
});
