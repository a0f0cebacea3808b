import { access, constants, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { FONT_FAMILY, fontFor } from '../balance/report/font.ts';
import { Fault } from '../config/words/fault.ts';
import { type Browser, startBrowser } from './browser-pipe.ts';

/** The first is made for pages that nobody looks at: it prints the same in two thirds of the time. */
const BROWSERS = ['chromium-headless-shell', 'chromium', 'chromium-browser', 'google-chrome'];

/** Prints pages of ours to PDF. */
export interface Printer {
  /**
   * The PDF of a page, each of its sheets with `header` above and its number below. The page carries the packaged Chinese font with it, cut
   * down to its characters: the machine need have none.
   *
   * @throws Fault report.no-browser where the machine has no Chromium, report.browser-broken where none that it has starts,
   * report.not-printed where it fails at the page
   */
  print(html: string, header?: string): Promise<Uint8Array>;
  close(): Promise<void>;
}

/** Starts this machine's Chromium at once, so that it is there when the page is: its start takes as long as reading a plant. */
export async function openPrinter(): Promise<Printer> {
  const profile = await mkdtemp(join(tmpdir(), 'liangheng-print-'));
  const starting = firstBrowser(profile);
  // Whoever prints awaits it, and is told what went wrong.
  starting.catch(() => undefined);
  return {
    async print(html, header = '') {
      const page = join(profile, 'report.html');
      await writeFile(page, await withFont(html, frameStyle(header)));
      const browser = await starting;
      return browser.print(pathToFileURL(page).href).catch((error: unknown) => {
        throw notPrinted(messageOf(error));
      });
    },
    async close() {
      await (await starting.catch(() => null))?.close();
      await rm(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** Whether this machine has a browser that can print. */
export async function hasBrowser(): Promise<boolean> {
  for await (const _ of browserPaths()) return true;
  return false;
}

/** The first that answers: one that is there may be of another processor, or only say how the browser is installed. */
async function firstBrowser(profile: string): Promise<Browser> {
  const broken: string[] = [];
  for await (const path of browserPaths()) {
    let browser: Browser | null = null;
    try {
      browser = startBrowser(path, profile);
      await browser.ready;
      return browser;
    } catch (error) {
      broken.push(`${path}: ${messageOf(error)}`);
      await browser?.close();
    }
  }
  throw broken.length === 0 ? noBrowser() : noneWorks(broken);
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

async function* browserPaths(): AsyncGenerator<string> {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    for (const browser of BROWSERS) {
      const path = join(folder, browser);
      const there = await access(path, constants.X_OK).then(
        () => true,
        () => false,
      );
      if (there) yield path;
    }
  }
}

function noBrowser(): Fault {
  return new Fault({
    code: 'report.no-browser',
    place: 'report.pdf',
    zh: '没有找到 Chromium，不能打印 PDF；请安装（Debian：apt-get install chromium），或去掉 --pdf',
    en: 'no Chromium was found to print the PDF; install it (Debian: apt-get install chromium) or leave out --pdf',
  });
}

function noneWorks(broken: readonly string[]): Fault {
  const said = broken.join('; ');
  return new Fault({
    code: 'report.browser-broken',
    place: 'report.pdf',
    zh: `本机的 Chromium 都不能启动，不能打印 PDF（${said}）；请重新安装（Debian：apt-get install chromium），或去掉 --pdf`,
    en: `none of this machine's Chromium starts, so that the PDF cannot be printed (${said}); install it anew (Debian: apt-get install chromium) or leave out --pdf`,
  });
}

function notPrinted(said: string): Fault {
  return new Fault({
    code: 'report.not-printed',
    place: 'report.pdf',
    zh: `Chromium 没有打印出 PDF（${said}）；请再试一次，或去掉 --pdf`,
    en: `Chromium did not print the PDF (${said}); try again or leave out --pdf`,
  });
}

/** What stands in the margins of every sheet. @source CSS Paged Media Module Level 3, 5 (page-margin boxes) */
function frameStyle(header: string): string {
  const look = `font: 7pt '${FONT_FAMILY}'; color: #52606d;`;
  const above = JSON.stringify(header).replaceAll('<', '\\3c ');
  return `@page { @top-left { content: ${above}; white-space: nowrap; ${look} } @bottom-center { content: counter(page) ' / ' counter(pages); ${look} } }`;
}

/** Bold letters have a font of their own: thickened from the other they would be drawings, and the PDF half as large again. */
async function withFont(html: string, frame: string): Promise<string> {
  const face = async (weight: 400 | 700) => {
    const data = Buffer.from(await fontFor(`${html}${frame}0123456789`, 'truetype', weight)).toString('base64');
    return `@font-face { font-family: '${FONT_FAMILY}'; font-weight: ${weight}; src: url(data:font/ttf;base64,${data}) format('truetype'); }`;
  };
  return html.replace('</head>', `<style>${await face(400)} ${await face(700)} ${frame}</style></head>`);
}
