import { describe, expect, it } from 'vitest';
import { loadCalendar } from '../../../config/rules/calendar.ts';
import { FAMILIES, type Family } from '../../../config/rules/families/families.ts';
import { loadJurisdictions, loadRules } from '../../../config/rules/load.ts';
import type { RuleOf } from '../../../config/rules/rule.ts';

const rules = await loadRules();
const of = <F extends Family>(family: F): RuleOf<F>[] => rules.filter((rule) => rule.family === family) as unknown as RuleOf<F>[];
const content = <F extends Family>(id: string, family: F) => of(family).find((rule) => rule.id === id)?.content ?? expect.fail(`no ${id}`);

/** Counts taken from the printed documents by hand, not from the rules. */
describe('what the documents print, counted', () => {
  it('is whole: 24 and 14 rows of toxic wastes, numbered without a gap', () => {
    const { batches } = content(of('toxic-catalogue')[0]?.id ?? '', 'toxic-catalogue');
    expect(batches.map(({ batch, rows }) => [batch, rows.length])).toEqual([
      [1, 24],
      [2, 14],
    ]);
    for (const { rows } of batches) expect(rows.map(({ no }) => no)).toEqual(rows.map((_, index) => index + 1));
  });

  it('is whole: 13 rows of energy, 4 of materials, of which other materials wait for the office at two levels', () => {
    const energy = content('yunnan/518-2007/coverage-energy', 'coverage-energy');
    expect(energy.rows.map(({ thresholds }) => thresholds)).toEqual(
      content('state/gb17167-2006/coverage-energy', 'coverage-energy').rows.map((row) => row.thresholds),
    );
    expect(energy.rows.length).toBe(13);
    const material = content('yunnan/518-2007/coverage-material', 'coverage-material').rows;
    expect(material.map(({ thresholds }) => thresholds)).toEqual([
      [100, 100, 90],
      [100, 100, 90],
      [100, 100, 80],
      [100, '※', '※'],
    ]);
    expect(content('state/gb24789-2009/coverage-water', 'coverage-water')).toMatchObject({ meteringRate: [100, 95, 85] });
  });

  it('has each limit of yearly energy and water, in the unit that is printed', () => {
    const limits = of('threshold').flatMap(({ jurisdiction, content: found }) =>
      (found?.thresholds ?? []).map(({ atLeast, unit }) => `${jurisdiction} ${atLeast} ${unit}`),
    );
    expect(limits).toEqual([
      'anhui 3000 tce/a',
      'anhui 150000 t/a',
      'gansu 2000 tce/a',
      'state 5000 tce/a',
      'state 300000 m3/a',
      'zhejiang 3000 tce/a',
      'zhejiang 150000 t/a',
    ]);
  });

  it('prints the acceptance classes with Cyrillic letters, which are kept beside the Latin ones', () => {
    const classes = content('yunnan/518-2007/acceptance-class', 'acceptance-class').classes;
    expect(classes.map(({ id, printed, must, striveFor }) => [id, printed.codePointAt(0), must, striveFor])).toEqual([
      ['A', 0x0410, 'focused', 'comprehensive'],
      ['B', 0x0412, 'simple', 'focused'],
      ['C', 0x0421, 'simple', 'focused'],
    ]);
  });

  it('pays audits and investments piece by piece up to a cap', () => {
    expect(new Set(of('subsidy').map(({ jurisdiction }) => jurisdiction)).size).toBeGreaterThanOrEqual(2);
    for (const { id, content: found } of of('subsidy'))
      for (const { pieces } of found?.grants ?? [])
        expect(
          pieces.every(({ percent }) => percent > 0 && percent <= 100),
          id,
        ).toBe(true);
  });
});

describe('every family of the design', () => {
  it('has rules, and every jurisdiction has rules on who must audit, or the State’s that hold there', async () => {
    const counts = Object.fromEntries(Object.keys(FAMILIES).map((family) => [family, of(family as Family).length]));
    expect(Object.entries(counts).filter(([, count]) => count === 0)).toEqual([]);
    const known = new Set(rules.map(({ jurisdiction }) => jurisdiction));
    expect((await loadJurisdictions()).map(({ id }) => id).filter((id) => !known.has(id) && id !== 'national-2016')).toEqual([]);
  });

  it('leaves nothing open without a reason', () => {
    for (const { id, content: found, unset } of rules) if (found === null) expect(unset.content, id).toMatch(/\S/);
  });

  it('counts working days by the calendars of 2004 to 2026', async () => {
    const calendar = await loadCalendar();
    for (let year = 2004; year <= 2026; year += 1) expect(calendar.isHeld(`${year}-06-01`), String(year)).toBe(true);
    expect(calendar.isHeld('2027-06-01')).toBe(false);
  });
});
