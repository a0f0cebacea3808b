import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PASSWORD } from '../dashboards/people.ts';
import { auditor } from './auditor.ts';
import { seriousFindings } from './axe.ts';
import { launchChromium } from './chromium.ts';
import { engineer } from './engineer.ts';
import { officer } from './officer.ts';
import { type RunningExample, runExample } from './running.ts';
import { TEXTS, type Visit } from './visit.ts';
import { type Lang, WORDS } from './words.ts';

// A busy machine takes its time over the processes that balances, what-if and reports are computed in.
describe('the three persons at work on the running example', { timeout: 480_000 }, () => {
  let example: RunningExample;
  let browser: Browser;
  const links = new Map<string, string>();
  const problems: string[] = [];

  beforeAll(async () => {
    example = await runExample();
    browser = await launchChromium();
    const page = await (await browser.newContext()).newPage();
    page.setDefaultTimeout(120_000);
    await page.goto(example.setUpLink);
    await page.locator('#name').fill('root');
    for (const field of ['#password', '#again']) await page.locator(field).fill(PASSWORD);
    await page.locator('form button[type=submit]').click();
    await page.goto(`${example.url}/#/users`);
    for (const role of ['engineer', 'auditor', 'officer']) {
      const form = page.locator('form', { has: page.locator('select') });
      await form.locator('input').first().fill(role);
      await form.locator('select').selectOption(role);
      await form.locator('button[type=submit]').click();
      const made = page.locator('[role=status] code', { hasText: '#link=' });
      await made.waitFor();
      links.set(role, (await made.innerText()).trim());
      await page.reload();
    }
    await page.context().close();
  }, 180_000);
  afterAll(async () => {
    await browser?.close();
    await example?.stop();
  });

  /** Signs in from the page's beginning: with the one-time link at first, with the password after that. */
  async function signedIn(role: string, lang: Lang): Promise<Page> {
    const page = await (await browser.newContext({ viewport: { width: 1366, height: 768 }, locale: 'zh-CN' })).newPage();
    page.setDefaultTimeout(120_000);
    page.on('pageerror', (error) => problems.push(`${role} ${lang}: ${error.message}`));
    page.on('console', (message) => {
      // 503 says that nothing is computed yet: the page asks again.
      if (message.type() === 'error' && !/503/.test(message.text()))
        problems.push(`${role} ${lang}: ${message.text()} ${message.location().url}`);
    });
    await page.addInitScript(`localStorage.setItem('liangheng.lang', '${lang}')`);
    const link = links.get(role);
    if (link) {
      await page.goto(link);
      for (const field of ['#password', '#again']) await page.locator(field).fill(PASSWORD);
      links.delete(role);
    } else {
      await page.goto(example.url);
      await page.locator('#name').fill(role);
      await page.locator('#password').fill(PASSWORD);
    }
    await page.locator('form button[type=submit]').click();
    await page.getByText(WORDS[lang].simulated).first().waitFor();
    return page;
  }
  const go = async (page: Page, path: string): Promise<void> => {
    await page.goto(`${example.url}/#/${path}`);
  };
  /** Keeps a picture of a page that has settled, and holds it against axe. */
  async function keep(page: Page, name: string): Promise<void> {
    await expect.poll(() => page.locator('[aria-busy=true]').count(), { timeout: 120_000 }).toBe(0);
    expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
    await page.screenshot({ path: `test/artefacts/${name}.png` });
    expect(await seriousFindings(page)).toEqual([]);
  }

  async function visit(role: string, lang: Lang, work: (visit: Visit) => Promise<void>): Promise<void> {
    const page = await signedIn(role, lang);
    await work({ page, lang, words: WORDS[lang], texts: TEXTS[lang], example, go, keep });
    await page.context().close();
  }

  it.each(['zh', 'en'] as const)('engineer, %s: live board, meter, coverage, bus, commissioning, plant file', (lang) =>
    visit('engineer', lang, engineer),
  );

  it.each(['zh', 'en'] as const)('auditor, %s: window, balances, a stream down to its readings, what if, results, report', (lang) =>
    visit('auditor', lang, auditor),
  );

  it.each(['zh', 'en'] as const)('officer, %s: fleet, outfall, duties, and what anyone may see', (lang) => visit('officer', lang, officer));

  it('is usable on a phone, and prints', async () => {
    const page = await signedIn('engineer', 'zh');
    await page.setViewportSize({ width: 390, height: 844 });
    const pages = {
      live: '实时读数',
      'meters/FT-5001': '计量器具',
      coverage: '计量器具配备率',
      balances: '平衡',
      'outfalls/DW001': '排放口',
      duties: '义务与公开',
    };
    for (const [path, heading] of Object.entries(pages)) {
      await go(page, path);
      await page.getByRole('heading', { level: 1, name: new RegExp(`^${heading}`) }).waitFor();
      await page.locator('main table, main dl').first().waitFor();
      expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
    }
    await page.locator('.menu .toggle').click();
    await keep(page, 'phone-zh');
    await go(page, 'balances/water');
    const drawing = page.locator('.pane svg');
    await drawing.locator('[data-flow]').first().waitFor({ state: 'attached' });
    await page.emulateMedia({ media: 'print' });
    const { width, height } = (await drawing.boundingBox())!;
    expect(width).toBeLessThanOrEqual(390);
    expect(height).toBeGreaterThan(100);
    expect(await page.locator('header.top').isVisible()).toBe(false);
    expect(await page.locator('main').isVisible()).toBe(true);
    await page.context().close();
  });

  it('logs no error', () => {
    expect(problems).toEqual([]);
  });
});
