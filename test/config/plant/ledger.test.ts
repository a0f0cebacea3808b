import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { importLedger, ledgerSheets, type Sheet } from '../../../config/plant/ledger.ts';
import type { Cell } from '../../../config/plant/ledger-columns.ts';
import { readLedgerFile, writeLedgerFile } from '../../../config/plant/ledger-file.ts';
import { parsePlant } from '../../../config/plant/load.ts';
import { plantSchema } from '../../../config/plant/schema.ts';
import { Faults } from '../../../config/words/fault.ts';
import { changesOf, faultsOf } from './edits.ts';

/** Three meters as a plant keeps them, with layout and comments that an import must not touch. */
const METERS = `  # incoming water
  - id: FT1   # by the gate
    name: { zh: 进水表, en: intake }
    kind: counter
    unit: m3
    serial: "0012"
    assetNumber: JL-01
    accuracy: { class: "2.5", percentOfReading: 2.5 }
    verification: { certificate: A-1, date: 2025-06-01, due: 2027-06-01 }
  - { id: PT1, name: 蒸汽压力, kind: rate, unit: kg/h, model: EJA530, range: [0, 1600], assetNumber: JL-02 }
  - { id: TT1, name: 温度, kind: concentration, unit: degC, serial: T-7 }
`;
const PLANT = `liangheng: 1
plant: { id: p, name: 厂, jurisdiction: test }
units:
  - { id: P, name: 厂, level: plant }
  - { id: W, name: 车间, level: workshop, parent: P }
points:
  - { id: MP1, name: 车间水, kind: water, level: 2, unit: W, meters: [{ meter: FT1 }] }
meters:
${METERS}`;
const FILE = parsePlant(PLANT, 'plant.yaml').file;

const sheet = (...rows: readonly (readonly Cell[])[]): Sheet => ({ name: 'S', rows });
const run = (...rows: readonly (readonly Cell[])[]) => importLedger(PLANT, FILE, sheet(...rows), 'l.xlsx');
const changes = (text: string) => changesOf(FILE, text);

describe('export', () => {
  test('has the columns of GB 17167-2006 5.3 and sub-ledgers for level 2 and 3', () => {
    const [all, second, third] = ledgerSheets(FILE);
    const row = Object.fromEntries(all!.rows[0]!.map((heading, index) => [String(heading), all!.rows[1]![index]]));
    expect(row).toMatchObject({
      计量器具名称: '进水表',
      准确度等级: '2.5',
      最大允许误差: '±2.5% 读数',
      出厂编号: '0012',
      状态: '合格',
      有效期至: '2027-06-01',
    });
    for (const heading of ['型号规格', '测量范围', '生产厂家', '用能单位管理编号', '安装使用地点']) expect(row).toHaveProperty(heading);
    expect([all, second, third].map((one) => one!.rows.slice(1).map(([id]) => id))).toEqual([['FT1', 'PT1', 'TT1'], ['FT1'], []]);
  });

  test('through a workbook and back it changes not one character', async () => {
    const path = join(mkdtempSync(join(tmpdir(), 'ledger-')), 'ledger.xlsx');
    await writeLedgerFile(path, ledgerSheets(FILE));
    const read = await readLedgerFile(path);
    expect(read.rows).toHaveLength(4);
    expect(importLedger(PLANT, FILE, read, path)).toEqual({ text: PLANT, matched: 3, added: [], notInLedger: [] });
  });

  test('whatever a meter says in any column comes back as it was', () => {
    const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }).map((one) => one.replaceAll(/[\p{C}\p{Z}]/gu, '') || 'x');
    const share = fc.integer({ min: 1, max: 9_999 }).map((n) => n / 1000);
    const day = fc
      .date({ min: new Date('2020-01-01'), max: new Date('2030-12-31'), noInvalidDate: true })
      .map((d) => d.toISOString().slice(0, 10));
    const bound = fc.integer({ min: -10_000_000, max: 10_000_000 }).map((n) => n / 1000);
    const accuracy = fc.oneof(
      fc.record({ class: text, percentOfReading: share }),
      fc.record({ class: text, percentOfSpan: share }),
      fc.record({ class: text, absolute: share }),
    );
    const meter = fc.record(
      {
        model: text,
        maker: text,
        serial: text,
        assetNumber: text,
        place: text,
        instrument: text,
        accuracy,
        range: fc.tuple(bound, bound).map(([a, b]) => (a < b ? [a, b] : [b, a + 1])),
        status: fc.constantFrom('qualified', 'limited', 'out-of-service'),
        verification: fc.record(
          {
            kind: fc.constantFrom('verification', 'calibration', 'confirmation'),
            certificate: text,
            date: day,
            due: day,
            by: text,
            interval: fc.record({ months: fc.integer({ min: 1, max: 120 }), origin: fc.constant('台账') }),
          },
          { requiredKeys: ['certificate', 'date', 'due'] },
        ),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.array(meter, { minLength: 1, maxLength: 3 }), (meters) => {
        const written = meters.map((one, at) => ({
          id: `M${at}`,
          name: `表${at}`,
          ...(at % 2 === 0 ? { kind: 'rate', unit: 'm3/h' } : { kind: 'counter', unit: 'm3' }),
          ...one,
        }));
        const plant = stringify({ liangheng: 1, plant: { id: 'p', name: '厂', jurisdiction: 'none' }, units: [], meters: written });
        const file = plantSchema.parse(parse(plant));
        const again = importLedger(plant, file, ledgerSheets(file)[0]!, 'l.xlsx');
        expect(again).toMatchObject({ text: plant, matched: meters.length, added: [] });
        // Into a file that has the meters and nothing of the ledger, it brings everything.
        const bare = stringify({ ...parse(plant), meters: written.map(({ id, name, kind, unit }) => ({ id, name, kind, unit })) });
        const filled = importLedger(bare, plantSchema.parse(parse(bare)), ledgerSheets(file)[0]!, 'l.xlsx').text;
        expect(plantSchema.parse(parse(filled)).meters).toEqual(file.meters);
      }),
      { numRuns: 30 },
    );
  });

  test('a file that is no workbook is refused', async () => {
    const path = join(mkdtempSync(join(tmpdir(), 'ledger-')), 'ledger.xlsx');
    writeFileSync(path, '编号,名称\n');
    await expect(readLedgerFile(path)).rejects.toBeInstanceOf(Faults);
  });
});

describe('import of a ledger as plants keep them', () => {
  const rows: readonly (readonly Cell[])[] = [
    ['某公司能源计量器具台账', null, null],
    [
      '序号',
      '名 称',
      '规格型号',
      '精度等级',
      '最大允许误差',
      '量程',
      '管理编号',
      '出厂编号',
      '使用状态',
      '检定日期',
      '有效期至',
      '证书编号',
    ],
    [1, '进水总表', 'LXLC-100', 2, '±2% 读数', null, 'JL-01', '0012', '准用', new Date(Date.UTC(2026, 5, 1)), '2028年6月1日', 'A-2'],
    [null, null],
    [2, null, null, '0.5', '±0.5%FS', '0～2 t/h', 'JL-02', 99, null, '2026/6/5', '2027.6.5', 'B-1'],
    [3, null, null, '1', '±1 ℃', '-20~120', null, 'T-7', null, null, null, null],
  ];

  test('meters are found by their numbers and take what the cells say', () => {
    expect(changes(run(...rows).text)).toEqual(
      [
        'FT1 name.zh "进水总表"',
        'FT1 status "limited"',
        'FT1 accuracy.class "2"',
        'FT1 accuracy.percentOfReading 2',
        'FT1 verification.certificate "A-2"',
        'FT1 verification.date "2026-06-01"',
        'FT1 verification.due "2028-06-01"',
        'FT1 model "LXLC-100"',
        'PT1 range.1 2000',
        'PT1 serial "99"',
        'PT1 accuracy {"class":"0.5","percentOfSpan":0.5}',
        'PT1 verification {"certificate":"B-1","date":"2026-06-05","due":"2027-06-05","kind":"verification"}',
        'TT1 range [-20,120]',
        'TT1 accuracy {"class":"1","absolute":1}',
      ].sort(byMeter),
    );
  });

  test('comments and layout stay, and a second import changes nothing', () => {
    const { text } = run(...rows);
    expect(text).toContain('  # incoming water\n');
    expect(text).toContain('id: FT1   # by the gate\n');
    expect(importLedger(text, parsePlant(text, 'plant.yaml').file, sheet(...rows), 'l.xlsx').text).toBe(text);
  });
});

describe('meters that the plant file does not have', () => {
  const HEAD = [
    '编号',
    '计量器具名称',
    '准确度等级',
    '最大允许误差',
    '测量范围',
    '检定日期',
    '有效期至',
    '证书编号',
    '计量单位',
    '读数种类',
  ];
  const rows = [
    HEAD,
    ['FT1', null, null, null, null, null, null, null, null, null],
    ['FT9', '循环水表', '1', '±1% 量程', '0～500', '2026/6/1', '2028.5.31', 'C-9', 'm3/h', 'rate'],
    ['EM9', '电表', null, null, null, null, null, null, 'kWh', 'counter'],
  ];

  test('are added with what their rows say, once, and nothing else changes', () => {
    const { text, added, matched } = run(...rows);
    expect([added, matched]).toEqual([['FT9', 'EM9'], 1]);
    const { file } = parsePlant(text, 'plant.yaml');
    expect(file.meters.find(({ id }) => id === 'FT9')).toMatchObject({
      name: '循环水表',
      kind: 'rate',
      unit: 'm3/h',
      range: [0, 500],
      accuracy: { class: '1', percentOfSpan: 1 },
      verification: { certificate: 'C-9', date: '2026-06-01', due: '2028-05-31' },
    });
    expect(file.meters.map(({ id }) => id).sort()).toEqual(['EM9', 'FT1', 'FT9', 'PT1', 'TT1']);
    expect(text.endsWith(METERS)).toBe(false);
    for (const line of METERS.split('\n')) expect(text).toContain(line.trim());
    expect(importLedger(text, file, sheet(...rows), 'l.xlsx')).toMatchObject({ text, added: [], matched: 3 });
  });

  test('take the plant’s own interval in months or years, and refuse what is neither', () => {
    const head = ['编号', '检定周期', '计量单位'];
    const taken = (cell: Cell) => changes(run(head, ['FT1', cell, null]).text);
    expect(taken('12个月')).toEqual(['FT1 verification.interval {"months":12,"origin":"台账"}']);
    expect(taken('2 年')).toEqual(['FT1 verification.interval {"months":24,"origin":"台账"}']);
    expect(taken(6)).toEqual(['FT1 verification.interval {"months":6,"origin":"台账"}']);
    for (const cell of ['0', '半年', '-3']) expect(faultsOf(() => taken(cell))).toEqual(['ledger.cell l.xlsx:S!B2']);
  });

  test('fill a plant file that has none', () => {
    const empty = PLANT.slice(0, PLANT.indexOf('points:'));
    const { text, added } = importLedger(empty, parsePlant(empty, 'plant.yaml').file, sheet(HEAD, ...rows.slice(2)), 'l.xlsx');
    expect(added).toEqual(['FT9', 'EM9']);
    expect(parsePlant(text, 'plant.yaml').file.meters).toHaveLength(2);
  });

  test('are not commissioned by a ledger, nor is any meter', () => {
    const { text } = run(
      ['编号', '计量单位', '读数种类', '投运核对'],
      ['FT9', 'm3', 'counter', '王 2026-03-01'],
      ['FT1', null, null, '王 2026-03-01'],
    );
    expect(parsePlant(text, 'plant.yaml').file.meters.every(({ commissioned }) => commissioned === undefined)).toBe(true);
  });

  test('need a unit and a kind, and stand in the ledger once', () => {
    const bare = ['FT9', 'x', null, null, null, null, null, null, 'm3/h', '流量'];
    expect(faultsOf(() => run(HEAD, bare, rows[3]!, rows[3]!))).toEqual(['ledger.row l.xlsx:S!A2', 'ledger.row l.xlsx:S!A4']);
  });
});

describe('what cannot be taken over is told cell by cell', () => {
  const HEAD = ['编号', '名称', '精度等级', '最大允许误差', '量程', '状态', '有效期至', '计量单位'];
  test('unreadable cells, all at once', () => {
    expect(
      faultsOf(() =>
        run(HEAD, ['FT1', null, null, '好', '0-5 MPa', '良好', '明年', 'L'], ['FT9', '无此表'], ['TT1', null, '1'], ['FT1', null]),
      ),
    ).toEqual([
      'ledger.cell l.xlsx:S!D2',
      'ledger.cell l.xlsx:S!E2',
      'ledger.cell l.xlsx:S!F2',
      'ledger.cell l.xlsx:S!G2',
      'ledger.fixed l.xlsx:S!H2',
      'ledger.row l.xlsx:S!A3',
      'ledger.accuracy l.xlsx:S!A4',
      'ledger.row l.xlsx:S!A5',
    ]);
  });

  test('a sheet without headings', () => expect(faultsOf(() => run(['a', 'b'], ['c', 'd']))).toEqual(['ledger.headings l.xlsx:S']));

  test('an empty cell deletes nothing', () => expect(run(HEAD, ['FT1', null, '', null]).text).toBe(PLANT));

  test('a value behind an alias', () => {
    const aliased = readFileSync(new URL('../../cases/plant-file/valid/plant.yaml', import.meta.url), 'utf8')
      .replace('name: 进水表', 'name: &n 进水表')
      .replace('name: 氟离子', 'name: *n');
    const { file } = parsePlant(aliased, 'plant.yaml');
    expect(faultsOf(() => importLedger(aliased, file, sheet(HEAD, ['AT1', '氟表']), 'l.xlsx'))).toEqual(['ledger.alias l.xlsx']);
  });
});

function byMeter(a: string, b: string): number {
  return ['FT1', 'PT1', 'TT1'].indexOf(a.slice(0, 3)) - ['FT1', 'PT1', 'TT1'].indexOf(b.slice(0, 3));
}
