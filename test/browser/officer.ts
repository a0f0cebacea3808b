import { expect } from 'vitest';
import type { DutiesDocument } from '../../dashboards/server/documents/duties.ts';
import type { Visit } from './visit.ts';

/** The fleet, an outfall, duties, and what anyone may see. */
export async function officer({ page, lang, words, texts, example, go, keep }: Visit): Promise<void> {
  await page.locator('tbody .link').first().waitFor();
  await keep(page, `fleet-${lang}`);
  await page.getByLabel(texts.search, { exact: true }).fill('no such plant');
  await expect.poll(() => page.locator('tbody tr').count(), { timeout: 60_000 }).toBe(0);
  await page.getByLabel(texts.search, { exact: true }).fill('');
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
  for (const part of ['contradictions', 'totalsCaps', 'limits', 'overLimit', 'marks'] as const)
    await page.getByRole('heading', { name: texts[part] }).first().waitFor();
  await page.getByText(/≤ 10 mg\/L/).waitFor();
  await page.getByRole('link', { name: words.waterBalance, exact: true }).waitFor();
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
  await page.getByRole('heading', { level: 2, name: texts.disclosure, exact: true }).waitFor();
  await keep(page, `duties-${lang}`);
  await go(page, 'commission');
  await page.waitForURL(/#\/fleet/);
  const seen = await (await fetch(`${example.url}/public`)).text();
  expect(seen).toContain('示例磷化工');
  expect(seen).not.toContain('FT-5001');
}
