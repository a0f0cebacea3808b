import { strFromU8, unzipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { auditDepth } from '../../../balance/audit/depth.ts';
import { sheetFacts } from '../../../balance/audit/sheet-facts.ts';
import { reportHtml } from '../../../balance/report/html.ts';
import { indicatorPart } from '../../../balance/report/result-parts.ts';
import { resultsOf } from '../../../balance/report/results.ts';
import { reportWord } from '../../../balance/report/word/word.ts';
import { bookSheets } from '../../../balance/report/workbook/workbook.ts';
import { coverageText } from '../../../cli/coverage-text.ts';
import { depthText } from '../../../cli/depth.ts';
import { coverageOf } from '../../../collector/coverage/coverage.ts';
import { loadRules } from '../../../config/rules/load.ts';
import type { Rule, RuleStatus } from '../../../config/rules/rule.ts';
import { hostilePlant, numbers } from './fixture.ts';

const plant = hostilePlant();
const atMs = Date.parse('2008-06-01T12:00:00+08:00');
const { balances } = await numbers(plant);

/** Every text that a report and the commands say of rules, with all rules of a status. */
async function said(status: RuleStatus): Promise<Readonly<Record<string, string>>> {
  const rules = (await loadRules()).map((rule) => ({ ...rule, status }) as Rule);
  const coverage = coverageOf(plant, rules, atMs);
  const facts = sheetFacts(rules, {});
  const content = { plant, balances, coverage, lang: 'zh' as const, facts };
  const word = strFromU8(unzipSync(await reportWord(plant, balances, coverage, 'zh', { facts }))['word/document.xml']!);
  return {
    page: await reportHtml(plant, balances, coverage, 'zh', { facts }),
    document: word.replaceAll(/<[^>]+>/g, ''),
    workbook: bookSheets(content)
      .flatMap(({ rows }) => rows.flatMap((row) => row.map((cell) => (cell !== null && 'text' in cell ? cell.text : ''))))
      .join('\n'),
    results: JSON.stringify(resultsOf(balances, coverage, { facts })),
    coverage: coverageText(coverage),
    depth: depthText({ depth: auditDepth(coverage, balances), acceptance: [] }).join('\n'),
  };
}

describe('rules that are still to be confirmed', () => {
  it('are said to be so beside every use, in every format', async () => {
    const confirm = await said('to-confirm');
    const { coverage } = JSON.parse(confirm.results!) as { coverage: ReturnType<typeof coverageOf> };
    expect(coverage.rules.length).toBeGreaterThan(0);
    const used = [...coverage.rules.map(({ id }) => id), coverage.depth!.rule, coverage.acceptance!.rule];
    for (const format of ['page', 'document', 'workbook', 'coverage'] as const) {
      // A finding names each rule, whatever else is said of it.
      const text = confirm[format]!;
      for (const id of used) expect(text, `${format} ${id}`).toMatch(new RegExp(`${id}[^\n]*?(待核实|to-confirm)`));
      if (format !== 'coverage') expect(text).toContain('score-sheet (待核实) ');
    }
    expect(coverage.findings.filter(({ code }) => code === 'rule-to-confirm').map(({ subject }) => subject)).toEqual(
      expect.arrayContaining(used),
    );
    expect(confirm.depth).toContain('待核实');
    for (const cell of coverage.cells) expect(cell.caution, cell.kind).not.toBeNull();
  });

  it('are said to be so beside an indicator that is worked out by them', () => {
    const indicator = (status: 'in-force' | 'to-confirm') => ({
      ...{
        id: 'R',
        family: 'water',
        boundary: 'P',
        value: 1,
        u: 0.1,
        unit: '%',
        source: 'GB/T 1',
        formula: 'R = a',
        terms: [],
        remarks: [],
      },
      ...{ name: { zh: '重复利用率', en: 'reuse' }, status },
    });
    const shown = (status: 'in-force' | 'to-confirm') => {
      const indicators = [indicator(status)] as unknown as NonNullable<typeof balances.indicators>;
      return JSON.stringify(
        indicatorPart({ plant, balances: { ...balances, indicators }, coverage: coverageOf(plant, [], atMs), lang: 'zh' }),
      );
    };
    expect(shown('to-confirm')).toContain('R = a; GB/T 1; 待核实');
    expect(shown('in-force')).not.toContain('待核实');
  });

  it('are not said to be so where they are confirmed', async () => {
    const confirmed = await said('in-force');
    for (const [format, text] of Object.entries(confirmed)) expect(text.includes('score-sheet (待核实)'), format).toBe(false);
    expect(JSON.parse(confirmed.results!).coverage.findings.map(({ code }: { code: string }) => code)).not.toContain('rule-to-confirm');
    expect(confirmed.depth).not.toContain('待核实');
  });
});
