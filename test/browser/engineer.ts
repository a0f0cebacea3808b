import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { parse } from 'yaml';
import type { Visit } from './visit.ts';

/** Live board, a meter, coverage, buses, commissioning, the plant file and its ledger. */
export async function engineer({ page, lang, words, texts, example, go, keep }: Visit): Promise<void> {
  await page.locator('tbody .quality.good').first().waitFor();
  await keep(page, `live-${lang}`);

  await go(page, 'meters/FT-5001');
  await page.locator('[data-drawn-ms]').waitFor();
  await page.getByText('EMF-350').waitFor();
  await page.getByRole('heading', { name: words.account }).waitFor();
  await page.getByText(words.holds).waitFor();
  for (const part of ['gaps', 'counterEvents', 'howRead', 'frames'] as const)
    await page.getByRole('heading', { name: texts[part] }).waitFor();
  await page.getByText(texts.verification, { exact: true }).waitFor();
  // The bytes of a reading that came while the page was open, or just before.
  await page
    .locator('section', { has: page.getByRole('heading', { name: texts.frames }) })
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

  await go(page, 'stores');
  await page.getByText(texts['stores.ok'], { exact: true }).first().waitFor();
  await page.getByRole('heading', { name: texts['quarantine.payloads'] }).waitFor();
  await page.getByText(texts['quarantine.none'], { exact: true }).first().waitFor();
  await keep(page, `stores-${lang}`);

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
  await page.getByText(new RegExp(`^${texts.ledgerRows} [1-9]\\d*; ${texts.ledgerAbsent} 0$`)).waitFor();
}
