import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type RunningServer, startServer } from '../../dashboards/server/server.ts';
import { broken, type Trouble } from '../dashboards/broken.ts';
import { fixture } from '../dashboards/fixture.ts';
import { launchChromium } from './chromium.ts';

/** A reading an hour ahead of the server or behind it, or one that the store cannot give, is never shown as one of now. */
describe('what stands in the way of seeing what is, in Chromium', () => {
  let browser: Browser;
  let server: RunningServer;
  let page: Page;
  const open = async (trouble: Trouble | null): Promise<void> => {
    const { services } = await fixture();
    server = await startServer({ services: trouble === null ? services : await broken(services, trouble), port: 0 });
    page = await (await browser.newContext({ viewport: { width: 1366, height: 768 } })).newPage();
    page.setDefaultTimeout(120_000);
    await page.goto(server.visitLink());
    await page.getByText('示例访客').waitFor();
    await page.goto(`${server.url}/#/live`);
    await page.getByRole('heading', { name: '实时读数' }).waitFor();
  };
  const banner = (text: string): Promise<void> => page.getByRole('status').getByText(text).first().waitFor();
  const fresh = () => page.locator('tr:not(.stale)', { has: page.locator('td') });

  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterEach(async () => {
    await page.context().close();
    await server.close();
  });
  afterAll(() => browser?.close());

  it('shows a reading of an hour ago as old', async () => {
    await open(null);
    const row = page.getByRole('row', { name: /已过时/ });
    await row.first().waitFor();
    expect(await row.count()).toBe(1);
    expect(await row.getAttribute('class')).toContain('stale');
    expect(await fresh().filter({ hasText: '12.5' }).count()).toBe(2);
  });

  it('says that the store is away, and shows no values', async () => {
    await open('store-away');
    await banner('读数存储不可用');
    await page.screenshot({ path: 'test/artefacts/store-away-zh.png' });
    expect(await page.getByText('12.5').count()).toBe(0);
  });

  it('says that a clock is wrong, and shows none of its readings as fresh', async () => {
    await open('clock-wrong');
    await banner('时钟有误');
    await page.getByRole('row').nth(1).waitFor();
    await page.screenshot({ path: 'test/artefacts/clock-wrong-zh.png' });
    expect(await fresh().filter({ hasText: '12.5' }).count()).toBe(0);
  });

  it('says which share of the sources is away', async () => {
    await open('source-dead');
    await banner('数据源离线：');
    await banner('1 / 1');
  });

  it('says that the server is away, and calls nothing fresh', async () => {
    await open(null);
    await page.getByRole('row').nth(1).waitFor();
    await server.close();
    await banner('连不上服务器');
    await expect.poll(() => fresh().count()).toBe(0);
  });
});
