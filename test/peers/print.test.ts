import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { startBrowser } from '../../cli/browser-pipe.ts';
import { openPrinter } from '../../cli/pdf.ts';

const run = promisify(execFile);
let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'liangheng-printed-'));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

it.each(['chromium-headless-shell', 'chromium'])(
  '%s prints Chinese in the packaged fonts, several pages one after the other, and is gone',
  async (name) => {
    const bin = await mkdtemp(join(dir, 'bin-'));
    await symlink(`/usr/bin/${name}`, join(bin, name));
    vi.stubEnv('PATH', [bin, process.env.PATH].join(delimiter));
    vi.stubEnv('TMPDIR', bin);
    const printer = await openPrinter();
    try {
      for (const said of ['水平衡', '物料平衡']) {
        const html = `<!DOCTYPE html><html><head><meta charset="utf-8"/><style>body{font-family:'Noto Sans SC'}</style></head><body><h1>${said}</h1><p>${said}</p></body></html>`;
        const pdf = join(dir, 'page.pdf');
        await writeFile(pdf, await printer.print(html, '修订 7 "</style><&'));
        expect((await run('pdftotext', [pdf, '-'])).stdout).toContain(said);
        const { stdout: framed } = await run('pdftotext', ['-layout', pdf, '-']);
        expect(framed).toContain('修订 7 "</style><&');
        expect(framed).toMatch(/1 ?\/ ?1/);
        expect((await run('pdfinfo', [pdf])).stdout, 'for screen readers').toMatch(/Tagged:\s+yes/);
        expect((await readFile(pdf)).includes('/Outlines'), 'headings to jump to').toBe(true);
        const { stdout: fonts } = await run('pdffonts', [pdf]);
        expect(fonts).toMatch(/NotoSansSC-Regular .* yes yes/);
        expect(fonts).toMatch(/NotoSansSC-Bold .* yes yes/);
        expect(fonts, 'letters drawn one by one').not.toContain('Type 3');
      }
      expect(await processesIn(bin)).not.toEqual([]);
    } finally {
      await printer.close();
      vi.unstubAllEnvs();
    }
    await expect.poll(() => processesIn(bin), { timeout: 60_000 }).toEqual([]);
  },
  240_000,
);

/** Command lines that name a folder. */
async function processesIn(folder: string): Promise<readonly string[]> {
  const { stdout } = await run('ps', ['-eo', 'args']);
  return stdout.split('\n').filter((line) => line.includes(folder));
}

it('a browser that ends at once is an error, and no wait', async () => {
  const browser = startBrowser('/bin/false', dir);
  await expect(browser.print('about:blank')).rejects.toThrow(/Chromium/);
  await browser.close();
  const none = startBrowser(join(dir, 'no-such-browser'), dir);
  await expect(none.print('about:blank')).rejects.toThrow(/Chromium/);
  await none.close();
}, 120_000);
