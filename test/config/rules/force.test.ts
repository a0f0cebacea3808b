import { describe, expect, it } from 'vitest';
import { inForce, ruleInForce, startMs } from '../../../config/rules/force.ts';
import { loadRules } from '../../../config/rules/load.ts';
import type { Rule, RuleOf } from '../../../config/rules/rule.ts';

const rules = await loadRules();
const at = (day: string) => Date.parse(`${day}T00:00:00+08:00`);

function standing(id: string, changes: Partial<Rule> & { from?: string; to?: string | null } = {}): Rule {
  const base = rules.find((rule) => rule.family === 'coverage-energy' && rule.content !== null) as RuleOf<'coverage-energy'>;
  const { from = '2000-01-01', to = null, ...rest } = changes;
  return { ...base, id, jurisdiction: id.split('/')[0]!, reach: 'own', document: { ...base.document, from, to }, ...rest } as Rule;
}
const choose = (from: readonly Rule[], jurisdiction: string, day: string) =>
  ruleInForce(from, { jurisdiction, family: 'coverage-energy', atMs: at(day) })?.rule.id ?? null;

describe('a date as printed', () => {
  it('counts from the day, or from the last day of the month or year', () => {
    expect(startMs('2007-05-03')).toBe(at('2007-05-03'));
    expect(startMs('2007-12')).toBe(at('2007-12-31'));
    expect(startMs('2008-02')).toBe(at('2008-02-29'));
    expect(startMs('2007')).toBe(at('2007-12-31'));
  });
  it('is in force from its first day to the day before its repeal', () => {
    const rule = standing('a/x/y', { from: '2007-01-01', to: '2026-02-01' });
    expect(inForce(rule, at('2006-12-31'))).toBe(false);
    expect(inForce(rule, at('2007-01-01'))).toBe(true);
    expect(inForce(rule, at('2026-02-01') - 1)).toBe(true);
    expect(inForce(rule, at('2026-02-01'))).toBe(false);
  });
});

describe('ruleInForce', () => {
  it('takes the newest of a jurisdiction’s own documents', () => {
    const both = [standing('a/old/x', { from: '2001-01-01' }), standing('a/new/x', { from: '2005-01-01' })];
    expect(choose(both, 'a', '2006-01-01')).toBe('a/new/x');
    expect(choose(both, 'a', '2003-01-01')).toBe('a/old/x');
  });
  it('never borrows from another jurisdiction', () => {
    expect(choose([standing('a/doc/x')], 'b', '2006-01-01')).toBeNull();
  });
  it('falls back only where a rule in force incorporates the other, or where that one holds everywhere', () => {
    const state = standing('state/doc/x');
    const adopting = standing('b/doc/y', { family: 'balance-depth', incorporates: ['state/doc/x'] } as Partial<Rule>);
    expect(choose([state], 'b', '2006-01-01')).toBeNull();
    expect(choose([state, adopting], 'b', '2006-01-01')).toBe('state/doc/x');
    expect(choose([state, adopting], 'c', '2006-01-01')).toBeNull();
    expect(choose([standing('state/doc/x', { reach: 'nationwide' })], 'c', '2006-01-01')).toBe('state/doc/x');
  });
  it('prefers a jurisdiction’s own rule to one that holds everywhere', () => {
    const rulesOfBoth = [standing('state/doc/x', { reach: 'nationwide', from: '2010-01-01' }), standing('b/doc/x')];
    expect(choose(rulesOfBoth, 'b', '2012-01-01')).toBe('b/doc/x');
  });
});
