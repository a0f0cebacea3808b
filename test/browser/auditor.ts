import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import { writtenWithUncertainty } from '../../config/words/written.ts';
import type { OptionsDocument } from '../../dashboards/server/documents/options.ts';
import type { Visit } from './visit.ts';

/** A window, the balances, a stream down to its readings, what if, comparing, results and options, a report. */
export async function auditor({ page, lang, words, texts, go, keep }: Visit): Promise<void> {
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
  await page.getByLabel(texts.addMeter).selectOption({ index: 1 });
  await page.getByLabel(texts.changeTolerance).selectOption('water');
  await page.getByRole('button', { name: texts.put, exact: true }).click();
  await page.getByRole('button', { name: /^water \d.* %/ }).waitFor();
  await page.getByRole('button', { name: words.compute }).click();
  await page.getByRole('columnheader', { name: words.ifSo }).waitFor({ timeout: 60_000 });
  expect(await page.locator('tr.changed').count()).toBeGreaterThan(0);
  await keep(page, `what-if-${lang}`);

  await go(page, 'compare');
  await page.getByRole('heading', { name: texts.movedStreams }).waitFor();
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
}
