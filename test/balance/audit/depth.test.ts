import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { acceptanceOf } from '../../../balance/audit/acceptance.ts';
import { auditDepth } from '../../../balance/audit/depth.ts';
import type { BalanceReport } from '../../../balance/media/result.ts';
import { coverageOf } from '../../../collector/coverage/coverage.ts';
import { loadRules } from '../../../config/rules/load.ts';
import { type Points, plantWith } from '../../collector/coverage/plant.ts';

interface Test {
  hours: number;
  readings?: number;
  campaign?: boolean;
  plan?: string;
  normal?: boolean | null;
  people?: { qualified: boolean }[];
  bases?: string[];
}
interface Case {
  name: string;
  focus: 0 | 1;
  overdue?: number;
  other?: number;
  officeValues?: Record<string, number>;
  test: Test;
  grade: string;
  fails: string | null;
  acceptance: Record<string, boolean>;
}

const AT = Date.parse('2026-06-15T12:00:00+08:00');
const FROM = '2026-06-12T08:00:00+08:00';
const rules = await loadRules();
const folder = new URL('../../cases/rules/depth/', import.meta.url);

function coverage({ focus, overdue = 0, other = 0, officeValues = {} }: Case, jurisdiction: string) {
  const points: Points[] = [
    { kind: 'coal', level: 1, points: 1, fitted: 1, overdue },
    { kind: 'coal', level: 2, points: 2, fitted: 2 },
    // Of 20 points of the plant one may be missing (95 %), of the one of the focus none.
    { kind: 'electricity', level: 3, points: 19, fitted: 19 },
    { kind: 'electricity', level: 3, points: 1, fitted: focus, focus: true },
    ...(other > 0 ? [{ kind: 'other-material', level: 2 as const, points: other, fitted: other }] : []),
  ];
  return coverageOf(plantWith(jurisdiction, points, officeValues), rules, AT);
}

/** The parts of a balance report that the depth is judged by. */
function balances({ hours, readings = 10, campaign = true, plan = '2026-06-01', normal = true, people, bases }: Test): BalanceReport {
  const streams = (bases ?? ['metered', 'estimated']).map((basis, i) => ({
    id: `s${i}`,
    from: i % 2 === 0 ? 'ENV' : 'A',
    to: i % 2 === 0 ? 'A' : 'ENV',
    basis,
  }));
  const person = { id: 'li', name: 'Li', role: 'lead', qualification: 'certificate 12', qualified: true };
  return {
    window: { from: FROM, to: FROM, hours },
    balances: [{ id: 'material', boundary: 'plant', streams: [...streams, { id: 'inner', from: 'A', to: 'B', basis: 'unmeasured' }] }],
    completeness: { good: readings, suspect: 0 },
    production: { records: normal === null ? [] : [{ id: 'load', normal }] },
    campaigns: campaign
      ? [
          {
            id: 'c1',
            from: FROM,
            holdsWindow: true,
            plan: { document: 'plan-1', date: plan, approvedBy: 'li' },
            people: (people ?? [{ qualified: true }]).map((each) => ({ ...person, ...each })),
          },
        ]
      : [],
  } as unknown as BalanceReport;
}

describe.each(readdirSync(folder))('%s', (file) => {
  const cases = parse(readFileSync(new URL(file, folder), 'utf8'), { schema: 'core' }) as Case[];
  const jurisdiction = file.replace('.yaml', '');

  it.each(cases)('$name', (given) => {
    const covered = coverage(given, jurisdiction);
    const depth = auditDepth(covered, balances(given.test)) ?? expect.fail('no rule of depth');
    expect(depth.grade).toBe(given.grade);
    const first = depth.grades.find(({ reached }) => !reached);
    expect(first?.fails?.id ?? null).toBe(given.fails);
    expect(depth.next?.needs.map(({ id }) => id).includes(given.fails as never) ?? given.fails === null).toBe(true);
    expect(Object.fromEntries(acceptanceOf(covered, depth)!.map((each) => [each.class, each.open]))).toEqual(given.acceptance);
    for (const { open, why } of acceptanceOf(covered, depth)!) expect(why.length === 0).toBe(open);
  });
});

it('has no grades where no rule has', () => {
  expect(auditDepth({ depth: null }, balances({ hours: 72 }))).toBeNull();
});

it('says how each amount across the boundary was obtained, and leaves those within and those out of service out', () => {
  const given = { focus: 1, test: { hours: 72, bases: ['metered', 'estimated', 'out-of-service'] } } as Case;
  expect(auditDepth(coverage(given, 'yunnan'), balances(given.test))?.provenance).toEqual([
    { balance: 'material', stream: 's0', basis: 'metered' },
    { balance: 'material', stream: 's1', basis: 'estimated' },
  ]);
});
