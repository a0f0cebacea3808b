import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { CDPSession, Page } from 'playwright-core';
import { startServer } from '../../dashboards/server/server.ts';
import { launchChromium } from '../browser/chromium.ts';
import { visitor } from '../dashboards/people.ts';
import { plantOfMeters } from './meters.child.ts';

export const name = 'pages in Chromium, CPU slowed down four times';

const DIST = 'dashboards/web/dist';
const THROTTLE = 4;
const VALUES = 20;
const median = (list: readonly number[]): number => list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)]!;

/** What a first view loads, when it can be used, how long eight series of 72 h take to draw, and how late a value stands on the page. */
export async function bench(): Promise<{ metrics: Record<string, number>; peers: Record<string, number> }> {
  const { services, channels, emit } = await plantOfMeters(100);
  const server = await startServer({ services, port: 0 });
  const person = await visitor(server);
  const browser = await launchChromium();
  const [cookieName, cookieValue] = person.cookie.split('=', 2);
  const firstViews: { interactiveMs: number; busyMs: number; kB: number }[] = [];
  let page!: Page;
  for (let run = 0; run < 5; run += 1) {
    const context = await browser.newContext({ viewport: { width: 1366, height: 768 } });
    await context.addCookies([{ name: cookieName!, value: cookieValue!, url: server.url }]);
    page = await context.newPage();
    page.setDefaultTimeout(120_000);
    const session = await context.newCDPSession(page);
    await session.send('Emulation.setCPUThrottlingRate', { rate: THROTTLE });
    await session.send('Performance.enable', { timeDomain: 'threadTicks' });
    const loaded = new Set<string>();
    page.on('response', (answer) => loaded.add(new URL(answer.url()).pathname));
    const began = performance.now();
    await page.goto(`${server.url}/#/live`);
    await page.locator('tbody tr .quality').first().waitFor();
    // A press that is answered: the page is there for whoever uses it.
    await page.locator('.tools input[type=checkbox]').click();
    const interactiveMs = performance.now() - began;
    firstViews.push({ interactiveMs, busyMs: await busyOf(session), kB: compressed(loaded) });
    if (run < 4) await context.close();
  }
  const drawn: number[] = [];
  for (let run = 0; run < 5; run += 1) {
    await page.goto(`${server.url}/#/meters`);
    await page.locator('tbody tr').first().waitFor();
    await page.goto(`${server.url}/#/trends?c=${channels.slice(0, 8).join(',')}&hours=72`);
    await page.locator('[data-drawn-ms]').waitFor();
    drawn.push(Number(await page.locator('[data-drawn-ms]').getAttribute('data-drawn-ms')));
  }
  await page.goto(`${server.url}/#/live`);
  await page.locator('input[type=search]').fill(channels[0]!);
  const cell = page.locator('tbody tr').first().locator('td.number').first();
  const late: number[] = [];
  for (let n = 0; n < VALUES; n += 1) {
    const value = 1000 + n;
    const began = performance.now();
    emit([{ channel: channels[0]!, timeMs: Date.now(), value, quality: 'good', reason: 'none', origin: 'simulated', raw: null }]);
    await cell.getByText(`${(value / 1000).toFixed(3).replace('.', ',')}`.slice(0, 5)).waitFor();
    late.push(performance.now() - began);
  }
  await browser.close();
  await server.close();
  return {
    metrics: {
      'kB of the first view, compressed (target 250)': Math.max(...firstViews.map(({ kB }) => kB)),
      'ms until it can be used, median (target 1500)': median(firstViews.map(({ interactiveMs }) => interactiveMs)),
      'ms until it can be used, longest': Math.max(...firstViews.map(({ interactiveMs }) => interactiveMs)),
      // Its own processor time, slowed down: what is left of the above where other programs leave the machine alone.
      'ms of it that the page’s thread was at work, median': median(firstViews.map(({ busyMs }) => busyMs)),
      'ms to draw 72 h × 1 min × 8 series, median (target 300)': median(drawn),
      'ms to draw, longest': Math.max(...drawn),
      'ms from the journal to the page, longest (target 1000)': Math.max(...late),
    },
    peers: {},
  };
}

/** Processor time of the page's main thread so far, the slowing down included. */
async function busyOf(session: CDPSession): Promise<number> {
  const { metrics } = await session.send('Performance.getMetrics');
  return 1000 * metrics.find(({ name: one }) => one === 'TaskDuration')!.value;
}

/** Size over the wire of the built files that were loaded. */
function compressed(paths: ReadonlySet<string>): number {
  const files = readdirSync(join(DIST, 'assets')).filter((file) => paths.has(`/assets/${file}`));
  const all = [...files.map((file) => join(DIST, 'assets', file)), join(DIST, 'index.html')];
  return all.reduce((sum, file) => sum + gzipSync(readFileSync(file)).length, 0) / 1000;
}
