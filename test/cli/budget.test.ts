import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { called } from './called.ts';

/** A line of 9600 baud with meters of one float each: at 8N1 and 30 ms, an exchange takes 52.3 ms. */
function checked(meters: number, every: string, ...args: readonly string[]) {
  return checkedOn('', meters, every, ...args);
}

function checkedOn(more: string, meters: number, every: string, ...args: readonly string[]) {
  const path = join(mkdtempSync(join(tmpdir(), 'budget-')), 'plant.yaml');
  const meter = (unit: number) =>
    `  - { id: M${unit}, name: 表, kind: rate, unit: m3/h, read: { device: line, unit: ${unit}, table: holding, address: { pdu: 0 }, type: float32, every: ${every} } }`;
  const text = `liangheng: 1
plant: { id: p, name: 厂, jurisdiction: yunnan }
units: [{ id: P, name: 全厂, level: plant }]
devices:
  - { id: line, protocol: modbus-tcp, host: 127.0.0.1, port: 1502, framing: rtu, line: { baud: 9600 }${more} }
meters:
${Array.from({ length: meters }, (_, at) => meter(at + 1)).join('\n')}
`;
  writeFileSync(path, text);
  return called('check', path, ...args);
}

test('a line with time to spare passes, and the table says how busy it is', async () => {
  const done = await checked(10, '10s', '--budget');
  expect(done.status).toBe(0);
  expect(done.out).toMatch(/^line +10 +5\.\d %/m);
  expect(done.err).not.toContain('[budget.');
});

test('above 80 % it warns, above 100 % it refuses, at the place of the device', async () => {
  const tight = await checked(17, '1s', '--json');
  expect(tight.status).toBe(0);
  const { warnings, budgets } = JSON.parse(tight.out) as { warnings: { code: string }[]; budgets: { utilisation: number }[] };
  expect(warnings.map(({ code }) => code)).toEqual(['budget.tight']);
  expect(budgets[0]!.utilisation).toBeGreaterThan(0.8);
  const full = await checked(20, '1s');
  expect(full.status).toBe(2);
  expect(full.err).toMatch(/plant\.yaml:5:5: .*\[budget\.exceeded\]/);
});

test.each([
  ['maxRegisters: 1', 'maxRegisters 1'],
  ['unitLimits: { 2: 1 }', 'unitLimits 2: 1'],
  ['forbidden: [{ unit: 2, from: 1, to: 1 }]', 'forbids'],
])('what a device does not bear (%s) is told at the place of the reading', async (more, said) => {
  const { status, err } = await checkedOn(`, ${more}`, 2, '10s');
  expect(status).toBe(2);
  expect(err).toMatch(/plant\.yaml:[78]:\d+: M[12]: .*\[modbus\.read\]/);
  expect(err).toContain(said);
});

test('what a start would refuse is told beforehand, each at its place; what another machine may have is a warning', async () => {
  const path = join(mkdtempSync(join(tmpdir(), 'budget-')), 'plant.yaml');
  const meter = (id: string, value: string) =>
    `  - { id: ${id}, name: 表, kind: rate, unit: m3/h, read: { device: BROKER, topic: t, value: "${value}" } }`;
  const broker = '{ id: BROKER, protocol: mqtt, url: "mqtt://127.0.0.1:1" }';
  const text = (device: string, ...meters: readonly string[]) => `liangheng: 1
plant: { id: p, name: 厂, jurisdiction: yunnan }
units: [{ id: P, name: 全厂, level: plant }]
devices: [${device}]
meters:
${meters.join('\n')}
`;
  writeFileSync(path, text(broker, meter('A', '$.a'), meter('B', '$..b'), meter('C', 'c')));
  const refused = await called('check', path);
  expect(refused.status).toBe(2);
  expect(refused.err.match(/plant\.yaml:\d+:\d+: (?=\w+: .*\[mqtt\.path\])/g)).toEqual([
    expect.stringMatching(/:7:\d+: $/),
    expect.stringMatching(/:8:\d+: $/),
  ]);
  writeFileSync(path, text(broker.replace(' }', ', password: { env: NOT_SET_HERE } }'), meter('A', '$.a')));
  const warned = await called('check', path);
  expect(warned.status).toBe(0);
  expect(warned.err).toMatch(/plant\.yaml:4:\d+: warning: BROKER: .*NOT_SET_HERE.*\[secret\.environment\]/);
});
