import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const checklists = readdirSync('docs').filter((name) => name.endsWith('-checklist.md'));

/** Rows of a page's tables without their headings, and what they name in backticks. */
function rowsOf(text: string): { readonly row: string; readonly named: readonly string[] }[] {
  return text
    .split('\n')
    .filter((line, at, lines) => /^\|/.test(line) && !/^\|[-|: ]+\|$/.test(line) && !/^\|[-|: ]+\|$/.test(lines[at + 1] ?? ''))
    .map((row) => ({ row, named: [...row.matchAll(/`([^`]+)`/g)].map(([, name]) => name as string) }));
}

const isTest = (name: string): boolean => /^[a-z][\w-]*\/.*(\.test\.ts|\/)$|\.ts$/.test(name);

describe('the checklists', () => {
  it('are there', () => {
    expect(checklists).toEqual(expect.arrayContaining(['balance-checklist.md', 'collector-checklist.md']));
  });

  it.each(checklists)('of %s name only tests that exist', (name) => {
    const named = [...readFileSync(`docs/${name}`, 'utf8').matchAll(/`([^`]+)`/g)].map(([, one]) => one as string).filter(isTest);
    expect(named.length).toBeGreaterThan(10);
    expect(named.filter((path) => !existsSync(`test/${path}`))).toEqual([]);
  });

  it.each(checklists)('of %s say of every row which test shows it, or why it is not done', (name) => {
    const rows = rowsOf(readFileSync(`docs/${name}`, 'utf8'));
    expect(rows.length).toBeGreaterThan(10);
    expect(rows.filter(({ row, named }) => named.length === 0 && !/not done: \S/.test(row)).map(({ row }) => row)).toEqual([]);
  });
});
