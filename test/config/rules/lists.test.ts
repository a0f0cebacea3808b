import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { loadRules } from '../../../config/rules/load.ts';
import type { Rule } from '../../../config/rules/rule.ts';
import { bare, SourceText } from '../../../config/rules/text.ts';

const untyped = parse(readFileSync(new URL('../../cases/rules/list-items.yaml', import.meta.url), 'utf8')) as {
  item: string;
  why: string;
}[];

const text = new SourceText();
const rules = await loadRules();

/** Where an item of a printed list begins, and where one must end because the next thing does. */
const ITEM = /^(?:（[一二三四五六七八九十]+）|\d{1,2}[．.、]|[①-⑩])/u;
const NEXT = /^(?:（[一二三四五六七八九十]+）|\d{1,2}[．.、]|[①-⑩]|第[一二三四五六七八九十]+条|[一二三四五六七八九十]+、|附件|\d+$)/u;

interface Document {
  readonly id: string;
  readonly file: string;
  readonly lines: readonly [number, number];
  readonly rules: readonly Rule[];
}

/** Documents whose text is shipped, each with its rules; two files of one document are one. */
function documents(of: readonly Rule[]): Document[] {
  const found = new Map<string, Document & { rules: Rule[] }>();
  for (const rule of of) {
    const source = rule.document.source;
    if (!('file' in source)) continue;
    const key = `${source.file} ${source.lines.join('–')}`;
    const document = found.get(key) ?? {
      id: `${rule.jurisdiction}/${rule.document.id}`,
      file: source.file,
      lines: source.lines,
      rules: [],
    };
    document.rules.push(rule);
    found.set(key, document);
  }
  return [...found.values()];
}

function strings(value: unknown): string[] {
  if (typeof value === 'string') return bare(value).length > 2 ? [bare(value)] : [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(strings);
}

/** Items of lists that stand under a rule's lines and of which no rule of the document holds or quotes anything. */
async function unheld({ id, file, lines: [first, last], rules: own }: Document): Promise<string[]> {
  const lines = (await text.lines(file)).map(bare);
  const held = own.flatMap(({ content, quote, quotes }) => [
    ...strings(content),
    ...[quote, ...quotes.map((each) => each.text)].flatMap((each) => (each === null ? [] : [bare(each)])),
  ]);
  const ruled = own.filter(({ family }) => family !== 'form' && family !== 'score-sheet');
  const missing: string[] = [];
  for (let line = first; line <= last; line++) {
    const under = ruled.some((rule) => rule.lines !== null && rule.lines[0] <= line && line <= rule.lines[1]);
    if (!under || !ITEM.test(lines[line - 1] ?? '')) continue;
    let item = lines[line - 1]!;
    for (let next = line + 1; next <= last && !(item.length > 10 && /[。；]$/u.test(item)); next++) {
      if (NEXT.test(lines[next - 1]!)) break;
      item += lines[next - 1]!;
    }
    const said = item.replace(ITEM, '').replace(/[。；]$/u, '');
    if (!held.some((each) => item.includes(each) || (each.length > 12 && each.includes(said))))
      missing.push(`${id} L${line} ${said.slice(0, 20)}`);
  }
  return missing;
}

it('holds every item of a list that stands under a rule, or says why not', async () => {
  const missing = (await Promise.all(documents(rules).map(unheld))).flat();
  expect(new Set(missing)).toEqual(new Set(untyped.map(({ item }) => item)));
  for (const { item, why } of untyped) expect(why, item).toMatch(/\S/);
});

it('would see a condition taken off a list of vetoes', async () => {
  const id = 'guangdong/35-2009/evaluation-fails';
  const shorter = rules.map((rule): Rule => {
    if (rule.id !== id || rule.family !== 'gate' || rule.content === null) return rule;
    return { ...rule, content: { ...rule.content, conditions: rule.content.conditions.filter((each) => each.id !== 'c5') } };
  });
  const document = documents(shorter).find((each) => each.id === 'guangdong/35-2009')!;
  expect(await unheld(document)).toEqual(['guangdong/35-2009 L14651 在清洁生产审核过程中弄虚作假']);
});
