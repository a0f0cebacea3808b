import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningServer, startServer } from '../../dashboards/server/server.ts';
import { type Fixture, fixture } from '../dashboards/fixture.ts';
import { seriousFindings } from './axe.ts';
import { launchChromium } from './chromium.ts';

describe('the status page in Chromium', () => {
  let browser: Browser;
  let server: RunningServer;
  let made: Fixture;
  let page: Page;
  const problems: string[] = [];

  beforeAll(async () => {
    made = await fixture();
    server = await startServer({ services: made.services, port: 0 });
    browser = await launchChromium();
    page = await browser.newPage({ viewport: { width: 1366, height: 768 } });
    page.on('pageerror', (error) => problems.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') problems.push(message.text());
    });
    await page.goto(server.visitLink());
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  it('says that everything is simulated, and shows the balance with its uncertainty and suspect', async () => {
    await page.getByText('模拟数据').waitFor();
    await page.getByRole('heading', { name: '水平衡' }).waitFor();
    const row = page.getByRole('row', { name: /示例磷化工/ });
    await row.waitFor();
    expect(await row.innerText()).toMatch(/135 ± 25[\s\S]*10\.(89|90) %[\s\S]*不闭合，显著/);
    await page.getByText('疑有偏差: S1').waitFor();
    await page.getByText('平衡图').click();
    await expect.poll(() => page.evaluate('[...document.images].every((image) => image.complete && image.naturalWidth > 0)')).toBe(true);
    await page.screenshot({ path: 'test/artefacts/balances-zh.png', fullPage: true });
  });

  it('opens a coverage cell to the points that lack a meter', async () => {
    await page.getByRole('tab', { name: '计量器具配备率' }).click();
    await page
      .getByRole('button', { name: /未达到/ })
      .first()
      .click();
    await page.getByRole('heading', { name: '缺表的计量点' }).waitFor();
    await page.screenshot({ path: 'test/artefacts/coverage-zh.png', fullPage: true });
  });

  it('shows what comes in, and nothing stale as fresh', async () => {
    await page.getByRole('tab', { name: '实时读数' }).click();
    const [first, , third] = [...made.services.plant.channels.values()].filter((channel) => channel.read?.every !== undefined);
    const rowOf = (id: string) => page.locator('tbody tr').filter({ has: page.locator(`td.id:text-is("${id}")`) });
    expect(await rowOf(first!.id).innerText()).toContain('有效');
    expect(await rowOf(third!.id).innerText()).toContain('已过时');
    made.emit([{ channel: first!.id, timeMs: Date.now(), value: 987.65, quality: 'good', reason: 'none', origin: 'simulated', raw: null }]);
    await rowOf(first!.id).getByText('987.65').waitFor();
    made.emit([
      {
        channel: first!.id,
        timeMs: Date.now() + 1,
        value: null,
        quality: 'missing',
        reason: 'communication',
        origin: 'simulated',
        raw: null,
      },
    ]);
    await rowOf(first!.id).getByText('通信中断或超时').waitFor();
    expect(await rowOf(first!.id).innerText()).not.toContain('987.65');
    await page.screenshot({ path: 'test/artefacts/live-zh.png' });
  });

  it('speaks English too', async () => {
    await page.getByRole('button', { name: 'English' }).click();
    await page.getByRole('tab', { name: 'Balances' }).click();
    await page.getByText('Simulated data').waitFor();
    await page.getByText('open, significant').first().waitFor();
    await page.screenshot({ path: 'test/artefacts/balances-en.png', fullPage: true });
    expect(await page.locator('html').getAttribute('lang')).toBe('en');
  });

  it.each(['balances', 'coverage', 'live', 'sources'])('has no serious accessibility finding on the tab %s', async (tab) => {
    await page.locator(`#tab-${tab}`).click();
    await page.locator('main :is(table, .empty)').first().waitFor();
    if (tab === 'coverage') await page.locator('button.cell').first().click();
    expect(await seriousFindings(page)).toEqual([]);
  });

  it('would notice one', async () => {
    await page.evaluate('document.querySelector("main").insertAdjacentHTML("beforeend", "<button id=nameless></button>")');
    expect((await seriousFindings(page)).join()).toContain('button-name');
    await page.evaluate('document.querySelector("#nameless").remove()');
  });

  it('logs no error', () => {
    expect(problems).toEqual([]);
  });
});
