import { expect, it } from 'vitest';
import { profileOf, profileSchema } from '../../../balance/audit/profile.ts';
import { ruleText } from '../../../cli/rule-text.ts';
import { traceCoverage, traceDuty } from '../../../cli/rules-why.ts';
import { coverageOf } from '../../../collector/coverage/coverage.ts';
import { loadCalendar } from '../../../config/rules/calendar.ts';
import { diffRules } from '../../../config/rules/diff.ts';
import { loadRules, RULES_FOLDER } from '../../../config/rules/load.ts';
import { SourceText } from '../../../config/rules/text.ts';
import { plantWith } from '../../collector/coverage/plant.ts';

const rules = await loadRules();
const text = new SourceText(RULES_FOLDER);
const find = (id: string) => rules.find((rule) => rule.id === id) ?? expect.fail(`no ${id}`);

it('leads from a verdict to its clause and the lines that print the number', async () => {
  const plant = plantWith('yunnan', [{ kind: 'steam', level: 2, points: 5, fitted: 4 }]);
  const { cells, depth, acceptance } = coverageOf(plant, rules, Date.parse('2008-06-15T12:00:00+08:00'));
  const cell = cells.find(({ kind, level }) => kind === 'steam' && level === 2)!;
  const shown = await ruleText(find(cell.rule), text);
  expect(shown).toMatch(/云经资源〔2007〕518号/);
  expect(shown).toMatch(/^ {2}19\d{3} {2}.*蒸汽.*100\s*80\s*70/m);
  for (const id of [depth!.rule, acceptance!.rule]) expect(await ruleText(find(id), text)).toMatch(/^ {2}19\d{3} {2}\S/m);
});

it('shows of every rule where it stands: its lines, or where its content was seen', async () => {
  for (const rule of rules) {
    const shown = await ruleText(rule, text);
    const { source } = rule.document;
    if ('reference' in source) expect(shown, rule.id).toContain(source.seen);
    else if (rule.lines !== null) expect(shown, rule.id).toContain(`${source.file}:${rule.lines[0]}–${rule.lines[1]}`);
    else expect(rule.quotes.length, rule.id).toBeGreaterThan(0);
  }
});

it('tells two rules apart by what they say, wherever the rows stand', () => {
  const [own, national] = [find('yunnan/518-2007/coverage-energy'), find('state/gb17167-2006/coverage-energy')];
  expect(diffRules(own, own)).toEqual([]);
  const fields = diffRules(own, national).map(({ field }) => field);
  expect(fields.some((field) => field.includes('denominator'))).toBe(true);
  expect(fields.filter((field) => field.includes('thresholds'))).toEqual([]);
});

it('traces a duty to its clock, depth and acceptance to what stands in their way, a due day to what set it', async () => {
  const profile = profileOf('beijing', profileSchema.parse({ is: ['over-limit'], events: { 'list-published': '2009-01-05' } }));
  const duty = traceDuty(rules, profile, Date.parse('2009-01-10T12:00:00+08:00'), await loadCalendar(), 'duty/file-team');
  expect(duty?.says).toContain('beijing/364-2006/file-team: list-published-or-plan-filed 2009-01-05 + within 45 working-day = 2009-03-12');
  expect(duty?.rules).toContain('beijing/364-2006/file-team');
  expect(traceDuty(rules, profile, Date.parse('2009-01-10T12:00:00+08:00'), await loadCalendar(), 'duty/award')).toBeNull();

  const toxic = {
    jurisdiction: 'hunan',
    is: new Set(['uses-toxics' as const]),
    quantities: {},
    events: { 'previous-audit': '2008-01-01' },
  };
  const taken = traceDuty(rules, toxic, Date.parse('2010-02-10T12:00:00+08:00'), await loadCalendar(), 'duty/repeat-audit');
  expect(taken?.says).toContain(
    'hunan/24-2009/repeat-audit: previous-audit 2008-01-01 + every 5 year (state/order16-2004/repeat-audit) = 2013-01-01',
  );
  expect(taken?.rules).toEqual(expect.arrayContaining(['hunan/24-2009/repeat-audit', 'state/order16-2004/repeat-audit']));

  const plant = plantWith('yunnan', [{ kind: 'steam', level: 1, points: 1, fitted: 0 }]);
  const report = coverageOf(plant, rules, Date.parse('2026-06-15T12:00:00+08:00'));
  expect(traceCoverage(report, 'depth')).toEqual({
    says: ['估计型 estimated', '简单型 simple: steam/1 fitted'],
    rules: ['yunnan/518-2007/balance-depth'],
  });
  expect(traceCoverage(report, 'acceptance/A')?.rules).toEqual(['yunnan/518-2007/acceptance-class', 'yunnan/518-2007/balance-depth']);
  expect(traceCoverage(report, 'acceptance/Z')).toBeNull();

  const metered = plantWith('yunnan', [{ kind: 'steam', level: 1, points: 1, fitted: 1 }]);
  const [first] = coverageOf(metered, rules, Date.parse('2026-06-15T12:00:00+08:00')).verification.meters;
  const due = traceCoverage(coverageOf(metered, rules, Date.parse('2026-06-15T12:00:00+08:00')), `due/${first?.meter}`);
  expect(due?.says[0]).toContain('2026-01-01 → 2026-12-31 (证书 certificate)');
  expect(due?.rules).toEqual([]);
});
