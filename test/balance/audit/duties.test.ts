import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { assess } from '../../../balance/audit/assess.ts';
import { classesOf, dutiesOf, type PlantProfile, type ProfileFlag } from '../../../balance/audit/duties.ts';
import { loadCalendar } from '../../../config/rules/calendar.ts';
import { loadJurisdictions, loadRules } from '../../../config/rules/load.ts';

interface Case {
  name: string;
  at: string;
  is: ProfileFlag[];
  quantities?: PlantProfile['quantities'];
  events: PlantProfile['events'];
  classes: string[];
  due: Record<string, string | null>;
  /** What limits that are reached make of the plant. */
  reached?: string[];
  /** Kinds of balances that it must make, in the order of the rules. */
  balances?: string[];
  /** Rules by which it must publish. */
  publishes?: string[];
}

const folder = new URL('../../cases/rules/duties/', import.meta.url);
const files = readdirSync(folder);
const rules = await loadRules();
const ids = new Set(rules.map(({ id }) => id));
const calendar = await loadCalendar();

it('has at least three cases a jurisdiction', async () => {
  const jurisdictions = (await loadJurisdictions()).map(({ id }) => id);
  expect(new Set(files.map((file) => file.replace('.yaml', '')))).toEqual(new Set(jurisdictions));
});

describe.each(files)('%s', (file) => {
  const jurisdiction = file.replace('.yaml', '');
  const cases = parse(readFileSync(new URL(file, folder), 'utf8')) as Case[];
  it('is worked at least three times', () => expect(cases.length).toBeGreaterThanOrEqual(3));

  it.each(cases)('$name', ({ at, is, quantities = {}, events, classes, due, reached, balances, publishes }) => {
    const profile: PlantProfile = { jurisdiction, is: new Set(is), quantities, events };
    const atMs = Date.parse(`${at}T12:00:00+08:00`);
    expect(classesOf(rules, profile, atMs).map(({ id }) => id)).toEqual(classes);
    const duties = dutiesOf(rules, profile, atMs, calendar);
    const found = Object.fromEntries(
      Object.keys(due).map((name) => {
        const id = name.startsWith('state/') ? name : `${jurisdiction}/${name}`;
        expect(ids).toContain(id);
        const duty = duties.find(({ rule }) => rule.id === id);
        if (!duty) return [name, '-'];
        return [name, duty.due === null ? null : duty.due.day + (duty.due.provisional ? ' provisional' : '')];
      }),
    );
    expect(found).toEqual(due);
    const all = assess(rules, profile, atMs, calendar);
    if (reached) expect(all.reached.map(({ makes }) => makes)).toEqual(reached);
    if (balances) expect(all.balances.flatMap((rule) => (rule.content?.balances ?? []).map(({ kind }) => kind))).toEqual(balances);
    if (publishes) expect(all.disclosures.map(({ id }) => id)).toEqual(publishes);
  });
});
