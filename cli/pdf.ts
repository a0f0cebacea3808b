import { execFile } from 'node:child_process';
import { access, constants, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { FONT_FAMILY, fontFor } from '../balance/report/font.ts';
import { Fault } from '../config/words/fault.ts';

const run = promisify(execFile);
const BROWSERS = ['chromium', 'chromium-browser', 'google-chrome'];
const DEADLINE_MS = 120_000;

/**
 * Prints a page of ours to PDF with this machine's Chromium and returns the path of the PDF. The page carries the packaged Chinese font
 * with it, cut down to its characters: the machine need have none.
 *
 * @throws Fault report.no-browser where there is none
 */
export async function printPdf(html: string, pdfFile: string): Promise<string> {
  const profile = await mkdtemp(join(tmpdir(), 'liangheng-print-'));
  await writeFile(join(profile, 'report.html'), await withFont(html));
  // The page runs no script; Chromium has no sandbox for root.
  const asRoot = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const options = [
    ...asRoot,
    '--headless',
    '--disable-gpu',
    '--disable-background-networking',
    '--no-first-run',
    `--user-data-dir=${profile}`,
    '--no-pdf-header-footer',
    `--print-to-pdf=${pdfFile}`,
    pathToFileURL(join(profile, 'report.html')).href,
  ];
  try {
    for (const browser of BROWSERS) {
      const found = await run(browser, options, { timeout: DEADLINE_MS }).then(
        () => true,
        (error: NodeJS.ErrnoException) => {
          if (error.code === 'ENOENT') return false;
          throw error;
        },
      );
      if (found) return pdfFile;
    }
  } finally {
    await rm(profile, { recursive: true, force: true });
  }
  throw new Fault({
    code: 'report.no-browser',
    place: pdfFile,
    zh: '没有找到 Chromium，不能打印 PDF；请安装（Debian：apt-get install chromium），或去掉 --pdf',
    en: 'no Chromium was found to print the PDF; install it (Debian: apt-get install chromium) or leave out --pdf',
  });
}

/** Whether this machine has a browser that can print. */
export async function hasBrowser(): Promise<boolean> {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    for (const browser of BROWSERS) {
      const there = await access(join(folder, browser), constants.X_OK).then(
        () => true,
        () => false,
      );
      if (there) return true;
    }
  }
  return false;
}

async function withFont(html: string): Promise<string> {
  const data = Buffer.from(await fontFor(html, 'truetype')).toString('base64');
  const face = `@font-face { font-family: '${FONT_FAMILY}'; src: url(data:font/ttf;base64,${data}) format('truetype'); }`;
  return html.replace('</head>', `<style>${face}</style></head>`);
}
