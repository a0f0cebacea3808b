import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { budgetName, kindName } from '../../../balance/report/names.ts';
import { noteText } from '../../../balance/report/note-text.ts';
import { bookSheets } from '../../../balance/report/workbook/workbook.ts';
import { notes as en } from '../../../config/words/en/notes.ts';
import { hostilePlant, numbers } from './fixture.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..', 'balance');

/** What the code writes as notes: the texts in the lines that write them, their `${…}` as `{}`. */
function written(): readonly string[] {
  return rooms().flatMap((path) =>
    readFileSync(path, 'utf8')
      .split('\n')
      .flatMap((line) => {
        if (!/\bnotes?(:|\.push\(|\(| =|s\b.*\?)|^ *return `survey |\[`no main|\['the state/.test(line)) return [];
        return [...line.matchAll(/`((?:[^`$]|\$\{[^}]*\})+)`|'([a-z][a-z ]{6,})'/g)].map((found) => found[1] ?? found[2]!);
      }),
  );
}

/** A template with something in each of its places. */
const instanceOf = (template: string) => template.replaceAll(/\$?\{[^}]*\}/g, 'X-1');

/** The files that write notes and uncertainty budgets. */
function rooms(): readonly string[] {
  const files = ['window', 'media', join('media', 'indicators')].flatMap((room) =>
    readdirSync(join(ROOT, room)).map((name) => join(ROOT, room, name)),
  );
  return files.filter((path) => path.endsWith('.ts'));
}

it('names the sources of uncertainty that the code writes in both languages', () => {
  const parts = rooms().flatMap((path) =>
    [...readFileSync(path, 'utf8').matchAll(/\[`(?!no )((?:[a-zA-Z]+ )+)\$\{/g)].map(([, words]) => `${words}X-1`),
  );
  expect(parts.length).toBeGreaterThan(25);
  expect(parts).toContain('resolution X-1');
  for (const part of [...parts, 'calibration X-1', 'estimated X-1', 'design X-1']) {
    expect(budgetName(part, 'zh'), part).toMatch(/^\p{Script=Han}+ /u);
    expect(budgetName(part, 'en'), part).toContain('X-1');
  }
  expect(budgetName('calibration FT-1', 'en')).toBe('error of indication FT-1');
  expect(budgetName('heat of mixing', 'zh')).toBe('heat of mixing');
});

describe('notes of streams and stocks', () => {
  it('that the code writes are each known to Chinese', () => {
    const known = written()
      .map(instanceOf)
      // Events have words of their own; IF97 says what it says.
      .filter((note) => note.includes(' ') && !/^X-1 X-1 |^IF97/.test(note));
    expect(known.length).toBeGreaterThan(18);
    expect(known.filter((note) => noteText(note, 'zh') === note || /\{\w+\}/.test(noteText(note, 'zh')))).toEqual([]);
  });

  it.each(Object.values(en).map(instanceOf))('%s: stays in English, and is Chinese in Chinese', (note) => {
    expect(noteText(note, 'en')).toBe(note);
    expect(noteText(note, 'zh')).toMatch(/\p{Script=Han}/u);
  });

  it('keep their figures', () => {
    const note = 'missing 4.00 h of 2026-03-01T00:00:00+08:00 – 2026-03-04T00:00:00+08:00, filled with the mean rate';
    expect(noteText(note, 'zh')).toBe('2026-03-01T00:00:00+08:00 – 2026-03-04T00:00:00+08:00 缺 4.00 h，按平均速率补足');
    expect(noteText('WT-1 + 2 has no value at the amounts of this window', 'zh')).toBe('WT-1 + 2 在本窗口的数量下没有值');
  });
});

it('kinds of metering points are English in English, and as the rule names them in Chinese', async () => {
  const plant = hostilePlant();
  const { balances, coverage } = await numbers(plant);
  expect(coverage.cells.length).toBeGreaterThan(10);
  for (const cell of coverage.cells) {
    expect(kindName(cell, 'zh')).toBe(cell.name);
    expect(kindName(cell, 'en'), cell.kind).not.toMatch(/\p{Script=Han}/u);
  }
  const sheets = bookSheets({ plant, balances, coverage, lang: 'en' });
  const names = sheets.find(({ name }) => name === 'Metering coverage')!.rows.map(([first]) => first);
  expect(names).toContainEqual({ text: 'Water' });
});
