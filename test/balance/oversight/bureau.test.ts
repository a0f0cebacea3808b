import fc from 'fast-check';
import readXlsx from 'read-excel-file/node';
import { describe, expect, it } from 'vitest';
import { alarmEvents, type Condition, conditionsOf, type Raised } from '../../../balance/oversight/alarms.ts';
import { disclosureRecord, disclosureRule } from '../../../balance/oversight/disclosure.ts';
import { publicRecord, recordsHtml, recordsWorkbook } from '../../../balance/oversight/disclosure-files.ts';
import { fleetOf } from '../../../balance/oversight/fleet.ts';
import { complianceLists, loadShares } from '../../../balance/oversight/lists.ts';
import type { MonitorOversight, OutfallOversight, Oversight } from '../../../balance/oversight/oversee.ts';
import { partsOfField } from '../../../config/measures/disclosure-fields.ts';
import { loadPlant } from '../../../config/plant/load.ts';
import { loadJurisdictions, loadRules } from '../../../config/rules/load.ts';
import type { RuleOf } from '../../../config/rules/rule.ts';

const byText = (a: string, b: string): number => (a < b ? -1 : Number(a > b));

const TO = '2026-03-04T00:00:00+08:00';
const over = {
  basis: 'hour',
  converted: false,
  limit: 50,
  limitUnit: 'mg/m3',
  source: '许可证',
  from: '2026-03-03T23:00:00+08:00',
  to: TO,
  periods: 1,
  peak: 75,
  ratio: 1.5,
  multiple: 0.5,
} as const;
const mass = (measured: number, substituted = 0): MonitorOversight['mass'] => ({
  unit: 'kg',
  measured,
  substituted,
  hours: { all: 72, measured: 70, substituted: substituted > 0 ? 2 : 0, unknown: substituted > 0 ? 0 : 2 },
  days: [],
  substitution: { reason: 'no-profile' },
});
const monitor = (more: Partial<MonitorOversight> = {}): MonitorOversight => ({
  code: 'a21026',
  name: '二氧化硫',
  channel: 'SO2',
  unit: 'mg/m3',
  last: '2026-03-03T23:50:00+08:00',
  rates: { due: 432, received: 432, valid: 432, transmission: 1, validity: 1, effective: 1, everyMs: 600_000 },
  required: { effective: 0.9, source: null },
  pass: true,
  hours: { all: 72, valid: 72 },
  days: [{ date: '2026-03-02', validHours: 24, mean: 21.5, valid: true }],
  over: [],
  marks: [],
  mass: mass(120),
  caps: [],
  checks: [],
  ...more,
});
const outfall = (id: string, monitors: readonly MonitorOversight[], more: Partial<OutfallOversight> = {}): OutfallOversight => ({
  id,
  name: id,
  kind: 'gas',
  permit: null,
  zeroDischarge: false,
  monitors,
  signs: [],
  contradictions: [],
  ...more,
});
const plant = (id: string, outfalls: readonly OutfallOversight[]): Oversight => ({
  plant: id,
  name: id,
  jurisdiction: 'guangxi',
  simulated: false,
  window: { from: '2026-03-01T00:00:00+08:00', to: TO },
  outfalls,
  toConfirm: [],
});

describe('a fleet', () => {
  it('is ranked by what is most urgent', () => {
    const rows = fleetOf([
      { oversight: plant('quiet', [outfall('A', [monitor()])]) },
      { oversight: plant('also-quiet', [outfall('A', [monitor()])]) },
      { oversight: plant('over', [outfall('A', [monitor({ over: [over] })])]), region: '东区' },
      { oversight: plant('silent', [outfall('A', [monitor({ last: '2026-03-03T20:00:00+08:00', pass: false })])]) },
      {
        oversight: plant('late', [outfall('A', [monitor()])]),
        duties: [
          { duty: 'publish-emissions', rule: 'r', due: '2026-02-01', days: -31 },
          { duty: 'start-audit', rule: 'r', due: '2027-02-01', days: 330 },
        ],
      },
    ]);
    expect(rows.map(({ plant: id, rank }) => [rank, id])).toEqual([
      [1, 'over'],
      [2, 'late'],
      [3, 'silent'],
      [4, 'also-quiet'],
      [4, 'quiet'],
    ]);
    expect(rows[0]).toMatchObject({ over: { count: 1, worst: 0.5 }, region: '东区', online: { monitors: 1, of: 1 } });
    expect(rows[2]).toMatchObject({ online: { monitors: 0, of: 1 }, belowLine: 1 });
    expect(rows[1]!.duties).toHaveLength(1);
  });
});

describe('lists', () => {
  const held = new Map([
    ['A', new Set(['a21026'])],
    ['C', new Set(['a21026'])],
  ]);

  it('put nobody within who was not held against a limit or whose data do not suffice', () => {
    const oversight = plant('p', [
      outfall('A', [monitor()]),
      outfall('B', [monitor()]),
      outfall('C', [monitor({ hours: { all: 72, valid: 0 } })]),
      outfall('D', []),
      outfall('E', [], { zeroDischarge: true }),
      outfall('F', [monitor({ over: [over] })]),
    ]);
    const lists = complianceLists([{ oversight, held }]);
    expect(lists.within.map(({ outfall: id }) => id)).toEqual(['A']);
    expect(lists.unknown.map(({ outfall: id, why }) => [id, why])).toEqual([
      ['B', 'no-limit'],
      ['C', 'too-few-valid'],
      ['D', 'not-monitored'],
    ]);
    expect(lists.zeroDischarge.map(({ outfall: id }) => id)).toEqual(['E']);
    expect(lists.overLimit).toMatchObject([{ outfall: 'F', code: 'a21026', figure: 0.5 }]);
  });

  it('name the fewest sources that make up the share', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 1000 }), { minLength: 1, maxLength: 20 }),
        fc.integer({ min: 1, max: 99 }),
        (amounts, percent) => {
          const plants = amounts.map((amount, n) => ({
            oversight: plant(`p${n}`, [outfall('A', [monitor({ mass: mass(amount) })])]),
            region: '东区',
          }));
          const found = loadShares(plants, percent / 100);
          const among = found.filter((one) => one.among);
          const all = amounts.reduce((sum, amount) => sum + amount, 0);
          const sum = among.reduce((total, { amount }) => total + amount, 0);
          expect(sum / all).toBeGreaterThanOrEqual(percent / 100 - 1e-9);
          expect((sum - among.at(-1)!.amount) / all).toBeLessThan(percent / 100);
          expect(found.at(-1)!.cumulative).toBeCloseTo(1, 9);
        },
      ),
    );
    expect(loadShares([{ oversight: plant('p', [outfall('A', [monitor()])]), region: null }], 0.6)).toEqual([]);
  });
});

describe('disclosure', () => {
  it('has a part for every field that a rule on emissions prints', async () => {
    const printed = (await loadRules()).flatMap((rule) => {
      const content = rule.family === 'disclosure' ? (rule as RuleOf<'disclosure'>).content : null;
      return content?.what === 'emissions' ? content.fields : [];
    });
    expect(printed.length).toBeGreaterThan(20);
    expect(printed.filter((field) => partsOfField(field) === null)).toEqual([]);
  });

  it('has in every jurisdiction exactly the fields of its own rule', async () => {
    const rules = await loadRules();
    const example = await loadPlant('config/examples/yunnan-phosphate');
    let with_ = 0;
    for (const { id } of await loadJurisdictions()) {
      const rule = disclosureRule(rules, id, Date.parse(TO));
      const record = disclosureRecord(example, plant('p', [outfall('DA001', [monitor({ over: [over] })])]), rule);
      expect(record.fields.map(({ printed }) => printed)).toEqual(rule?.content?.fields ?? []);
      expect(Object.keys(publicRecord(record))).toEqual([...new Set(rule?.content?.fields ?? [])]);
      if (rule !== null && rule.jurisdiction !== id) expect(rule.reach).toBe('nationwide');
      if (record.fields.length > 0) with_++;
      else expect(record.reason).toBe(rule === null ? 'no-rule' : 'no-fields-printed');
    }
    expect(with_).toBeGreaterThan(5);
  });

  it('says what is substituted and what is unknown, and nothing that no one told it', async () => {
    const rules = await loadRules();
    const example = await loadPlant('config/examples/yunnan-phosphate');
    const rule = rules.find(({ id }) => id === 'guangxi/104-2004/disclose-emissions') as RuleOf<'disclosure'>;
    const loaded = { ...example, file: { ...example.file, plant: { ...example.file.plant, register: {} }, outfalls: [] } };
    const record = disclosureRecord(loaded, plant('p', [outfall('DA001', [monitor({ mass: mass(100, 20) })])]), rule);
    const shown = publicRecord(record);
    expect(shown['企业名称、法人代表、企业所在地址']).toContain('（模拟数据）');
    expect(record.fields[0]!.missing).toEqual(['representative', 'address']);
    expect(shown.排放浓度和总量).toBe('DA001 二氧化硫 21.5 mg/m3；DA001 二氧化硫 120 kg（其中替代 20 kg）');
    expect(shown.超标倍数).toBe('');
    expect(record.fields[3]!.missing).toEqual(['multiple']);
    const html = recordsHtml([{ ...record, fields: [{ printed: '<b>', text: '"&"', missing: [] }] }]);
    expect(html).toContain('&lt;b&gt;</th><td>&quot;&amp;&quot;');
    const [sheet] = await readXlsx(Buffer.from(await recordsWorkbook([record])));
    expect(sheet!.data).toEqual([
      record.fields.map(({ printed }) => printed),
      record.fields.map(({ text }) => (text === null || text === '' ? null : text)),
    ]);
  });
});

describe('alarms', () => {
  const none = (): boolean => false;
  const condition = (key: string): Condition => ({
    key,
    plant: key[0]!,
    outfall: 'A',
    code: null,
    kind: 'offline',
    zh: '离线',
    en: 'offline',
  });

  it('go out once when a condition appears and once when it is gone, whatever happens in between', () => {
    const looks = fc.array(fc.uniqueArray(fc.constantFrom('p1', 'p2', 'q1')), { maxLength: 30 });
    fc.assert(
      fc.property(looks, (states) => {
        let raised: Raised = {};
        const told = new Map<string, string[]>();
        for (const [n, state] of states.entries()) {
          const result = alarmEvents(raised, state.map(condition), new Set(['p', 'q']), n, none);
          raised = result.raised;
          for (const { key, event } of result.events) told.set(key, [...(told.get(key) ?? []), event]);
          expect(Object.keys(raised).sort(byText)).toEqual([...state].sort(byText));
        }
        for (const events of told.values())
          for (const [n, event] of events.entries()) expect(event).toBe(n % 2 === 0 ? 'raised' : 'recovered');
      }),
    );
  });

  it('of a plant that was not looked at neither recover nor rise', () => {
    const { raised } = alarmEvents({}, [condition('p1'), condition('q1')], new Set(['p', 'q']), 0, none);
    const { events, raised: left } = alarmEvents(raised, [], new Set(['p']), 1, none);
    expect(events.map(({ key, event }) => [key, event])).toEqual([['p1', 'recovered']]);
    expect(Object.keys(left)).toEqual(['q1']);
  });

  it('are raised by what holds at the end of the window only', () => {
    const old = { ...over, from: '2026-03-01T05:00:00+08:00', to: '2026-03-01T06:00:00+08:00' };
    const kinds = (more: Partial<MonitorOversight>) => conditionsOf(plant('p', [outfall('A', [monitor(more)])])).map(({ kind }) => kind);
    expect(kinds({ over: [old] })).toEqual([]);
    expect(kinds({ over: [over] })).toEqual(['over-limit']);
    expect(kinds({ last: null, pass: false })).toEqual(['offline', 'below-line']);
    // Of a plant whose records begin an hour before, nothing is known of what came earlier.
    const young = plant('p', [outfall('A', [monitor({ last: null })])]);
    expect(conditionsOf({ ...young, window: { ...young.window, from: '2026-03-03T23:00:00+08:00' } })).toEqual([]);
    expect(conditionsOf({ ...young, window: { ...young.window, from: '2026-03-03T22:00:00+08:00' } }).map(({ kind }) => kind)).toEqual([
      'offline',
    ]);
  });
});
