import { strFromU8, unzipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { knownFacts } from '../../../balance/audit/known-facts.ts';
import { sheetFacts } from '../../../balance/audit/sheet-facts.ts';
import type { Oversight } from '../../../balance/oversight/oversee.ts';
import { reportFacts } from '../../../balance/report/evidence.ts';
import { reportHtml } from '../../../balance/report/html.ts';
import { intakeAccounts } from '../../../balance/report/intake-account.ts';
import { type FurtherResults, resultsOf } from '../../../balance/report/results.ts';
import { sampleAccounts } from '../../../balance/report/sample-account.ts';
import { namedSheets } from '../../../balance/report/score-sheets.ts';
import { reportWord } from '../../../balance/report/word/word.ts';
import { bookSheets } from '../../../balance/report/workbook/workbook.ts';
import type { Result } from '../../../collector/stores/results.ts';
import { loadJurisdictions, loadRules } from '../../../config/rules/load.ts';
import { memoryReader, type Reading } from '../memory-reader.ts';
import { meter, plant as plantWith } from '../plants.ts';
import { hostilePlant, isOneOf, numbers, numbersIn, textsIn } from './fixture.ts';
import { drift, intake, samples, savings } from './further-results.ts';

const plant = hostilePlant();
const { balances, coverage } = await numbers(plant);
const monitoring = {
  plant: 'test',
  name: '厂',
  jurisdiction: 'yunnan',
  simulated: true,
  window: balances.window,
  outfalls: [
    {
      id: 'DW001',
      name: '总排口',
      kind: 'water',
      permit: null,
      zeroDischarge: false,
      monitors: [
        {
          code: 'w01018',
          name: '化学需氧量',
          channel: 'out',
          unit: 'mg/L',
          last: null,
          rates: { transmission: 1, validity: 0.987, effective: 0.987, everyMs: 60_000 },
          required: null,
          pass: true,
          hours: { all: 72, valid: 71 },
          days: [],
          over: [],
          marks: [],
          mass: null,
          caps: [],
          checks: [],
        },
      ],
      signs: [{ sign: 'frozen', codes: ['w01018'], figure: 3, from: '2026-03-01T01:00:00+08:00', to: '2026-03-01T04:00:00+08:00' }],
      contradictions: [
        {
          kind: 'water',
          balance: 'water',
          boundary: 'P',
          stream: 'out',
          unit: 'm3',
          monitored: 950.75,
          byBalance: 1000.125,
          u: 12.5,
          z: -3.95,
          significant: true,
          wouldSettle: [],
        },
      ],
    },
  ],
  toConfirm: [],
} as unknown as Oversight;
const dailyRoots = [{ day: '2026-03-01', seq: 1440, sha256: 'cd'.repeat(32) }];
const rules = await loadRules();
const scoreSheets = namedSheets(rules, await loadJurisdictions());
const facts = sheetFacts(rules, knownFacts(plant, balances, { depth: null, savings, monitoring }));
const further: FurtherResults = { savings, monitoring, samples, intake, facts, scoreSheets, drift, dailyRoots };
const held = numbersIn(resultsOf(balances, coverage, further));

const word = unzipSync(await reportWord(plant, balances, coverage, 'zh', further));
const document = strFromU8(word['word/document.xml']!);

describe('every number of the Word report', () => {
  /** What the results or the plant file hold as a text: names, times, settings with their origin. */
  const texts = textsIn([resultsOf(balances, coverage, further), plant.file]).join('\n');
  const parts = Object.keys(word).filter((name) => /^word\/(document|header\d+|footer\d+)\.xml$/.test(name));

  it('stands in the results, in running text, captions, lists, headers and footers too', () => {
    const paragraphs = parts.flatMap((name) =>
      [...strFromU8(word[name]!).matchAll(/<w:p(?: [^>]*)?>[\s\S]*?<\/w:p>/g)].map(([paragraph]) =>
        // Without the numbers of sections, which head their titles and stand alone in the table of facts.
        [...paragraph.matchAll(/<w:t(?: [^>]*)?>([^<]*)<\/w:t>/g)]
          .map((match) => match[1])
          .join('')
          .replace(/^\d\.\d(?= |$)/, ''),
      ),
    );
    const figures = paragraphs.flatMap((text) =>
      [...text.matchAll(/(?<![\w.:/〔-])[-−]?\d[\d,]*(?:\.\d+)(?: %)?(?![\w.:/〕-])/g)].map(([figure]) => figure),
    );
    expect(figures.length).toBeGreaterThan(80);
    const known = [...held, ...held.map((n) => 2 * n), ...held.map(Math.abs)];
    expect(
      figures.filter((figure) => ![figure, figure.replace(/ %$/, '')].some((each) => isOneOf(each, known)) && !texts.includes(figure)),
    ).toEqual([]);
  });
});

describe('score sheets', () => {
  it('are named as an acceptance panel knows them, not by the id of a rule', () => {
    for (const { rule } of scoreSheets) expect(document).not.toContain(rule);
    for (const said of ['福建 闽经贸资源〔2008〕826号 附件3', '福建省清洁生产审核评估评分表', '广东省企业自愿清洁生产审核验收考核表'])
      expect(document.includes(said), said).toBe(true);
  });

  it('stand with their rows in the workbook', () => {
    const sheet = bookSheets({ plant, balances, coverage, lang: 'en', ...further }).find(({ name }) => name === 'Facts for score sheets')!;
    const asked = JSON.stringify(sheet.rows.map((row) => row[4]));
    expect(asked).toContain('Fujian');
    expect(asked).not.toContain('/score-sheet');
  });
});

describe('options, monitoring and conservation of samples', () => {
  it('stand in the Word report, with no figure in its tables that the results do not hold', () => {
    const cells = [...document.matchAll(/<w:tc>[\s\S]*?<\/w:tc>/g)].filter(
      ([cell]) => cell.includes('<w:jc w:val="right"/>') && !cell.includes('Head"'),
    );
    const figures = cells.map(([cell]) => [...cell.matchAll(/<w:t(?: [^>]*)?>([^<]*)<\/w:t>/g)].map((match) => match[1]).join(''));
    const numeric = figures.filter((text) => text !== '—' && text !== '※');
    for (const figure of ['5.19', '1.13', '3.75', '11.25', '8,640', '8,597', '98.7 %', '951', '1,440'])
      expect(numeric, figure).toContain(figure);
    expect(numeric.filter((text) => !isOneOf(text, held))).toEqual([]);
    for (const said of ['下降 5.2 % ± 1.1 %', '2026-01-05', '2026-01-12', '否：本轮之前已完成', 'cd'.repeat(32), '矛盾', '读数长时间不变'])
      expect(document).toContain(said);
  });

  it('stand on the page in English too', async () => {
    const html = await reportHtml(plant, balances, coverage, 'en', further);
    for (const said of ['Options and savings', 'saved 5.2 % ± 1.1 %', 'no: finished before this round', 'contradicts'])
      expect(html).toContain(said);
  });

  it('stand in the workbook as the results hold them, sums live, and the facts of score sheets point at their cells', () => {
    const content = { plant, balances, coverage, lang: 'zh' as const, ...further };
    const sheets = bookSheets(content);
    const known = new Set(held.flatMap((n) => [n, -n]));
    const cells = sheets.flatMap((sheet) => sheet.rows.flatMap((row) => row.filter((cell) => cell !== null && 'number' in cell)));
    expect(cells.filter((cell) => cell !== null && 'number' in cell && !known.has(cell.number))).toEqual([]);
    const facts = reportFacts(content);
    expect(facts['options.lowCost.implementedPercent']!.value).toBe(100);
    const place = /xlsx ([^;]+)!([A-Z])(\d+)/.exec(facts['options.lowCost.implementedPercent']!.evidence)!;
    const sheet = sheets.find(({ name }) => name === place[1])!;
    const cell = sheet.rows[Number(place[3]) - 1]![place[2]!.charCodeAt(0) - 65]!;
    expect(cell).toMatchObject({ formula: `=IF(C${place[3]}=0,"",100*D${place[3]}/C${place[3]})` });
    expect(facts['options.highCost.implementedPercent']!.value).toBeNull();
  });
});

describe('conservation of what was polled', () => {
  const known = [...document.matchAll(/<w:t(?: [^>]*)?>([^<]*)<\/w:t>/g)].map((match) => match[1]);

  it('stands in the Word report by source, with what is not known', () => {
    for (const figure of ['51,843', '51,839', '4,317', '56,174', '56,156']) expect(known, figure).toContain(figure);
    for (const said of ['所涉 72 小时中有 71 小时有计数', '至少 2 min 的计数不知', '没有计数的数据源：spare'])
      expect(
        known.some((text) => text?.includes(said)),
        said,
      ).toBe(true);
  });

  it('stands in the workbook with differences that the spreadsheet works out, and adds up', () => {
    const { rows } = bookSheets({ plant, balances, coverage, lang: 'en', ...further }).find(({ name }) => name === 'Conservation')!;
    const first = rows.findIndex(([cell]) => cell && 'text' in cell && cell.text === 'Source');
    expect(rows[first + 1]![5]).toMatchObject({ formula: `=B${first + 2}-C${first + 2}-D${first + 2}-E${first + 2}`, value: 3 });
    expect(rows[first + 3]![1]).toMatchObject({ formula: `=SUM(B${first + 2}:B${first + 3})`, value: 56174 });
    for (const [at, row] of rows.entries()) {
      const [, b, c, d, e, f] = row.map((cell) =>
        cell === null ? null : 'number' in cell ? cell.number : 'value' in cell ? cell.value : null,
      );
      if (typeof f === 'number') expect(f, String(at)).toBe(b! - c! - d! - e!);
    }
  });

  it('has what was within dead-bands in a column of its own, only where there is any', async () => {
    const [gw, broker] = intake.sources;
    const looked = {
      ...intake,
      sources: [{ ...gw!, within: 30, difference: -27 }, broker!],
      total: { ...intake.total, within: 30, difference: -27 },
    };
    const html = await reportHtml(plant, balances, coverage, 'en', { ...further, intake: looked });
    expect(html).toContain('Within dead-band');
    expect(html).toContain('polled = journalled + quarantined + given back + within dead-band + difference');
    const { rows } = bookSheets({ plant, balances, coverage, lang: 'en', ...further, intake: looked }).find(({ rows: all }) =>
      JSON.stringify(all).includes('Within dead-band'),
    )!;
    const first = rows.findIndex(([cell]) => cell && 'text' in cell && cell.text === 'Source');
    const formula = (row: number) => `=B${row}-C${row}-D${row}-E${row}-F${row}`;
    expect(rows[first + 1]!.slice(5)).toMatchObject([{ number: 30 }, { formula: formula(first + 2), value: -27 }, { number: 71 }]);
    expect(rows[first + 2]!.slice(5, 6)).toMatchObject([{ number: 0 }]);
    expect(rows[first + 3]!.slice(5)).toMatchObject([
      { formula: `=SUM(F${first + 2}:F${first + 3})`, value: 30 },
      { formula: formula(first + 4), value: -27 },
      { number: 71 },
    ]);
    expect(await reportHtml(plant, balances, coverage, 'en', further)).not.toContain('ead-band');
  });

  it('is said not to be known of readings that this program did not collect', async () => {
    const html = await reportHtml(plant, balances, coverage, 'en', { ...further, intake: null });
    expect(html).toContain('were not collected from meters by this program');
    expect(html).not.toContain('by source');
    const sheets = bookSheets({ plant, balances, coverage, lang: 'zh', ...further, intake: null });
    expect(JSON.stringify(sheets.find(({ name }) => name === '样本与采集守恒'))).toContain('不是由本程序从仪表采得的');
  });

  it('of several turns takes the last, of several runs the sum, of the journal what it held, and says what nobody counted', async () => {
    const [HOUR, T0] = [3_600_000, Date.parse('2026-03-01T00:00:00+08:00')];
    const row = (hour: number, source: string, run: string, turn: number, seq: number, polled: number, lost = 0): Result => ({
      measurement: 'intake',
      timeMs: T0 + hour * HOUR,
      tags: { source, run, turn: String(turn) },
      fields: { polled, journalled: polled - lost - 1, quarantined: 1, returned: 0, seq },
    });
    const rows = [
      row(0, 'gw', 'a', 0, 3, 50),
      row(0, 'gw', 'a', 1, 4, 100),
      row(0, 'gw', 'a', 2, 8, 120),
      row(0, 'gw', 'b', 1, 5, 7, 2),
      row(1, 'gw', 'b', 1, 6, 10),
      row(1, 'mqtt', 'b', 1, 6, 5),
      row(1, 'late', 'b', 1, 9, 5),
    ];
    const uncounted: Result[] = [{ measurement: 'uncounted', timeMs: T0, tags: { run: 'a' }, fields: { ms: 60_001, seq: 4 } }];
    const results = {
      read: async (kind: string, fromMs: number, toMs: number) =>
        (kind === 'intake' ? rows : uncounted).filter(({ timeMs }) => timeMs >= fromMs && timeMs < toMs),
    };
    const read = { device: 'gw2', unit: 1, table: 'holding', address: { pdu: 0 }, type: 'uint16', every: '10min' };
    const own = plantWith({
      units: [{ id: 'P', name: '厂', level: 'plant' }],
      devices: [{ id: 'gw2', protocol: 'modbus-tcp', host: '127.0.0.1', port: 1502 }],
      meters: [meter('M', { read })],
    });
    const window = { fromMs: T0, toMs: T0 + 3 * HOUR };
    expect(await intakeAccounts(own, { results }, window, 6)).toEqual({
      sources: [
        { source: 'gw', polled: 117, journalled: 112, quarantined: 3, returned: 0, difference: 2, hours: 2 },
        { source: 'mqtt', polled: 5, journalled: 4, quarantined: 1, returned: 0, difference: 0, hours: 1 },
      ],
      total: { polled: 122, journalled: 116, quarantined: 4, returned: 0, difference: 2 },
      hours: { window: 3, counted: 2 },
      uncountedMinutes: 2,
      notCounted: ['gw2'],
    });
    expect((await intakeAccounts(own, { results }, window, 8))!.total.polled).toBe(142);
    rows.push({ ...row(2, 'gw', 'b', 1, 6, 40), fields: { polled: 40, journalled: 8, quarantined: 0, returned: 0, within: 32, seq: 6 } });
    const { sources, total } = (await intakeAccounts(own, { results }, window, 6))!;
    expect(sources.map(({ within, difference }) => [within, difference])).toEqual([
      [32, 2],
      [undefined, 0],
    ]);
    expect(total).toMatchObject({ within: 32, difference: 2 });
    expect(await intakeAccounts(own, { results }, { fromMs: T0 + 5 * HOUR, toMs: T0 + 6 * HOUR })).toBeNull();
    expect(await intakeAccounts(own, {}, window)).toBeNull();
  });
});

describe('account of samples', () => {
  const HOUR = 3_600_000;
  const T0 = Date.parse('2026-03-01T00:00:00+08:00');
  const works = plantWith({
    units: [{ id: 'P', name: '厂', level: 'plant' }],
    devices: [{ id: 'gw', protocol: 'modbus-tcp', host: '127.0.0.1', port: 1502 }],
    meters: [
      meter('M', { read: { device: 'gw', unit: 1, table: 'holding', address: { pdu: 0 }, type: 'uint32', order: 'ABCD', every: '10min' } }),
    ],
  });

  it('finds a due time of which nothing is recorded, and a reading too many', async () => {
    const readings: Reading[] = [];
    for (let ms = T0; ms < T0 + 4 * HOUR; ms += HOUR / 6) {
      if (ms === T0 + HOUR + HOUR / 3) continue;
      readings.push([ms, ms === T0 + 2 * HOUR ? null : ms]);
      if (ms === T0 + 3 * HOUR) readings.push([ms + 60_000, ms]);
    }
    const { channels, total } = await sampleAccounts(works, memoryReader({ M: readings }), { fromMs: T0, toMs: T0 + 4 * HOUR });
    expect(channels).toHaveLength(1);
    expect(total).toEqual({ expected: 24, good: 22, suspect: 0, missed: 1, unaccounted: 1, additional: 1 });
  });

  it('counts no look for a due time, though there are as many readings as were due', async () => {
    const read = {
      device: 'gw',
      unit: 1,
      table: 'holding',
      address: { pdu: 0 },
      type: 'uint32',
      every: '10min',
      change: { sampling: '10s' },
    };
    const looked = plantWith({
      units: [{ id: 'P', name: '厂', level: 'plant' }],
      devices: [{ id: 'gw', protocol: 'modbus-tcp', host: '127.0.0.1', port: 1502 }],
      meters: [meter('M', { read })],
    });
    const minutes = [0, 10, 20, 25, 30, 40];
    const readings = minutes.map((minute): Reading => [T0 + minute * 60_000, minute === 25 ? null : minute]);
    const { total } = await sampleAccounts(looked, memoryReader({ M: readings }), { fromMs: T0, toMs: T0 + HOUR });
    expect(total).toEqual({ expected: 6, good: 5, suspect: 0, missed: 0, unaccounted: 1, additional: 1 });
  });
});
