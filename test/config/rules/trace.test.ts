import { expect, it } from 'vitest';
import { ruleText } from '../../../cli/rule-text.ts';
import { coverageOf } from '../../../collector/coverage/coverage.ts';
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
