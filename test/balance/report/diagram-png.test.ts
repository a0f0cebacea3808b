import { expect, it } from 'vitest';
import { pngsOf } from '../../../balance/report/diagram-png.ts';
import { withDrawingThread } from '../../../balance/report/drawing-thread.ts';

const svg = (text: string) =>
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 60"><rect width="200" height="60" fill="#fff"/><text x="10" y="40" font-size="30" font-family="sans-serif">${text}</text></svg>`;

it('Chinese is drawn with the packaged font alone, each character as its own, in this thread and in the second', async () => {
  const texts = ['水平衡', '火平衡', '', '\u{f0000}\u{f0000}\u{f0000}'];
  const here = await pngsOf(texts.map(svg), 400);
  const [water, fire, nothing, unknown] = here.map(({ data }) => Buffer.from(data).toString('base64'));
  expect(water).not.toBe(nothing);
  expect(water).not.toBe(fire);
  expect(water).not.toBe(unknown);
  const there = await withDrawingThread(() => pngsOf(texts.map(svg), 400));
  expect(there.map(({ data }) => Buffer.from(data).toString('base64'))).toEqual([water, fire, nothing, unknown]);
});
