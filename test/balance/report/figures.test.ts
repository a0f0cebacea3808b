import { describe, expect, it } from 'vitest';
import { knownFacts } from '../../../balance/audit/known-facts.ts';
import { sheetFacts } from '../../../balance/audit/sheet-facts.ts';
import { auditReportBlocks } from '../../../balance/report/audit-report.ts';
import { cellText, type Table } from '../../../balance/report/blocks.ts';
import { reportBlocks } from '../../../balance/report/report.ts';
import { resultsOf } from '../../../balance/report/results.ts';
import { bookSheets } from '../../../balance/report/workbook/workbook.ts';
import { loadRules } from '../../../config/rules/load.ts';
import { hostilePlant, isOneOf, numbers, numbersIn } from './fixture.ts';
import { intake, samples, savings } from './further-results.ts';

const plant = hostilePlant();
const { balances, coverage } = await numbers(plant);
const facts = sheetFacts(await loadRules(), knownFacts(plant, balances, { depth: null, savings }));
const further = { savings, samples, intake, facts, dailyRoots: [{ day: '2026-03-01', seq: 1440, sha256: 'cd'.repeat(32) }] };
const held = numbersIn(resultsOf(balances, coverage, further));
const known = new Set(held.flatMap((n) => [n, -n]));
const NUMBER = /^[<>]? ?[-−]?\d[\d,]*(\.\d+)?( %)?$/;

/** Cells whose number the results do not hold: a figure by its value and as it is written, a text that is a number as it is written. */
function strangers({ columns, rows }: Table): readonly string[] {
  return rows.flatMap((row) =>
    row.flatMap((cell, column) => {
      const text = cellText(cell);
      const where = `${columns[column]!.title}: ${text}`;
      if (typeof cell !== 'string') {
        if (cell.value === null) return /\d/.test(text) ? [where] : [];
        return known.has(cell.value) && isOneOf(text, held) ? [] : [where];
      }
      // A number of a section is where to look, not what was found.
      return NUMBER.test(text) && columns[column]!.title !== SECTION && !isOneOf(text, held) ? [where] : [];
    }),
  );
}

const SECTION = '报告章节';

describe('every number of every table', () => {
  it.each([
    ['page', reportBlocks],
    ['document', auditReportBlocks],
  ] as const)('of the %s is one of the results', async (_name, blocksOf) => {
    const blocks = await blocksOf({ plant, balances, coverage, lang: 'zh', ...further });
    const tables = blocks.filter((block) => block.kind === 'table');
    expect(tables.length).toBeGreaterThan(12);
    expect(tables.flatMap(strangers)).toEqual([]);
  });

  it('of the workbook is one of the results, or is worked out from such ones by the spreadsheet', () => {
    const cells = bookSheets({ plant, balances, coverage, lang: 'zh', ...further }).flatMap(({ name, rows }) =>
      rows.flatMap((row) => row.flatMap((cell) => (cell !== null && 'number' in cell ? [[name, cell.number] as const] : []))),
    );
    expect(cells.length).toBeGreaterThan(100);
    expect(cells.filter(([, number]) => !known.has(number))).toEqual([]);
  });
});
