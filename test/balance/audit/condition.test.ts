import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Facts, held } from '../../../balance/audit/condition.ts';
import type { ScoreSheet } from '../../../config/rules/families/judgement.ts';
import { loadRules } from '../../../config/rules/load.ts';

interface Gate {
  conditions: { id: string; data: string }[];
}

const facts = (values: Record<string, number | boolean | string>): Facts =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, { value, evidence: 'p. 1' }]));

describe('conditions of the rules', () => {
  it.each<[string, Record<string, number | boolean | string>, boolean | null]>([
    ['options.lowCost.implementedPercent >= 90', { 'options.lowCost.implementedPercent': 90 }, true],
    ['options.lowCost.implementedPercent >= 90', { 'options.lowCost.implementedPercent': 89.99 }, false],
    ['training.awarenessPercent > 95', { 'training.awarenessPercent': 95 }, false],
    ['options.lowCost.implementedPercent >= 90', {}, null],
    ['discharge.withinLimits and discharge.withinCap', { 'discharge.withinLimits': true }, null],
    ['discharge.withinLimits and discharge.withinCap', { 'discharge.withinLimits': false }, false],
    ['not discharge.withinLimits or not discharge.withinCap', { 'discharge.withinCap': false }, true],
    ['saving.water.percent >= 5, saving.coal.percent >= 5', { 'saving.water.percent': 5, 'saving.coal.percent': 4.9 }, false],
    ['audit.finishedOn <= audit.plannedOn', { 'audit.finishedOn': '2009-06-30', 'audit.plannedOn': '2009-06-30' }, true],
    ['audit.finishedOn <= audit.plannedOn', { 'audit.finishedOn': '2009-07-01', 'audit.plannedOn': '2009-06-30' }, false],
    ['a.x >= 100 and (b.y >= 5 or c.z >= 95)', { 'a.x': 100, 'b.y': 1, 'c.z': 95 }, true],
    ['a.x >= 100 and (b.y >= 5 or c.z >= 95)', { 'a.x': 100, 'b.y': 1 }, null],
    ['saving.any.percent >= 3 or 5 by the level of the plant', { 'saving.any.percent': 50 }, null],
    ['discharge.withinLimits over 6 months', { 'discharge.withinLimits': true }, null],
    ['savings.beforeAfter', { 'savings.beforeAfter': 3 }, null],
  ])('%s with %j is %s', (condition, values, holds) => {
    expect(held(condition, facts(values)).holds).toBe(holds);
  });

  it('never change once decided, whatever becomes known later', () => {
    const names = ['a.x', 'b.y', 'c.z'];
    const conditions = ['a.x >= 1 and b.y >= 1', 'a.x >= 1 or b.y >= 1', 'not (a.x >= 1 and c.z > 0) or b.y < 1', 'a.x >= b.y, c.z == 1'];
    fc.assert(
      fc.property(
        fc.constantFrom(...conditions),
        fc.tuple(fc.nat(2), fc.nat(2), fc.nat(2)),
        fc.subarray(names),
        (condition, values, known) => {
          const all = Object.fromEntries(names.map((name, i) => [name, values[i]!]));
          const early = held(condition, facts(Object.fromEntries(known.map((name) => [name, all[name]!])))).holds;
          const late = held(condition, facts(all)).holds;
          expect(late).not.toBeNull();
          if (early !== null) expect(late).toBe(early);
        },
      ),
    );
  });

  it.each([
    [0, 'meets'],
    [1, 'basically-meets'],
    [5, 'basically-meets'],
    [6, 'fails'],
  ])('grade a metering review with %i failed items of 52 as %s', async (failed, grade) => {
    const gate = (await loadRules()).find(({ id }) => id === 'state/jjf1356-2012/review-grades')?.content as Gate;
    const found = gate.conditions.filter(({ data }) => held(data, facts({ 'review.failedItems': failed })).holds);
    expect(found.map(({ id }) => id)).toEqual([grade]);
  });

  it('of every computed row name at least one fact', async () => {
    const rows = (await loadRules()).flatMap((rule) =>
      rule.family === 'score-sheet' ? ((rule.content as ScoreSheet | null)?.sections ?? []).flatMap(({ rows: each }) => each) : [],
    );
    const computed = rows.filter(({ fill, data }) => fill === 'computed' && data !== undefined && data.includes('.'));
    expect(computed.length).toBeGreaterThan(50);
    for (const { data } of computed) expect(held(data!, {}).facts).not.toEqual([]);
  });
});
