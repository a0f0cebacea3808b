import { describe, expect, it } from 'vitest';
import { agencyChecks } from '../../../balance/audit/agency.ts';
import { profileSchema } from '../../../balance/audit/profile.ts';
import { loadRules } from '../../../config/rules/load.ts';

const rules = await loadRules();
const at = (day: string) => Date.parse(`${day}T12:00:00+08:00`);
const counts = (jurisdiction: string, file: unknown, day = '2010-06-01') =>
  agencyChecks(rules, jurisdiction, profileSchema.parse(file).agency ?? {}, at(day)).flatMap(({ rule, counts: found }) =>
    found.map(({ what, atLeast, has, met }) => [rule.document.id, what, has, atLeast, met]),
  );

describe('what an agency must be', () => {
  it('is met at exactly the number, not one below, and not known where nobody says', () => {
    const agency = { auditors: 7, 'senior-auditors': 1 };
    expect(counts('henan', { agency })).toEqual([
      ['18-2009', 'auditors', 7, 7, true],
      ['18-2009', 'senior-auditors', 1, 2, false],
      ['201-2005', 'auditors', 7, 5, true],
    ]);
    expect(counts('henan', {}).map((each) => each.at(-1))).toEqual([null, null, null]);
  });

  it('asks for what the contract must hold: days on site, finished audits, trainings', () => {
    const agency = { 'on-site-days': 29, 'leader-audits': 2, trainings: 3 };
    const found = counts('beijing', { agency }).filter(([, what]) => typeof what === 'string' && what in agency);
    expect(found).toEqual([
      ['1379-2007-agency', 'leader-audits', 2, 2, true],
      ['1379-2007-agency', 'on-site-days', 29, 30, false],
      ['1379-2007-agency', 'trainings', 3, 3, true],
    ]);
    expect(counts('zhejiang', { agency }).map(([, what, , atLeast, met]) => [what, atLeast, met])).toEqual([
      ['auditors', 6, null],
      ['leader-audits', 5, false],
      ['on-site-days', 20, true],
    ]);
  });

  it('is the State’s where a jurisdiction adds nothing, nobody’s number borrowed', () => {
    const [state] = agencyChecks(rules, 'hainan', {}, at('2010-06-01'));
    expect(state?.rule.id).toBe('state/order16-2004/agency');
    expect(state?.counts).toEqual([]);
    expect(state?.confirm.length).toBe(3);
  });

  it('refuses a count that no rule knows', () => {
    expect(profileSchema.safeParse({ agency: { charm: 3 } }).success).toBe(false);
  });
});
