import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { spanOf } from '../../../config/plant/address.ts';
import type { Cell } from '../../../config/plant/ledger-columns.ts';
import { parsePlant } from '../../../config/plant/load.ts';
import { BYTE_ORDERS, MODBUS_TYPES } from '../../../config/plant/reads.ts';
import { importRegisters, registerTable } from '../../../config/plant/registers.ts';
import type { ModbusRead } from '../../../config/plant/schema.ts';
import { changesOf, faultsOf } from './edits.ts';

const HEAD = `liangheng: 1
plant: { id: p, name: 厂, jurisdiction: test }
units: [{ id: P, name: 厂, level: plant }]
devices:
  - { id: gw, protocol: modbus-tcp, host: 127.0.0.1, port: 1502 }
  - { id: bus, protocol: modbus-serial, path: /dev/null, line: { baud: 9600 } }
  - { id: mq, protocol: mqtt, url: 'mqtt://127.0.0.1' }
`;
const PLANT = `${HEAD}meters:
  # the gate
  - id: FT1   # water
    name: { zh: 进水表, en: intake }
    kind: counter
    unit: m3
    read: { device: gw, unit: 3, address: { modicon: 40001 }, type: uint32, order: CDAB, plus: { address: { modicon: 40003 }, type: uint16 } }
    channels:
      flow: { kind: rate, unit: m3/h, read: { device: gw, unit: 3, table: input, address: { pdu: 16 }, type: float32, scale: 0.1, every: 10s } }
  - { id: EM1, name: 电表, kind: counter, unit: kWh }
  - { id: AT1, name: 氟, kind: concentration, unit: mg/L, read: { device: mq, topic: t } }
`;

const plantOf = (text: string) => parsePlant(text, 'plant.yaml');
const run = (rows: readonly (readonly Cell[])[], device?: string) => importRegisters(PLANT, plantOf(PLANT), rows, 'map.xlsx', device);
const changes = (text: string) => changesOf(plantOf(PLANT).file, text);

const sheetOf = ({ columns, rows }: ReturnType<typeof registerTable>): readonly (readonly Cell[])[] => [columns, ...rows];

/** Any reading whose parts belong together, with what a map has no column for here and there. */
const read: fc.Arbitrary<Record<string, unknown>> = fc
  .record({
    device: fc.constantFrom('gw', 'bus'),
    unit: fc.integer({ min: 0, max: 255 }),
    table: fc.constantFrom('holding', 'input', 'coil'),
    at: fc.integer({ min: 0, max: 65_000 }),
    modicon: fc.boolean(),
    type: fc.constantFrom(...(Object.keys(MODBUS_TYPES) as ModbusRead['type'][])),
    order: fc.nat(),
    bit: fc.integer({ min: 0, max: 15 }),
    scale: fc.constantFrom(1, 0.1, -2.5, 1e-7),
    offset: fc.constantFrom(0, -40, 0.125),
    every: fc.constantFrom('60s', '1s', '500ms', '10min'),
    invalid: fc.boolean(),
  })
  .map(({ table, at, modicon, type, order, bit, invalid, ...rest }) => {
    const numberBase = { coil: 0, holding: 400_000, input: 300_000 }[table] + at + 1;
    const numbered = modicon && table !== 'coil';
    const address = numbered ? { modicon: numberBase } : { pdu: at };
    const where = { address, ...(numbered ? {} : { table }) };
    if (table === 'coil') return { ...rest, ...where, type: 'bit' };
    if (type === 'bit') return { ...rest, ...where, type, bit };
    const orders = BYTE_ORDERS.filter((one) => one.length === 2 * MODBUS_TYPES[type]);
    const own = type === 'string' ? { length: 4, states: { on: 1 } } : order % 2 === 0 ? {} : { order: orders[order % orders.length] };
    return { ...rest, ...where, type, ...own, ...(invalid && type !== 'string' ? { invalid: [1] } : {}) };
  });
const kind = fc.constantFrom('counter', 'rate', 'level');

describe('a register map', () => {
  test('exported and imported again changes not one character, whatever is read', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(kind, fc.option(read), fc.option(read)), { minLength: 1, maxLength: 5 }), (list) => {
        const meters = list.map(([own, main, second], at) => ({
          id: `M${at}`,
          name: `表 ${at}`,
          kind: own,
          unit: 'm3',
          ...(main === null ? {} : { read: main }),
          ...(second === null ? {} : { channels: { b: { kind: own, unit: 'm3', read: second } } }),
        }));
        const text = `${HEAD}${stringify({ meters })}`;
        const plant = plantOf(text);
        const rows = sheetOf(registerTable(plant));
        expect(importRegisters(text, plant, rows, 'm')).toEqual({ text, matched: plant.channels.size, added: [], notInMap: [] });
      }),
      { numRuns: 60 },
    );
  });

  test('of one plant, imported into a bare one, reads the same registers', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(kind, read), { minLength: 1, maxLength: 5 }), (list) => {
        const plain = list.filter(([, { type, invalid }]) => type !== 'string' && invalid === undefined);
        const meters = plain.map(([own, main], at) => ({ id: `M${at}`, name: `M${at}`, kind: own, unit: 'm3', read: main }));
        const full = plantOf(`${HEAD}${stringify({ meters })}`);
        const { text, added } = importRegisters(HEAD, plantOf(HEAD), sheetOf(registerTable(full)), 'm');
        const found = plantOf(text);
        expect([...added].sort()).toEqual(meters.map(({ id }) => id).sort());
        for (const { id, unit, read: wanted } of full.channels.values()) {
          const got = found.channels.get(id)!;
          const [one, other] = [got.read, wanted] as [ModbusRead, ModbusRead];
          expect(spanOf(one)).toEqual(spanOf(other));
          const said = ({ device, unit: slave, type, scale, offset, every, bit }: ModbusRead) => [
            device,
            slave,
            type,
            scale,
            offset,
            every,
            bit,
          ];
          expect([got.unit, ...said(one)]).toEqual([unit, ...said(other)]);
        }
      }),
      { numRuns: 60 },
    );
  });
});

describe('a vendor’s table', () => {
  const rows: readonly (readonly Cell[])[] = [
    ['某厂电表 Modbus 点表', null],
    ['序号', '编号', '参数名称', '站号', '功能码', '寄存器地址', '数据类型', '字节顺序', '倍率', '偏移', '单位', '读数种类', '采集周期'],
    [1, 'EM1', '总有功电能', 5, '03', '0x0010', 'U32', 'cd ab', '1/100', null, 'kWh', null, '5分钟'],
    [null, null],
    [2, 'EM1.power', null, 5, 4, 18, 'FLOAT', '大端', 0.001, 0, 'kW', 'rate', '10秒'],
    [3, 'EM2', '2# 电表', 6, 3, 100, 'float64', null, null, null, 'kWh', 'counter', null],
  ];

  test('fills in what the plant file has and adds what it has not', () => {
    const { text, matched, added, notInMap } = run(rows, 'gw');
    expect([matched, added, notInMap]).toEqual([1, ['EM1.power', 'EM2'], ['FT1', 'FT1.flow']]);
    const plant = plantOf(text);
    const common = { device: 'gw', offset: 0 };
    expect(plant.channels.get('EM1')!.meter.name).toBe('总有功电能');
    expect(plant.channels.get('EM1')!.read).toEqual({
      ...common,
      unit: 5,
      table: 'holding',
      address: { pdu: 16 },
      type: 'uint32',
      order: 'CDAB',
      scale: 0.01,
      every: '5min',
    });
    expect(plant.channels.get('EM1.power')!.read).toEqual({
      ...common,
      unit: 5,
      table: 'input',
      address: { pdu: 18 },
      type: 'float32',
      order: 'ABCD',
      scale: 0.001,
      every: '10s',
    });
    expect(plant.channels.get('EM2')).toMatchObject({ kind: 'counter', unit: 'kWh', read: { unit: 6, type: 'float64', every: '60s' } });
    expect(importRegisters(text, plant, rows, 'm', 'gw').text).toBe(text);
    expect(text).toContain('- id: FT1   # water\n');
  });

  test('changes single values of what is read already, and leaves the rest', () => {
    const { text } = run([
      ['Channel', 'Address (0-based)', 'FC', 'Type', 'Byte order', 'Scale', 'Interval', 'Unit', 'Name'],
      ['FT1', 0, 3, 'uint32', 'ABCD', 10, '60 s', 'm3', 'intake'],
      ['FT1.flow', 16, 3, null, null, null, '10s', null, null],
    ]);
    expect(changes(text)).toEqual([
      'FT1 name.zh "intake"',
      'FT1 read.order "ABCD"',
      'FT1 read.scale 10',
      'FT1 channels.flow.read.table "holding"',
    ]);
    expect(text).toContain('plus: { address: { modicon: 40003 }, type: uint16 }');
  });

  test('may name registers from 1, or by Modicon numbers, when its heading says so', () => {
    const at = (heading: string, cell: Cell, fc_: Cell) => {
      const row = [
        ['通道', '设备', '从站', '功能码', heading, '类型'],
        ['EM1', 'gw', 1, fc_, cell, 'uint16'],
      ];
      return spanOf(plantOf(run(row).text).channels.get('EM1')!.read as ModbusRead);
    };
    expect(at('地址（从1）', 1, 3)).toEqual({ table: 'holding', start: 0, end: 1 });
    expect(at('Modicon', 30011, 4)).toEqual({ table: 'input', start: 10, end: 11 });
    expect(at('地址', '400011', null)).toEqual({ table: 'holding', start: 10, end: 11 });
    expect(at('地址（从0）', 40001, 3)).toEqual({ table: 'holding', start: 40_001, end: 40_002 });
  });
});

describe('what cannot be taken is told at its row and column', () => {
  const COLUMNS = ['通道', '设备', '从站', '功能码', '地址', '类型', '字节序', '位', '系数', '偏移', '单位', '读数种类', '间隔'];
  const good = ['EM1', 'gw', 1, 3, 0, 'uint16', null, null, null, null, null, null, null];
  const wrong = (column: string, cell: Cell): (readonly Cell[])[] => {
    const row: Cell[] = [...good];
    row[COLUMNS.indexOf(column)] = cell;
    return [COLUMNS, row];
  };

  test.each([
    ['通道', '电表', 'registers.cell map.xlsx!A2'],
    ['设备', 'mq', 'registers.cell map.xlsx!B2'],
    ['设备', null, 'registers.missing map.xlsx!B2'],
    ['从站', 256, 'registers.cell map.xlsx!C2'],
    ['从站', null, 'registers.missing map.xlsx!C2'],
    ['功能码', 6, 'registers.cell map.xlsx!D2'],
    ['功能码', 16, 'registers.cell map.xlsx!D2'],
    ['地址', 40001, 'registers.cell map.xlsx!E2'],
    ['地址', 70000, 'registers.cell map.xlsx!E2'],
    ['地址', '1.5', 'registers.cell map.xlsx!E2'],
    ['地址', null, 'registers.missing map.xlsx!E2'],
    ['类型', 'long', 'registers.cell map.xlsx!F2'],
    ['类型', 'bit', 'registers.cell map.xlsx!F2'],
    ['类型', null, 'registers.missing map.xlsx!F2'],
    ['字节序', 'CDAB', 'registers.cell map.xlsx!G2'],
    ['位', 16, 'registers.cell map.xlsx!H2'],
    ['系数', '一', 'registers.cell map.xlsx!I2'],
    ['系数', '1/0', 'registers.cell map.xlsx!I2'],
    ['偏移', 'x', 'registers.cell map.xlsx!J2'],
    ['读数种类', '流量', 'registers.cell map.xlsx!L2'],
    ['间隔', '60', 'registers.cell map.xlsx!M2'],
    ['间隔', '0s', 'registers.cell map.xlsx!M2'],
  ] as const)('%s: %s', (column, cell, expected) => expect(faultsOf(() => run(wrong(column, cell)))).toEqual([expected]));

  test('all rows at once, channels twice, of another protocol, new without unit and kind, or of no meter', () => {
    const rows = [
      COLUMNS,
      good,
      good,
      ['AT1', ...good.slice(1)],
      ['NEW', ...good.slice(1)],
      ['NONE.x', ...good.slice(1, 10), 'm3', 'rate', null],
      ['EM1.y', 'gw', 1, null, 7, 'uint16', null, null, null, null, 'm3', 'rate', null],
    ];
    expect(faultsOf(() => run(rows))).toEqual([
      'registers.row map.xlsx!A3',
      'registers.protocol map.xlsx!A4',
      'registers.missing map.xlsx!K5',
      'registers.missing map.xlsx!L5',
      'registers.cell map.xlsx!E7',
      'registers.row map.xlsx!A6',
    ]);
  });

  test('a sheet without headings', () =>
    expect(
      faultsOf(() =>
        run([
          ['a', 'b'],
          ['c', 'd'],
        ]),
      ),
    ).toEqual(['registers.headings map.xlsx']));

  test('an empty cell deletes nothing', () => {
    expect(run([COLUMNS, ['FT1', null, null, null, null, null, null, null, null, null, null, null, null]]).text).toBe(PLANT);
  });
});
