import { strFromU8, unzipSync } from 'fflate';
import { expect, it } from 'vitest';
import { cellText } from '../../../balance/report/blocks.ts';
import { reportHtml } from '../../../balance/report/html.ts';
import { periodPart } from '../../../balance/report/period-part.ts';
import { reportWord } from '../../../balance/report/word/word.ts';
import { hostilePlant, isOneOf, numbers, numbersIn } from './fixture.ts';

const working = {
  shifts: [
    { id: 'C', name: '夜班', from: '00:00' },
    { id: 'A', name: '早班', from: '08:00' },
    { id: 'B', name: '中班', from: '16:00' },
  ],
  cycles: [{ id: 'K1', from: '2026-03-01T10:00:00+08:00', to: '2026-03-02T14:00:00+08:00', batches: 3, source: '批记录' }],
};
const plant = hostilePlant({ productionDay: '08:00', working });
const { balances, coverage } = await numbers(plant);
const blocks = periodPart({ plant, balances, coverage, lang: 'zh' });
const tables = blocks.flatMap((block) => (block.kind === 'table' ? [block] : []));

it('a table a kind of period, four side by side, each stream with its u', () => {
  const days = tables.filter(({ caption }) => caption.startsWith('生产日'));
  expect(days.map(({ columns }) => columns.length)).toEqual([2 + 2 * 4 + 1]);
  expect(days[0]!.columns.map(({ title }) => title)).toContain('2026-03-01');
  expect(days[0]!.columns.map(({ title }) => title)).toContain('2026-02-28（窗口内 8 h）');
  expect(tables.filter(({ caption }) => caption.startsWith('班次')).map(({ columns }) => (columns.length - 3) / 2)).toEqual([4, 4, 1]);
  expect(tables.at(-1)!.columns[2]!.title).toBe('K1，3 批');
  const held = numbersIn(balances.periods);
  const shown = tables.flatMap(({ rows }) => rows.flatMap((row) => row.slice(2).map(cellText))).filter((text) => text !== '—');
  expect(shown.length).toBeGreaterThan(60);
  expect(shown.filter((text) => !isOneOf(text, held))).toEqual([]);
  // The gap in the middle of the window shows in the day that it falls into.
  const back = days[0]!.rows.find((row) => cellText(row[0]!).startsWith('back'))!;
  expect(cellText(back.at(-1)!)).not.toBe('100.0 %');
});

it('page and document show it in both languages', async () => {
  expect(await reportHtml(plant, balances, coverage, 'en')).toContain('Streams by period');
  const document = strFromU8(unzipSync(await reportWord(plant, balances, coverage, 'zh'))['word/document.xml']!);
  expect(document).toContain('分时段的物流量');
  for (const { caption } of tables) expect(document).toContain(caption);
});

it('nothing stands there where the plant does not say how it counts', async () => {
  const plain = hostilePlant();
  expect(periodPart({ plant: plain, ...(await numbers(plain)), lang: 'zh' })).toEqual([]);
});
