import { describe, expect, it } from 'vitest';
import { reportHtml } from '../../../balance/report/html.ts';
import { resultsOf } from '../../../balance/report/results.ts';
import { HOSTILE, hostilePlant, isOneOf, numbers, numbersIn } from './fixture.ts';

const plant = hostilePlant();
const { balances, coverage } = await numbers(plant);
const zh = await reportHtml(plant, balances, coverage, 'zh');
const en = await reportHtml(plant, balances, coverage, 'en');

const unescaped = (text: string) =>
  text.replace(/&(lt|gt|quot|#39|amp);/g, (_, name: string) => ({ lt: '<', gt: '>', quot: '"', '#39': "'", amp: '&' })[name]!);
const figures = (html: string) => [...html.matchAll(/<td class="number">([^<]*)<\/td>/g)].map((match) => unescaped(match[1]!));

/** Names of elements left open or closed out of turn; characters that no XML text may hold. */
function mistakes(xml: string): string[] {
  const open: string[] = [];
  const wrong: string[] = [];
  for (const [token, close, name, rest] of xml
    .replace('<!DOCTYPE html>', '')
    .matchAll(/<(\/?)([A-Za-z][\w:-]*)([^<>]*)>|[<>]|&(?!(?:lt|gt|quot|amp|#39);)/g)) {
    if (name === undefined) wrong.push(token);
    else if (close !== '/') {
      if (!/^(\s+[\w:-]+="[^"<]*")*\s*\/?$/.test(rest!)) wrong.push(token);
      if (!rest!.endsWith('/')) open.push(name);
    } else if (open.pop() !== name) wrong.push(token);
  }
  return [...wrong, ...open];
}

describe('the HTML report', () => {
  it('is well-formed, with hostile names told as text', () => {
    expect(mistakes(zh)).toEqual([]);
    expect(mistakes(en)).toEqual([]);
    expect(zh).not.toContain('<script');
    expect(unescaped(zh).split(HOSTILE).length).toBeGreaterThan(20);
  });

  it('calls every meter unverified that nobody has commissioned, also one at no metering point', () => {
    // At metering points: in and mid; back and out measure streams and stand at none.
    expect(unescaped(zh)).toMatch(/P1-in: [^<]*未经投运核对/);
    expect(zh).toContain('以下计量器具也未经投运核对，其读数未与表盘示值核对签字：back、out<');
    expect(en).toContain('nobody has signed that their readings agree with their faces: back, out<');
  });

  it('shows in its tables no number that the results do not hold', () => {
    const held = numbersIn(resultsOf(balances, coverage));
    const shown = figures(zh).filter((text) => text !== '—' && text !== '※');
    expect(shown.length).toBeGreaterThan(60);
    expect(shown.filter((text) => !isOneOf(text, held))).toEqual([]);
    expect(figures(en)).toEqual(figures(zh));
  });

  it('shows each boundary with its imbalance and verdict, and each stream', () => {
    const { imbalance } = balances.balances.find(({ boundary }) => boundary === 'W2')!;
    expect(imbalance).not.toBeNull();
    const rows = zh.split('<tr>');
    const row = rows.find((each) => each.includes('W2 二'))!;
    expect(row).toContain('<td class="number">');
    expect(figures(row).some((text) => isOneOf(text, [imbalance!]))).toBe(true);
    for (const id of plant.streams.keys())
      expect(
        rows.some((each) => each.startsWith(`<td>${id} `)),
        id,
      ).toBe(true);
    expect(zh.match(/<svg /g)).toHaveLength(2);
  });

  it('says where it comes from: simulated, window, revision, journal, version, rule, gaps with reasons', () => {
    const { version } = resultsOf(balances, coverage).program;
    for (const text of [
      '模拟数据',
      '2026-03-01T00:00:00+08:00',
      'ab'.repeat(32),
      `量衡 ${version}`,
      '518号',
      '通信中断或超时',
      'P2-none',
    ]) {
      expect(zh).toContain(text);
    }
    for (const text of ['Simulated data', 'no answer or link lost', 'Tolerance: ± 5 %']) expect(en).toContain(text);
    expect(en.replaceAll(/甲|[一二]&lt;|表&lt;|[\p{Script=Han}“”〔〕，；：、。]+/gu, '')).not.toMatch(/undefined|NaN|\[object/);
  });

  it('tells why a short window is no audit balance', async () => {
    const short = await numbers(plant, 24);
    const html = await reportHtml(plant, short.balances, short.coverage, 'zh');
    expect(html).toContain('不足 72 小时');
    expect(html).toContain('<td>否，原因如下</td>');
    expect(zh).toContain('<td>是</td>');
  });

  it('runs nothing and asks for nothing', () => {
    expect(zh).not.toContain('<script');
    expect(zh).not.toMatch(/ (style|on\w+|src|href)=/);
  });
});
