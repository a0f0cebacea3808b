import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startBrowser } from '../../cli/browser-pipe.ts';
import { openPrinter } from '../../cli/pdf.ts';

const run = promisify(execFile);
let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'liangheng-printed-'));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

it('Chromium prints Chinese in the packaged font, several pages one after the other', async () => {
  const printer = await openPrinter();
  try {
    for (const said of ['水平衡', '物料平衡']) {
      const html = `<!DOCTYPE html><html><head><meta charset="utf-8"/><style>body{font-family:'Noto Sans SC'}</style></head><body><h1>${said}</h1><p>${said}</p></body></html>`;
      const pdf = join(dir, 'page.pdf');
      await writeFile(pdf, await printer.print(html));
      expect((await run('pdftotext', [pdf, '-'])).stdout).toContain(said);
      expect((await run('pdfinfo', [pdf])).stdout, 'for screen readers').toMatch(/Tagged:\s+yes/);
      expect((await readFile(pdf)).includes('/Outlines'), 'headings to jump to').toBe(true);
      const { stdout: fonts } = await run('pdffonts', [pdf]);
      expect(fonts).toMatch(/NotoSansSC\S* .* yes yes/);
    }
  } finally {
    await printer.close();
  }
}, 240_000);

it('a browser that ends at once is an error, and no wait', async () => {
  const browser = startBrowser('/bin/false', dir);
  await expect(browser.print('about:blank')).rejects.toThrow(/Chromium/);
  await browser.close();
  const none = startBrowser(join(dir, 'no-such-browser'), dir);
  await expect(none.print('about:blank')).rejects.toThrow(/Chromium/);
  await none.close();
}, 120_000);
