import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { loadRules } from '../../../config/rules/load.ts';
import type { Rule } from '../../../config/rules/rule.ts';
import { SourceText } from '../../../config/rules/text.ts';

const derived = parse(readFileSync(new URL('../../cases/rules/derived-numbers.yaml', import.meta.url), 'utf8')) as {
  rule: string;
  field: string;
}[];

const text = new SourceText();

/** 1–99 as the articles are numbered. */
function numberOf(numeral: string): number {
  const [, tens, ten, unit] = /^([一二三四五六七八九])?(十)?([一二三四五六七八九])?$/u.exec(numeral) ?? [];
  const digit = (each: string | undefined) => '一二三四五六七八九'.indexOf(each ?? '?') + 1;
  if (!ten) return digit(tens);
  return (tens ? digit(tens) : 1) * 10 + digit(unit);
}

/** 第八、九条 names 8 and 9, 第六至九条 the four of them. */
function articlesIn(printed: string): number[] {
  return [...printed.matchAll(/第([一二三四五六七八九十、至]+)条/gu)].flatMap(([, numerals]) => {
    const [from, to] = numerals!.split('至').map(numberOf);
    if (to !== undefined) return Array.from({ length: to - from! + 1 }, (_, at) => from! + at);
    return numerals!.split('、').map(numberOf);
  });
}

/** Articles that a rule names and does not stand in. A line that begins 第八条第一项 or 第七条（二）项 speaks of an article and opens none. */
async function elsewhere(rule: Rule): Promise<number[]> {
  const source = rule.document.source;
  if (!('file' in source) || rule.lines === null || rule.article === null) return [];
  const lines = (await text.lines(source.file)).slice(source.lines[0] - 1, source.lines[1]);
  const openings = lines.flatMap((line, at) => {
    const found = /^\s*第([一二三四五六七八九十]+)条(?!第|（[一二三四五六七八九十]+）)/u.exec(line);
    return found ? [{ line: source.lines[0] + at, article: numberOf(found[1]!) }] : [];
  });
  if (openings.length === 0) return [];
  const standsIn = [rule.lines, ...rule.quotes.map((quote) => quote.lines)].flatMap(([from, to]) => [
    openings.findLast(({ line }) => line <= from)?.article,
    ...openings.filter(({ line }) => line > from && line <= to).map(({ article }) => article),
  ]);
  return articlesIn(rule.article).filter((article) => !standsIn.includes(article));
}

it('names the article that a rule stands in', async () => {
  const wrong = (await Promise.all((await loadRules()).map(async (rule) => ((await elsewhere(rule)).length > 0 ? [rule.id] : [])))).flat();
  expect(new Set(wrong)).toEqual(new Set(derived.filter(({ field }) => field === 'article').map(({ rule }) => rule)));
});

it('would see the article before or after', async () => {
  const rule = (await loadRules()).find(({ id }) => id === 'state/order16-2004/confidentiality')!;
  expect(await elsewhere(rule)).toEqual([]);
  expect(await elsewhere({ ...rule, article: '第十八条' })).toEqual([18]);
  expect(await elsewhere({ ...rule, article: '第十九至二十一条' })).toEqual([20, 21]);
});
