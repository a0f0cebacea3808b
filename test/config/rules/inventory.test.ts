import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { loadRules, RULES_FOLDER } from '../../../config/rules/load.ts';
import { marked, type Passage, sentencesOf } from './passage.ts';

const inventory = parse(readFileSync(new URL('../../cases/rules/inventory.yaml', import.meta.url), 'utf8')) as Passage[];
const text = readFileSync(join(RULES_FOLDER, 'NOT-ENCODED.md'), 'utf8');
const keyOf = ({ file, lines }: Pick<Passage, 'file' | 'lines'>) => `${file} ${lines.map(([a, b]) => `L${a}–${b}`).join(', ')}`;

/** The shipped sources by the number that their names begin with. */
const sources = new Map(
  readdirSync(join(RULES_FOLDER, 'sources'))
    .filter((name) => /^\d{3}_/.test(name))
    .map((name) => [name.slice(0, 3), readFileSync(join(RULES_FOLDER, 'sources', name), 'utf8').split('\n')] as const),
);

const spans = (await loadRules()).flatMap((rule) => {
  const source = rule.document.source;
  const lines = [rule.lines, ...rule.quotes.map((quote) => quote.lines)].filter((each) => each !== null);
  return 'file' in source ? lines.map(([from, to]) => ({ file: source.file.slice(0, 3), from, to })) : [];
});

const listed = [...text.matchAll(/^- (\d{3} L.*?) \(.*\)$/gm)].map((match) => match[1]!);
const parts = [...text.matchAll(/^- part (\d{3}) L(\d+)–(\d+): (.+)$/gm)].map(([, file, from, to]) => ({
  file: file!,
  from: Number(from),
  to: Number(to),
}));
const encoded = inventory.filter(({ file, lines }) =>
  lines.some(([a, b]) => spans.some((span) => span.file === file && a <= span.to && b >= span.from)),
);

it('encodes every marked passage or says why not, and counts both', () => {
  const missing = inventory.filter((passage) => !encoded.includes(passage)).map(keyOf);
  expect([...listed].sort()).toEqual([...missing].sort());
  expect(inventory.length).toBe(encoded.length + listed.length);
  expect(text).toContain(`${inventory.length} passages`);
  expect(text).toContain(`${encoded.length} of them`);
});

it('leaves no sentence of an encoded passage with a number, a day or a must outside the lines of a rule or of a listed part', () => {
  const covered = [...spans, ...parts];
  const isCovered = (file: string, line: number) => covered.some((each) => each.file === file && each.from <= line && line <= each.to);
  const open = encoded.flatMap(({ file, lines }) =>
    sentencesOf(sources.get(file) ?? [], lines)
      .filter((sentence) => marked(sentence.text) && !sentence.lines.every((line) => isCovered(file, line)))
      .map((sentence) => `${file} L${sentence.lines[0]}–${sentence.lines.at(-1)} ${sentence.text}`),
  );
  expect([...new Set(open)]).toEqual([]);
});

it('lists a part only where a marked passage has such a sentence there and no rule covers it', () => {
  const idle = parts.filter(({ file, from, to }) => {
    const touched = inventory
      .filter((passage) => passage.file === file)
      .flatMap(({ lines }) => sentencesOf(sources.get(file) ?? [], lines))
      .filter((sentence) => marked(sentence.text) && sentence.lines.some((line) => from <= line && line <= to));
    const isRule = (line: number) => spans.some((span) => span.file === file && span.from <= line && line <= span.to);
    return touched.every((sentence) => sentence.lines.every(isRule));
  });
  expect(idle).toEqual([]);
});

describe('what marks a sentence', () => {
  it.each([
    ['应在名单公布后一个月内公布', true],
    ['每5年要进行一次清洁生产审核', true],
    ['污染物削减目标不得低于该目标', true],
    ['企业应当实施清洁生产审核', true],
    ['资金补助额度不超过项目总投资的20%', true],
    ['（一）审核过程是否真实、规范', false],
    ['第十条依据《清洁生产促进法》（主席令第72号）', false],
    ['鼓励企业自愿开展清洁生产审核', false],
  ])('%s: %s', (sentence, is) => expect(marked(sentence)).toBe(is));

  it('follows a sentence over its lines and leaves the book’s page numbers out', () => {
    const lines = ['前文。应在名单', '', ' 149 ', '公布后两个月内开展；', '其他。'];
    expect(sentencesOf(lines, [[1, 5]])).toEqual([
      { text: '前文。', lines: [1] },
      { text: '应在名单公布后两个月内开展；', lines: [1, 4] },
      { text: '其他。', lines: [5] },
    ]);
  });
});
