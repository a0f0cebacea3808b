import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { coverageOf } from '../../../collector/coverage/coverage.ts';
import { loadJurisdictions, loadRules } from '../../../config/rules/load.ts';
import { type Points, plantWith } from './plant.ts';

interface Case {
  jurisdiction: string;
  at: string;
  points: Points[];
  officeValues?: Record<string, number>;
  cells: Record<string, Record<string, unknown>>;
  findings: Record<string, number>;
  rule?: string | null;
  depth?: string;
  acceptance?: Record<string, boolean>;
}

const folder = new URL('../../cases/rules/coverage/', import.meta.url);
const rules = await loadRules();

describe.each(readdirSync(folder))('%s', (name) => {
  const given = parse(readFileSync(new URL(name, folder), 'utf8')) as Case;
  const report = coverageOf(plantWith(given.jurisdiction, given.points, given.officeValues), rules, Date.parse(given.at));

  it('counts and judges every cell as worked by hand', () => {
    for (const [cell, expected] of Object.entries(given.cells)) {
      const found = report.cells.find(({ kind, level }) => `${kind}/${level}` === cell);
      expect({ cell, ...found }).toMatchObject({ cell, ...expected });
    }
    if (Object.keys(given.cells).length === 0) expect(report.cells).toEqual([]);
  });

  it('leaves a point out only with the evidence that a person gave', () => {
    for (const cell of report.cells) {
      expect(cell.exempted.length).toBe(cell.exempt);
      for (const { evidence } of cell.exempted) expect(evidence).toBe('ledger p. 3');
    }
  });

  it('says what else there is to know', () => {
    const counts: Record<string, number> = {};
    for (const { code } of report.findings) counts[code] = (counts[code] ?? 0) + 1;
    expect(counts).toEqual(given.findings);
  });

  it('names the rule, the depth and the classes', () => {
    if (given.rule !== undefined) expect(report.rule?.id ?? null).toBe(given.rule);
    if (given.depth !== undefined) expect(report.depth?.grade).toBe(given.depth);
    if (given.acceptance !== undefined)
      expect(Object.fromEntries(report.acceptance!.classes.map((each) => [each.class, each.allowed]))).toEqual(given.acceptance);
  });
});

/** At 70 % of ten points of steam at level 3 exactly, one short of it, and with nothing to meter: by the rule that holds there. */
const edges: readonly (readonly [number, number, string])[] = [
  [10, 7, 'pass'],
  [10, 6, 'fail'],
  [0, 0, 'not-applicable'],
];
const jurisdictions = (await loadJurisdictions()).map(({ id }) => id);

describe.each(jurisdictions)('%s in 2010', (jurisdiction) => {
  it.each(edges)('of %i points %i fitted: %s', (points, fitted, verdict) => {
    const plant = plantWith(jurisdiction, [{ kind: 'steam', level: 3, points, fitted }]);
    const { cells, rule } = coverageOf(plant, rules, Date.parse('2010-06-15T12:00:00+08:00'));
    const own = rules.some((each) => each.family === 'coverage-energy' && each.jurisdiction === jurisdiction);
    expect(rule?.id.split('/')[0]).toBe(own ? jurisdiction : 'state');
    expect(cells.find(({ kind, level }) => kind === 'steam' && level === 3)).toMatchObject({ threshold: 70, verdict, caution: null });
  });
});
