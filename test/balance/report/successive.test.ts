import { strFromU8, unzipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import type { Indicator } from '../../../balance/media/indicators/indicator.ts';
import { driftPart } from '../../../balance/report/drift-part.ts';
import { reportHtml } from '../../../balance/report/html.ts';
import { resultsOf } from '../../../balance/report/results.ts';
import { driftBefore } from '../../../balance/report/successive.ts';
import { reportWord } from '../../../balance/report/word/word.ts';
import { liveFormula } from '../../../balance/report/workbook/indicator-sheet.ts';
import { bookSheets } from '../../../balance/report/workbook/workbook.ts';
import { memoryReader, type Reading } from '../memory-reader.ts';
import { hostilePlant, numbers, numbersIn } from './fixture.ts';

const HOUR = 3_600_000;
const T0 = Date.parse('2026-03-01T00:00:00+08:00');
const plant = hostilePlant();
const { balances, coverage } = await numbers(plant);
const window = { fromMs: T0, toMs: T0 + 72 * HOUR };

/** Four counters every hour from `hoursBefore` on; `mid` reads 8 % low from the report's window on, or ever lower by `drift` an hour. */
function readerOf(hoursBefore: number, drift = 0) {
  const rates = { in: 14, mid: 48, back: 32, out: 14 };
  const readings = (rate: number, low: number) => {
    const all: Reading[] = [];
    let value = 0;
    for (let hour = -hoursBefore; hour <= 73; hour++) {
      all.push([T0 + hour * HOUR, value]);
      value += rate * (1 - (drift === 0 ? (hour >= 0 ? low : 0) : low === 0 ? 0 : drift * (hour + hoursBefore)));
    }
    return all;
  };
  return memoryReader(Object.fromEntries(Object.entries(rates).map(([id, rate]) => [id, readings(rate, id === 'mid' ? 0.08 : 0)])));
}

describe('successive windows', () => {
  it('are six at most, the report’s own the last, and name the meter that stepped in every format', async () => {
    const drift = await driftBefore(plant, readerOf(600), window);
    expect(drift.windows.map(({ from }) => from.slice(0, 10))).toEqual([
      '2026-02-14',
      '2026-02-17',
      '2026-02-20',
      '2026-02-23',
      '2026-02-26',
      '2026-03-01',
    ]);
    const { drift: found } = drift.balances.find(({ id }) => id === 'water')!;
    expect(found!.verdict).not.toBe('none');
    const [first] = found!.findings;
    expect(first!.ids).toContain('mid');
    const further = { drift };
    const html = await reportHtml(plant, balances, coverage, 'zh', further);
    expect(html).toContain('历次窗口：漂移与突变');
    expect(html).toContain('2026-02-14T00:00:00+08:00 至 2026-03-04T00:00:00+08:00 的 6 个相连窗口');
    const document = strFromU8(unzipSync(await reportWord(plant, balances, coverage, 'en', further))['word/document.xml']!);
    expect(document).toContain('Successive windows: drift and steps');
    const sheet = bookSheets({ plant, balances, coverage, lang: 'zh', ...further }).find(({ name }) => name === '历次窗口：漂移与突变')!;
    const held = numbersIn(resultsOf(balances, coverage, further).drift);
    const shown = sheet.rows.flat().flatMap((cell) => (cell !== null && 'number' in cell ? [cell.number] : []));
    expect(shown.length).toBeGreaterThan(0);
    expect(shown.filter((value) => !held.includes(value))).toEqual([]);
    expect(shown).toContain(first!.size);
  });

  it('tell a slow drift of one meter, and give its verdict to the clearest finding alone', async () => {
    const drift = await driftBefore(plant, readerOf(600, 0.0001), window);
    const { drift: found } = drift.balances.find(({ id }) => id === 'water')!;
    expect(found).toMatchObject({ verdict: 'instrument', findings: [{ kind: 'drift' }] });
    expect(found!.findings[0]!.ids).toContain('mid');
    for (const [lang, verdict, other] of [
      ['zh', '个别计量器具变化', '较不明显，可能是同一变化的反映'],
      ['en', 'an instrument changed', 'less clear; may be the same change seen here'],
    ] as const) {
      const seen = { ...found!, findings: [...found!.findings, { ...found!.findings[0]!, ids: ['in'] }] };
      const shown = { ...drift, balances: drift.balances.filter(({ id }) => id === 'water').map((one) => ({ ...one, drift: seen })) };
      const block = driftPart({ plant, balances, coverage, lang, drift: shown }).find(({ kind }) => kind === 'table');
      expect(block?.kind === 'table' && block.rows.map(([, said]) => said)).toEqual([verdict, other]);
    }
  });

  it('say why nothing is judged where readings do not reach back over three', async () => {
    const drift = await driftBefore(plant, readerOf(100), window);
    expect(drift.windows.length).toBe(2);
    expect(drift.balances).toEqual([]);
    const html = await reportHtml(plant, balances, coverage, 'en', { drift });
    expect(html).toContain('at least 3 successive windows, and readings reach back over 2 only');
  });
});

describe('an indicator in the workbook', () => {
  const indicator = (formula: string, ...symbols: string[]) => ({
    formula,
    terms: symbols.map((symbol): Indicator['terms'][number] => ({ symbol, value: 1, unit: 'm3', u: 0, of: [] })),
  });

  it.each([
    [indicator('Kl = Vl ÷ Vi × 100 %', 'Vl', 'Vi'), '=C5/C6*100'],
    [indicator('R = (Vcy + Vs) ÷ (Vi + Vcy + Vs) × 100 %', 'Vcy', 'Vs', 'Vi'), '=(C5+C6)/(C7+C5+C6)*100'],
    [indicator('η = (1 − lost ÷ supplied) × 100 %', 'lost', 'supplied'), '=(1-C5/C6)*100'],
    [indicator('Vui = Vi ÷ Q', 'Vi', 'Q'), '=C5/C6'],
    // What it does not hold the terms of stays a number.
    [indicator('E = Σ Ei·ki, ki by calorific value', 'E'), null],
    [indicator('K = Vl ÷ Vx', 'Vl'), null],
  ])('is worked out of its terms: %j', (given, expected) => {
    expect(liveFormula(given, 5)).toBe(expected);
  });
});
