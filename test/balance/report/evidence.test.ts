import { strFromU8, unzipSync } from 'fflate';
import readExcelFile from 'read-excel-file/node';
import { describe, expect, it } from 'vitest';
import { factsSchema, knownAndBlank } from '../../../balance/audit/facts.ts';
import { knownFacts } from '../../../balance/audit/known-facts.ts';
import { prefill } from '../../../balance/audit/score-prefill.ts';
import { scoreSheets, sheetFacts } from '../../../balance/audit/sheet-facts.ts';
import { factsText } from '../../../balance/report/evidence.ts';
import { factName } from '../../../balance/report/fact-places.ts';
import { reportWord } from '../../../balance/report/word/word.ts';
import { reportWorkbook } from '../../../balance/report/workbook/workbook.ts';
import { loadRules } from '../../../config/rules/load.ts';
import { hostilePlant, numbers } from './fixture.ts';
import { savings } from './further-results.ts';

const rules = await loadRules();
const plant = hostilePlant();
const { balances, coverage } = await numbers(plant);
const further = { savings, facts: sheetFacts(rules, knownFacts(plant, balances, { depth: null, savings })) };
const content = { plant, balances, coverage, lang: 'zh' as const, ...further };
const told = knownAndBlank(factsSchema.parse(JSON.parse(factsText(content))));
const sheets = scoreSheets(rules);

/** Headings of the written document, by the number that they begin with. */
const document = strFromU8(unzipSync(await reportWord(plant, balances, coverage, 'zh', further))['word/document.xml']!);
const headings = new Set(
  [...document.matchAll(/<w:p>(?:(?!<\/w:p>)[\s\S])*?<w:pStyle w:val="Heading\d"\/>[\s\S]*?<\/w:p>/g)].map(([paragraph]) =>
    [...paragraph.matchAll(/<w:t(?: [^>]*)?>([^<]*)<\/w:t>/g)].map(([, text]) => text).join(''),
  ),
);
const workbook = await reportWorkbook(plant, balances, coverage, 'zh', further);
const book = await readExcelFile(Buffer.from(workbook));
const parts = unzipSync(workbook);

/** What a place of the report holds: the text of a heading, a cell's value, or the formula that the spreadsheet works out. */
function at(place: string): unknown {
  const [file, where = ''] = [place.slice(0, place.indexOf(' ')), place.slice(place.indexOf(' ') + 1)];
  if (file === 'report.docx') return [...headings].find((heading) => heading.startsWith(`${where} `));
  const [, name, column, row] = /^(.+)!([A-Z])(\d+)$/.exec(where) ?? expect.fail(`no cell: ${place}`);
  const sheet = book.find((each) => each.sheet === name) ?? expect.fail(`no sheet: ${place}`);
  const value = sheet.data[Number(row) - 1]?.[column!.charCodeAt(0) - 65];
  if (value !== null && value !== undefined) return value;
  const xml = strFromU8(parts[`xl/worksheets/sheet${book.indexOf(sheet) + 1}.xml`]!);
  return new RegExp(`<c r="${column}${row}"[^>]*><f>([^<]+)</f>`).exec(xml)?.[1];
}

describe('the rows of score sheets that are computed', () => {
  it('are held of several jurisdictions', () => {
    expect(new Set(sheets.map(({ jurisdiction }) => jurisdiction)).size).toBeGreaterThanOrEqual(6);
  });

  it.each(sheets.map((sheet) => [sheet.id, sheet] as const))(
    'of %s point at headings and cells that are there',
    (_id, { content: sheet }) => {
      const { rows } = prefill(sheet, told.facts, { blanks: told.blanks });
      const computed = rows.filter(({ fill }) => fill === 'computed');
      expect(computed.length).toBeGreaterThan(0);
      for (const { key, evidence, blanks } of computed) {
        const places = [...evidence, ...blanks].flatMap((each) => each.at.split('; '));
        expect(places.length, key).toBeGreaterThan(0);
        for (const place of places) expect(at(place) ?? null, `${key}: ${place}`).not.toBeNull();
      }
    },
  );

  it('find in the cell what they rest on, or the blank that people fill in', () => {
    const own = (evidence: string) => evidence.split('; ').at(-1)!;
    for (const [name, { value, evidence }] of Object.entries(told.facts)) {
      const shown = typeof value === 'boolean' ? (value ? '是' : '否') : value;
      expect(at(own(evidence)), name).toBe(shown);
    }
    for (const [name, evidence] of Object.entries(told.blanks)) expect(at(own(evidence)), name).toBe('待填写');
    expect(Object.keys(told.facts)).toContain('options.lowCost.implementedPercent');
    expect(Object.keys(told.blanks)).toContain('generation.so2.reductionPercent');
  });
});

it('every fact that a sheet asks for has a name in both languages', () => {
  for (const { fact } of further.facts)
    for (const lang of ['zh', 'en'] as const) expect(factName(fact, { lang }), `${lang} ${fact}`).not.toBe(fact);
});
