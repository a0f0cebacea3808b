import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { grantsOf, mostGranted } from '../../../balance/audit/grants.ts';
import { parsePlant } from '../../../config/plant/load.ts';
import { loadRules } from '../../../config/rules/load.ts';

const rules = await loadRules();
const plant = (jurisdiction: string) =>
  parsePlant(
    `liangheng: 1
plant: { id: p, name: 厂, jurisdiction: ${jurisdiction} }
units: [{ id: P, name: 厂, level: plant }]
auditRound: { from: 2009-01-01, auditCost: { amount: 8, unit: 万元 } }
options:
  - { id: reuse, name: 回用, cost: medium-high, proposed: 2009-02-01, done: 2009-05-01, investment: { amount: 1200, unit: 万元 }, fixedInvestment: { amount: 900, unit: 万元 } }
  - { id: boiler, name: 锅炉, cost: medium-high, proposed: 2009-02-01, investment: { amount: 0.02, unit: 亿元 } }
  - { id: lids, name: 加盖, cost: no-low, proposed: 2009-02-01, investment: { amount: 1, unit: 万元 } }
  - { id: stack, name: 烟囱, cost: medium-high, proposed: 2009-02-01, decided: { at: 2009-03-01, accepted: false }, investment: { amount: 50, unit: 万元 } }
`,
    'plant.yaml',
  );
const granted = (jurisdiction: string, at: string) =>
  grantsOf(plant(jurisdiction), rules, Date.parse(at)).map(({ option, of, sum, most, rule }) => [rule.document, option, of, sum, most]);

describe('grants', () => {
  // 京财经一〔2007〕156号 四（一）, worked by hand.
  it.each([
    [0, 0],
    [30_000, 30_000],
    [50_000, 50_000],
    [80_000, 50_000 + 21_000],
    [121_428, 50_000 + 49_999.6],
    [130_000, 100_000],
  ])('Beijing pays of %d yuan for an audit at most %d', (sumYuan, mostYuan) => {
    const [rule] = rules.filter(({ id }) => id === 'beijing/156-2007/subsidy');
    const [grant] = (rule?.family === 'subsidy' && rule.content?.grants) || [];
    expect(mostGranted(grant!, sumYuan)).toBeCloseTo(mostYuan, 6);
  });

  it('takes the shares of the sums that each document names, the plant’s own and those that hold everywhere', () => {
    expect(granted('beijing', '2009-12-01')).toEqual([
      ['京财经一〔2007〕156号', null, 'audit-cost', 8, 7.1],
      ['京财经一〔2007〕156号', 'reuse', 'fixed-investment', 900, 270],
      ['京财经一〔2007〕156号', 'reuse', 'investment', 1200, 200],
      ['京财经一〔2007〕156号', 'boiler', 'investment', 200, 40],
      ['财建〔2009〕707号', 'reuse', 'investment', 1200, 240],
      ['财建〔2009〕707号', 'boiler', 'investment', 200, 40],
      ['财建〔2009〕707号', 'reuse', 'actual-investment', 1200, 180],
    ]);
  });

  it('gives the cap alone where no share is printed, and nothing before a document is in force', () => {
    expect(granted('shanghai', '2009-06-01')).toEqual([
      [expect.any(String), null, 'pilot-audit', 8, 8],
      [expect.any(String), 'reuse', 'investment', 1200, 100],
      [expect.any(String), 'boiler', 'investment', 200, 40],
    ]);
    expect(granted('yunnan', '2009-06-01')).toEqual([]);
  });

  it('never gives more than the sum or the cap, nor less for more', () => {
    const upTo = fc.uniqueArray(fc.integer({ min: 1, max: 1_000_000 }), { maxLength: 3 }).map((ends) => ends.sort((a, b) => a - b));
    const grant = fc.record({
      pieces: upTo.chain((ends) =>
        fc.tuple(
          ...[...ends, null].map((upToYuan) => fc.record({ upToYuan: fc.constant(upToYuan), percent: fc.integer({ min: 1, max: 100 }) })),
        ),
      ),
      capYuan: fc.option(fc.integer({ min: 1, max: 1_000_000 })),
    });
    fc.assert(
      fc.property(grant, fc.integer({ min: 0, max: 2_000_000 }), fc.integer({ min: 0, max: 2_000_000 }), (each, a, b) => {
        const [less, more] = [mostGranted(each, Math.min(a, b)), mostGranted(each, Math.max(a, b))];
        expect(less).toBeLessThanOrEqual(more + 1e-6);
        expect(more).toBeLessThanOrEqual(Math.min(Math.max(a, b), each.capYuan ?? Number.POSITIVE_INFINITY) + 1e-6);
      }),
    );
  });
});
