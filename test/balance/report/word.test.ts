import { strFromU8, unzipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { auditReportBlocks } from '../../../balance/report/audit-report.ts';
import { cellText } from '../../../balance/report/blocks.ts';
import { resultsOf } from '../../../balance/report/results.ts';
import { widthsOf } from '../../../balance/report/word/table.ts';
import { reportWord } from '../../../balance/report/word/word.ts';
import { HOSTILE, hostilePlant, isOneOf, numbers, numbersIn } from './fixture.ts';

const plant = hostilePlant();
const { balances, coverage } = await numbers(plant);
const files = unzipSync(await reportWord(plant, balances, coverage, 'zh'));
const file = (name: string) => strFromU8(files[name]!);
const document = file('word/document.xml');
const textOf = (xml: string) =>
  [...xml.matchAll(/<w:t(?: [^>]*)?>([^<]*)<\/w:t>/g)]
    .map((match) =>
      match[1]!.replace(/&(lt|gt|quot|apos|amp);/g, (_, name: string) => ({ lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' })[name]!),
    )
    .join('');
const tables = [...document.matchAll(/<w:tbl>[\s\S]*?<\/w:tbl>/g)].map((match) => match[0]);
const rowsOf = (table: string) => [...table.matchAll(/<w:tr>[\s\S]*?<\/w:tr>/g)].map((match) => match[0]);

describe('the Word report', () => {
  it('has the chapters of the audit manual as headings, in order', () => {
    const headings = [...document.matchAll(/<w:pStyle w:val="Heading1"\/>[\s\S]*?<\/w:p>/g)].map((match) => textOf(match[0]));
    const chapters = [
      '前言',
      '1 筹划与组织',
      '2 预评估',
      '3 评估',
      '4 方案的产生和筛选',
      '5 方案的可行性分析',
      '6 方案的实施',
      '7 持续清洁生产',
    ];
    expect(headings.slice(0, 8)).toEqual(chapters);
  });

  it('calls meters unverified that nobody has commissioned', () => {
    expect(textOf(document)).toContain('以下计量器具也未经投运核对，其读数未与表盘示值核对签字：back、out');
  });

  it('shows no figure in its tables that the results do not hold', () => {
    const held = numbersIn(resultsOf(balances, coverage));
    const figures = tables.flatMap((table) =>
      rowsOf(table)
        .slice(1)
        .flatMap((row) => [...row.matchAll(/<w:jc w:val="right"\/>[\s\S]*?<\/w:p>/g)].map((match) => textOf(match[0]))),
    );
    const numeric = figures.filter((text) => text !== '—' && text !== '※');
    expect(numeric.length).toBeGreaterThan(60);
    expect(numeric.filter((text) => !isOneOf(text, held))).toEqual([]);
  });

  it('marks what only people know and invents nothing there', async () => {
    const blocks = await auditReportBlocks({ plant, balances, coverage, lang: 'zh' });
    const blanks = blocks.filter(({ kind }) => kind === 'blank');
    expect(document.split('<w:pStyle w:val="Blank"/>').length - 1).toBe(blanks.length);
    expect(blanks.length).toBe(35);
    // Chapters of options, feasibility and implementation hold nothing but blanks.
    const from = blocks.findIndex((block) => block.kind === 'heading' && block.text.startsWith('4 '));
    const to = blocks.findIndex((block) => block.kind === 'heading' && block.text.startsWith('7 '));
    expect(
      new Set(blocks.slice(from, to).flatMap((block) => (block.kind === 'paragraph' && block.tone === 'remark' ? [] : [block.kind]))),
    ).toEqual(new Set(['heading', 'blank']));
  });

  it('bears revision and journal root on every page, a table of contents, numbered captions, diagrams as PNG', () => {
    const header = textOf(file('word/header1.xml'));
    expect(header).toContain('修订 7');
    expect(header).toContain('日志 1–4321');
    expect(header).toContain('ab'.repeat(32));
    const lines = [...document.matchAll(/<w:pStyle w:val="TOC(\d)"\/>[\s\S]*?<w:t [^>]*>(.*?)<\/w:t>[\s\S]*?PAGEREF (\w+) /g)];
    const marks = [
      ...document.matchAll(/<w:pStyle w:val="Heading([123])"\/>.*?<w:bookmarkStart w:name="(\w+)".*?<w:t [^>]*>(.*?)<\/w:t>/g),
    ];
    expect(lines.length).toBeGreaterThan(40);
    expect(lines.map(([, level, text, mark]) => [level, mark, text])).toEqual(marks.map(([, level, mark, text]) => [level, mark, text]));
    expect(file('word/settings.xml')).toContain('<w:updateFields');
    const numbered = [...document.matchAll(/SEQ 表 [^"]*"[\s\S]*?<w:t[^>]*>(\d+)</g)].map((match) => Number(match[1]));
    expect(numbered).toEqual(tables.map((_, i) => i + 1));
    const pictures = Object.keys(files).filter((name) => /^word\/media\/.*\.png$/.test(name));
    expect(pictures.length).toBe(2);
    for (const name of pictures) expect([...files[name]!.slice(1, 4)].map((code) => String.fromCharCode(code)).join('')).toBe('PNG');
  });

  it('tells hostile names as text', () => {
    expect(document).not.toContain('<script');
    expect(textOf(document)).toContain(HOSTILE);
  });
});

describe('column widths', () => {
  const table = (rows: string[][], aligns: ('left' | 'right')[], titles: string[] = []) => ({
    kind: 'table' as const,
    caption: '',
    columns: aligns.map((align, column) => ({ title: titles[column] ?? 'x', align })),
    rows,
  });

  it('add up to the page and leave every figure room for one line', () => {
    const wide = table([['名'.repeat(80), '123,456,789.00', '文'.repeat(60)]], ['left', 'right', 'left']);
    const widths = widthsOf(wide, 9000);
    expect(widths.reduce((sum, each) => sum + each, 0)).toBeGreaterThan(8990);
    expect(widths.reduce((sum, each) => sum + each, 0)).toBeLessThanOrEqual(9000);
    expect(widths[1]).toBeGreaterThan(14 * 0.5 * 7.5 * 20);
    expect(cellText(wide.rows[0]![1]!)).toBe('123,456,789.00');
  });

  it('breaks no word of a head', () => {
    const narrow = table([['1', 'm3', '文'.repeat(160)]], ['right', 'left', 'left'], ['Delivering', 'Unit', 'Notes']);
    expect(widthsOf(narrow, 9000)[0]).toBeGreaterThan(10 * 0.5 * 9 * 20);
  });

  it('gives a short text no more than it fills', () => {
    const wide = table([['名'.repeat(80), 'm3', '文'.repeat(60)]], ['left', 'left', 'left']);
    const [first, unit, last] = widthsOf(wide, 9000);
    expect(unit).toBeLessThan(800);
    expect(first! + unit! + last!).toBeGreaterThan(8990);
    expect(last).toBeLessThan(first!);
  });
});
