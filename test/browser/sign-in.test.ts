import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningServer, startServer } from '../../dashboards/server/server.ts';
import { fixture } from '../dashboards/fixture.ts';
import { CHEAP } from '../dashboards/people.ts';
import { seriousFindings } from './axe.ts';
import { launchChromium } from './chromium.ts';

const PASSWORD = 'correct horse 电池';

describe('signing in, in Chromium', () => {
  let browser: Browser;
  let server: RunningServer;
  let root: Page;
  const fill = async (page: Page, fields: Record<string, string>) => {
    for (const [label, value] of Object.entries(fields)) await page.getByLabel(label, { exact: true }).fill(value);
  };
  const elsewhere = async (): Promise<Page> => {
    const page = await (await browser.newContext({ viewport: { width: 1366, height: 768 } })).newPage();
    page.setDefaultTimeout(120_000);
    return page;
  };

  beforeAll(async () => {
    const { services } = await fixture();
    server = await startServer({ services, port: 0, passwordCost: CHEAP });
    browser = await launchChromium();
    root = await elsewhere();
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  it('shows nothing but where to find the link before there is an administrator', async () => {
    await root.goto(`${server.url}/#/live`);
    await root.getByRole('heading', { name: '请打开一次性链接' }).waitFor();
    expect(await root.locator('body').innerText()).not.toContain('示例磷化工');
    expect(await root.locator('nav').count()).toBe(0);
    expect(await seriousFindings(root)).toEqual([]);
  });

  it('makes the administrator by the link, which leaves the address', async () => {
    await root.goto((await server.setUpLink())!);
    await root.getByRole('heading', { name: '设置管理员' }).waitFor();
    expect(root.url()).not.toContain('link=');
    expect(await seriousFindings(root)).toEqual([]);
    await fill(root, { 用户名: 'root', 密码: PASSWORD, 再输入一次密码: 'something else 1' });
    await root.getByRole('button', { name: '继续' }).click();
    await root.getByText('两次输入的密码不一致').waitFor();
    await fill(root, { 再输入一次密码: PASSWORD });
    await root.screenshot({ path: 'test/artefacts/set-up-zh.png' });
    await root.getByRole('button', { name: '继续' }).click();
    await root.getByRole('heading', { name: '企业一览' }).waitFor();
    await root.getByText('root · 管理员').waitFor();
  });

  it('adds an officer, whose link asks for a password and who sees no more than is granted', async () => {
    await root.getByRole('link', { name: '用户' }).click();
    await fill(root, { 用户名: '李科长' });
    await root.locator('form').filter({ hasText: '添加用户' }).getByLabel('角色', { exact: true }).selectOption('officer');
    await root.getByRole('button', { name: '添加用户' }).click();
    const link = await root.locator('code').innerText();
    expect(link).toContain('#link=');
    await root
      .getByRole('row', { name: /李科长/ })
      .getByText('待设置密码')
      .waitFor();
    expect(await seriousFindings(root)).toEqual([]);
    await root.screenshot({ path: 'test/artefacts/users-zh.png', fullPage: true });

    const officer = await elsewhere();
    await officer.goto(link);
    await officer.getByRole('heading', { name: '设置您的密码' }).waitFor();
    expect(await officer.getByLabel('用户名').inputValue()).toBe('李科长');
    await fill(officer, { 密码: PASSWORD, 再输入一次密码: PASSWORD });
    await officer.getByRole('button', { name: '继续' }).click();
    await officer.getByText('李科长 · 监管人员').waitFor();
    const menu = officer.getByRole('navigation').getByRole('link');
    await menu.first().waitFor();
    expect(await menu.allInnerTexts()).toEqual([
      ...['实时读数', '计量器具台账', '趋势', '计量器具配备率'],
      ...['选择周期', '平衡', '假设分析', '对比', '审核结果', '报告与证据包'],
      ...['企业一览', '排放口', '义务与公开'],
    ]);
    await officer.goto(`${server.url}/#/users`);
    await officer.getByRole('heading', { name: '企业一览' }).waitFor();
    await officer.getByRole('button', { name: '退出' }).click();
    await officer.getByRole('heading', { name: '登录' }).waitFor();
    await officer.goto(link);
    await officer.getByText('这个链接已用过或已过期').waitFor();
  });

  it('signs in with the password only, in English too', async () => {
    const page = await elsewhere();
    await page.goto(server.url);
    await page.getByRole('button', { name: 'English' }).click();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    await fill(page, { 'User name': 'root', Password: 'wrong password' });
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('Wrong name or password.').waitFor();
    await page.screenshot({ path: 'test/artefacts/sign-in-en.png' });
    await fill(page, { Password: PASSWORD });
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('root · administrator').waitFor();
    await page.getByRole('link', { name: 'Users' }).click();
    await page.getByRole('heading', { name: 'Who did what' }).waitFor();
    await page.getByText('was refused').first().waitFor();
  });

  it('goes back to signing in when the session ends elsewhere', async () => {
    const page = await elsewhere();
    await page.goto(server.visitLink());
    await page.getByText('示例访客').waitFor();
    await page.context().clearCookies();
    // A page that has asked by itself meanwhile shows the sign-in already, and the menu is gone.
    const asked = page
      .getByRole('link', { name: '总线与轮询' })
      .click({ timeout: 3000 })
      .catch(() => undefined);
    await page.getByRole('heading', { name: '登录' }).waitFor();
    await asked;
  });
});
