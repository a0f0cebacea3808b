import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { writtenWithUncertainty } from '../../config/words/written.ts';
import type { DutiesDocument } from '../../dashboards/server/documents/duties.ts';
import type { OptionsDocument } from '../../dashboards/server/documents/options.ts';
import { en } from '../../dashboards/web/locales/en.ts';
import { zh } from '../../dashboards/web/locales/zh.ts';
import { PASSWORD } from '../dashboards/people.ts';
import { seriousFindings } from './axe.ts';
import { launchChromium } from './chromium.ts';
import { type RunningExample, runExample } from './running.ts';

/** What the three persons look for, in the words of each language. */
const WORDS = {
  zh: {
    good: '有效',
    raw: '原始读数',
    account: '读数去向',
    holds: /一个不少/,
    options: '方案',
    outcome: /不能证明节约|超出不确定度/,
    toConfirm: '待核对',
    fails: '未达到',
    missingPoints: '缺表的计量点',
    online: '在线',
    plausible: '可信',
    signed: '已签字',
    faults: '1 处错误',
    useWindow: '核算这个周期',
    auditWindow: '周期不少于 72 小时',
    budget: '不确定度预算',
    toReadings: '查看读数',
    compute: '试算',
    ifSo: '假设',
    losses: '损失',
    depth: '深度与验收类别',
    mayReach: '按计量可达到的深度',
    write: '编写报告',
    done: '已完成',
    rates: '数据率',
    agrees: /相符|矛盾/,
    dueDays: /天已过|天后/,
    other: 'English',
    signOut: '退出',
    simulated: '模拟数据',
    signIn: '登录',
    enterNumbers: '表盘现在显示',
    sign: '签字',
    probe: '试读',
  },
  en: {
    good: 'good',
    raw: 'Raw reading',
    account: 'Where the readings went',
    holds: /to the last one/,
    options: 'Options',
    outcome: /no saving is proved|beyond the uncertainty/,
    toConfirm: 'to confirm',
    fails: 'not met',
    missingPoints: 'without a meter',
    online: 'online',
    plausible: 'plausible',
    signed: 'signed',
    faults: '1 faults',
    useWindow: 'Balance this window',
    auditWindow: '72',
    budget: 'Uncertainty budget',
    toReadings: 'Readings of',
    compute: 'Compute',
    ifSo: 'If so',
    losses: 'Losses',
    depth: 'Depth and class',
    mayReach: 'Depth that the metering allows',
    write: 'Write the report',
    done: 'done',
    rates: 'Rates',
    agrees: /agrees|contradicts/,
    dueDays: /days late|days left/,
    other: '中文',
    signOut: 'Sign out',
    simulated: 'Simulated data',
    signIn: 'Sign in',
    enterNumbers: 'The face shows',
    sign: 'Sign',
    probe: 'Probe',
  },
} as const;
type Lang = keyof typeof WORDS;
const TEXTS = { zh, en } as const;

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
    await expect.poll(() => page.locator('[aria-busy=true]').count(), { timeout: 60_000 }).toBe(0);
    await page.screenshot({ path: `test/artefacts/${name}.png` });
    expect(await seriousFindings(page)).toEqual([]);
  }

  it.each(['zh', 'en'] as const)('engineer, %s: live board, meter, coverage, bus, commissioning, plant file', async (lang) => {
    const words = WORDS[lang];
    const page = await signedIn('engineer', lang);
    await page.locator('tbody .quality.good').first().waitFor();
    await keep(page, `live-${lang}`);

    await go(page, 'meters/FT-5001');
    await page.locator('[data-drawn-ms]').waitFor();
    await page.getByText('EMF-350').waitFor();
    await page.getByRole('heading', { name: words.account }).waitFor();
    await page.getByText(words.holds).waitFor();
    for (const part of ['gaps', 'counterEvents', 'howRead', 'frames'] as const)
      await page.getByRole('heading', { name: TEXTS[lang][part] }).waitFor();
    await page.getByText(TEXTS[lang].verification, { exact: true }).waitFor();
    // The bytes of a reading that came while the page was open, or just before.
    await page
      .locator('section', { has: page.getByRole('heading', { name: TEXTS[lang].frames }) })
      .locator('tbody td.id')
      .first()
      .waitFor();
    await keep(page, `meter-${lang}`);

    // A page that is opened anew by its address is that page.
    await page.reload();
    await page.getByText('EMF-350').waitFor();
    expect(page.url()).toContain('#/meters/FT-5001');

    await go(page, 'coverage');
    await page.locator('button.cell.fail').first().click();
    await page.getByRole('heading', { name: words.missingPoints }).waitFor();
    await keep(page, `coverage-${lang}`);

    await go(page, 'bus');
    await page.locator('tbody meter').first().waitFor();
    await page.getByText(words.online, { exact: true }).first().waitFor();
    await keep(page, `bus-${lang}`);

    await go(page, 'commission?meter=EM-4005');
    await page.getByLabel(words.enterNumbers).waitFor();
    await page.getByRole('button', { name: words.probe, exact: true }).click();
    await page.locator('input[type=radio]').first().check({ timeout: 60_000 });
    const reading = (await page.locator('tr.chosen td').nth(1).innerText()).replaceAll(',', '').replace('−', '-');
    await page.locator('form input[type=number]').last().fill(reading);
    await keep(page, `commission-${lang}`);
    await page.getByRole('button', { name: new RegExp(`^${words.sign} \\(`) }).click();
    await page.locator('[role=status].good').waitFor();
    const { meters } = parse(readFileSync(join(example.folder, 'plant.yaml'), 'utf8')) as {
      meters: { id: string; commissioned?: { by: string } }[];
    };
    expect(meters.find(({ id }) => id === 'EM-4005')?.commissioned?.by).toBe('engineer');

    await go(page, 'plant-file');
    await page.getByLabel(lang === 'zh' ? '企业文件' : 'Plant file', { exact: true }).waitFor();
    const area = page.locator('textarea');
    const text = await area.inputValue();
    await area.fill(text.replace('level: plant,', 'level: planet,'));
    await page.getByText(words.faults).waitFor();
    expect(await page.locator('.faults .place').first().innerText()).toMatch(/^plant\.yaml:\d+:\d+$/);
    await area.fill(text.replace('every: 5min', 'every: 10min'));
    await page.locator('.chip.reading').first().waitFor();
    await keep(page, `plant-file-${lang}`);
    await area.fill(text);
    const ledger = await page.request.get(`${example.url}/api/v1/plant-file/ledger.xlsx`);
    const xlsx = { name: 'ledger.xlsx', mimeType: 'application/octet-stream', buffer: await ledger.body() };
    await page.locator('input[type=file]').setInputFiles(xlsx);
    await page.getByText(new RegExp(`^${TEXTS[lang].ledgerRows} [1-9]\\d*; ${TEXTS[lang].ledgerAbsent} 0$`)).waitFor();
    await page.context().close();
  });

  it.each(['zh', 'en'] as const)('auditor, %s: window, balances, a stream down to its readings, what if, results, report', async (lang) => {
    const words = WORDS[lang];
    const page = await signedIn('auditor', lang);
    await page.getByText(words.auditWindow).first().waitFor({ timeout: 90_000 });
    await keep(page, `balances-${lang}`);

    await go(page, 'window');
    await page.locator('.timeline svg line').first().waitFor({ state: 'attached' });
    await keep(page, `window-${lang}`);
    await page.getByRole('button', { name: words.useWindow }).click();
    await page.locator('.tile .verdict').first().waitFor({ timeout: 60_000 });

    await go(page, 'balances/water');
    await page.locator('.pane svg [data-flow]').first().waitFor({ timeout: 60_000 });
    const scale = page.locator('.zoom .count').first();
    await expect.poll(() => scale.innerText(), { timeout: 60_000 }).toMatch(/^\d+ %$/);
    const before = await scale.innerText();
    await page.locator('.pane').focus();
    await page.keyboard.press('+');
    await expect.poll(() => scale.innerText(), { timeout: 60_000 }).not.toBe(before);
    await page.locator('th .chip').first().click();
    await page.getByRole('heading', { name: words.budget }).waitFor();
    await page.evaluate('scrollTo(0, 0)');
    await keep(page, `balance-${lang}`);
    await page.getByRole('link', { name: new RegExp(words.toReadings) }).click();
    await page.locator('[data-drawn-ms]').waitFor();
    expect(page.url()).toMatch(/meters\/.*from=/);

    await go(page, 'what-if');
    await page.locator('section select').first().selectOption('FT-5003');
    await page.getByLabel(TEXTS[lang].addMeter).selectOption({ index: 1 });
    await page.getByLabel(TEXTS[lang].changeTolerance).selectOption('water');
    await page.getByRole('button', { name: TEXTS[lang].put, exact: true }).click();
    await page.getByRole('button', { name: /^water \d.* %/ }).waitFor();
    await page.getByRole('button', { name: words.compute }).click();
    await page.getByRole('columnheader', { name: words.ifSo }).waitFor({ timeout: 60_000 });
    expect(await page.locator('tr.changed').count()).toBeGreaterThan(0);
    await keep(page, `what-if-${lang}`);

    await go(page, 'compare');
    await page.getByRole('heading', { name: TEXTS[lang].movedStreams }).waitFor();
    await keep(page, `compare-${lang}`);

    await go(page, 'audit');
    await page.locator('tbody tr').first().waitFor({ timeout: 60_000 });
    await page.getByRole('tab', { name: words.depth }).click();
    await page.getByText(words.mayReach).waitFor();
    await keep(page, `audit-${lang}`);
    const computed = page.waitForResponse((answer) => answer.url().includes('/api/v1/options') && answer.ok(), { timeout: 240_000 });
    await page.getByRole('tab', { name: words.options, exact: true }).click();
    const { options } = (await (await computed).json()) as OptionsDocument;
    const saved = options[0]!.saves[0]!.saved!;
    expect(saved.U).toBeGreaterThan(0);
    await page.getByRole('heading', { name: 'reuse · raw-water ÷ p2o5 (m3/t)' }).waitFor();
    await page.getByText(words.outcome).waitFor();
    await page.getByText(writtenWithUncertainty(saved.percent, saved.U)).first().waitFor();
    await keep(page, `options-${lang}`);

    await go(page, 'reports');
    if (lang === 'zh') await page.getByRole('button', { name: words.write }).click();
    await page.locator('.quality.good', { hasText: words.done }).first().waitFor({ timeout: 300_000 });
    await keep(page, `reports-${lang}`);
    const [download] = await Promise.all([page.waitForEvent('download'), page.locator('a[href*="evidence.zip"]').first().click()]);
    expect(
      readFileSync((await download.path())!)
        .subarray(0, 2)
        .toString(),
    ).toBe('PK');
    await page.context().close();
  });

  it.each(['zh', 'en'] as const)('officer, %s: fleet, outfall, duties, and what anyone may see', async (lang) => {
    const words = WORDS[lang];
    const page = await signedIn('officer', lang);
    await page.locator('tbody .link').first().waitFor();
    await keep(page, `fleet-${lang}`);
    await page.getByLabel(TEXTS[lang].search, { exact: true }).fill('no such plant');
    await expect.poll(() => page.locator('tbody tr').count(), { timeout: 60_000 }).toBe(0);
    await page.getByLabel(TEXTS[lang].search, { exact: true }).fill('');
    const filters = page.locator('.tiles button');
    await filters.nth(1).click();
    expect(await filters.nth(1).getAttribute('aria-pressed')).toBe('true');
    // The list is read anew now and then: counted and shown agree once both are of the same answer.
    const counted = async (): Promise<number> => Number(await filters.nth(1).locator('strong').innerText());
    await expect.poll(async () => (await page.locator('tbody tr').count()) - (await counted()), { timeout: 60_000 }).toBe(0);
    await filters.first().click();
    await page.locator('tbody .link').first().click();
    await page.getByRole('link', { name: 'DW001' }).click({ timeout: 60_000 });
    await page.getByRole('heading', { name: words.rates }).waitFor({ timeout: 120_000 });
    await page.getByText(words.agrees).first().waitFor();
    for (const part of ['contradictions', 'totalsCaps', 'overLimit', 'marks'] as const)
      await page.getByRole('heading', { name: TEXTS[lang][part] }).first().waitFor();
    await keep(page, `outfall-${lang}`);
    // Whatever the rules' states are today: one duty still to be confirmed, one confirmed.
    await page.route('**/api/v1/duties*', async (route) => {
      const response = await route.fetch();
      const json = (await response.json()) as DutiesDocument;
      await route.fulfill({
        response,
        json: { ...json, duties: json.duties.map((one, n) => ({ ...one, status: n === 0 ? 'to-confirm' : 'in-force' })) },
      });
    });
    await go(page, 'duties');
    await page.getByText(words.dueDays).first().waitFor({ timeout: 60_000 });
    const duties = page.locator('section.card').first().locator('tbody tr');
    expect(await duties.first().getByText(words.toConfirm).count()).toBe(1);
    expect(await duties.getByText(words.toConfirm).count()).toBe(1);
    expect(await duties.count()).toBeGreaterThan(1);
    await page.getByRole('heading', { level: 2, name: TEXTS[lang].disclosure, exact: true }).waitFor();
    await keep(page, `duties-${lang}`);
    await go(page, 'commission');
    await page.waitForURL(/#\/fleet/);
    const seen = await (await fetch(`${example.url}/public`)).text();
    expect(seen).toContain('示例磷化工');
    expect(seen).not.toContain('FT-5001');
    await page.context().close();
  });

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
    await page.emulateMedia({ media: 'print' });
    expect(await page.locator('header.top').isVisible()).toBe(false);
    expect(await page.locator('main').isVisible()).toBe(true);
    await page.context().close();
  });

  it('logs no error', () => {
    expect(problems).toEqual([]);
  });
});
