import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { loadRules } from '../../../config/rules/load.ts';
import type { Rule } from '../../../config/rules/rule.ts';
import { SourceText } from '../../../config/rules/text.ts';
import { prints, printsDay, printsTime } from './printed.ts';

const derived = parse(readFileSync(new URL('../../cases/rules/derived-numbers.yaml', import.meta.url), 'utf8')) as {
  rule: string;
  field: string;
  from: string;
}[];

/** Fields of contents whose numbers the text must print. */
const COUNTED = new Set(
  'atLeast atMost above capYuan upToYuan fromYuan toYuan percent value changePercent year baseYear auditors senior years atLeastPercent loadShareAtLeastPercent'.split(
    ' ',
  ),
);

const text = new SourceText();

/** Fields of a rule whose number is not printed in its lines, none where all are. */
async function unprinted(rule: Rule): Promise<string[]> {
  const source = rule.document.source;
  if (!('file' in source) || rule.lines === null || rule.content === null || rule.family.startsWith('coverage-')) return [];
  const spans = [rule.lines, ...rule.quotes.map(({ lines }) => lines)];
  const passage = (await Promise.all(spans.map(([from, to]) => text.passage(source.file, from, to)))).join('\n');
  const open = new Set<string>();
  if (rule.family === 'deadline') {
    const { limit, yearly, on } = rule.content;
    if (limit && !printsTime(passage, limit.amount, limit.unit)) open.add('limit');
    if (limit?.kind === 'before' && !passage.includes('前')) open.add('limit');
    if (yearly && !printsDay(passage, yearly.month, yearly.day)) open.add('yearly');
    if (on) {
      const [year, month, day] = on.split('-').map(Number) as [number, number, number];
      const isYear = prints(passage, year) || String(rule.document.issued).startsWith(String(year));
      const isWholeYear = month === 12 && day === 31 && passage.includes(`${year}年`);
      if (!isYear || !(isWholeYear || printsDay(passage, month, day))) open.add('on');
    }
    return [...open];
  }
  const walk = (value: unknown, key: string) => {
    if (Array.isArray(value)) for (const each of value) walk(each, key);
    else if (typeof value === 'object' && value !== null) for (const [name, each] of Object.entries(value)) walk(each, name);
    else if (typeof value === 'number' && COUNTED.has(key) && !isWhole(key, value) && !prints(passage, value)) open.add(key);
    else if (typeof value === 'string' && key === 'data')
      for (const [, number] of value.matchAll(/(?:[<>]=?|==)\s*(\d+(?:\.\d+)?)/g))
        if (Number(number) !== 100 && !prints(passage, Number(number))) open.add('data');
  };
  walk(rule.content, '');
  return [...open];
}

/** 全额 is printed without its 100 %. */
const isWhole = (key: string, value: number) => key === 'percent' && value === 100;

it('counts nothing that its lines do not print, or says where it comes from', async () => {
  const open = (
    await Promise.all((await loadRules()).map(async (rule) => (await unprinted(rule)).map((field) => `${rule.id} ${field}`)))
  ).flat();
  expect(new Set(open)).toEqual(
    new Set(derived.filter(({ field }) => !/^(article|points )/.test(field)).map(({ rule, field }) => `${rule} ${field}`)),
  );
});

it('would see another amount, another unit, another day', async () => {
  const rules = await loadRules();
  const deadline = (id: string, change: object) => {
    const rule = rules.find((each) => each.id === id)!;
    return unprinted({ ...rule, content: { ...rule.content, ...change } } as Rule);
  };
  const limit = (amount: number, unit: string) => ({ limit: { amount, unit, kind: 'within' } });
  expect(await deadline('beijing/364-2006/file-team', limit(45, 'working-day'))).toEqual([]);
  expect(await deadline('beijing/364-2006/file-team', limit(45, 'day'))).toEqual(['limit']);
  expect(await deadline('beijing/364-2006/file-team', limit(5, 'working-day'))).toEqual(['limit']);
  expect(await deadline('fujian/826-2008/file-team', limit(45, 'working-day'))).toEqual(['limit']);
  expect(await deadline('zhejiang/1040-2003/start-audit', limit(2, 'month'))).toEqual(['limit']);
  expect(await deadline('shanghai/441-2008/submit-plan', { yearly: { month: 3, day: 31 } })).toEqual(['yearly']);
});

describe('how a number is printed', () => {
  it.each([
    ['名单公布后45个工作日内', 45, 'working-day', true],
    ['名单公布后45个工作日内', 45, 'day', false],
    ['在45日内', 5, 'day', false],
    ['在十五日内', 5, 'day', false],
    ['在十五日内', 15, 'day', true],
    ['公布后两个月内', 2, 'month', true],
    ['时间不超过半年', 6, 'month', true],
    ['两次审核的间隔时间不得超过五年', 5, 'year', true],
    ['在网上公示两周', 2, 'week', true],
  ] as const)('%s: %d %s is %s', (passage, amount, unit, is) => expect(printsTime(passage, amount, unit)).toBe(is));

  it.each([
    ['补助金额最高不超过3000万元', 30_000_000, true],
    ['补助金额最高不超过3000万元', 3_000_000, false],
    ['处以十万元以下的罚款', 100_000, true],
    ['处以五十万元以下的罚款', 100_000, false],
    ['减少15.1%', 15.1, true],
    ['减少15.1%', 5.1, false],
  ] as const)('%s: %d is %s', (passage, value, is) => expect(prints(passage, value)).toBe(is));

  it.each([
    ['每年11月30日之前', 11, 30, true],
    ['每年2月底前', 2, 28, true],
    ['每年2月底前', 3, 31, false],
    ['每年的十二月底之前', 12, 31, true],
    ['于每年一季度印发', 3, 31, true],
    ['在每年一月份报送', 1, 31, true],
  ] as const)('%s: %d-%d is %s', (passage, month, day, is) => expect(printsDay(passage, month, day)).toBe(is));
});
