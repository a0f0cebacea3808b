import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { called } from './called.ts';

const PLANT = `liangheng: 1
plant: { id: p, name: 厂, jurisdiction: yunnan }
units: [{ id: P, name: 厂, level: plant }]
devices: [{ id: gw, protocol: modbus-tcp, host: 127.0.0.1, port: 1502 }]
meters:
  - { id: EM1, name: 电表, kind: counter, unit: kWh, read: { device: gw, unit: 1, table: holding, address: { pdu: 7 }, type: uint32, offset: -40 } }
`;

test('a register map goes out to .csv and .xlsx and comes back without a change, and a cell that was changed is written', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'registers-'));
  const [plant, csv, xlsx] = ['plant.yaml', 'map.csv', 'map.xlsx'].map((name) => join(folder, name)) as [string, string, string];
  writeFileSync(plant, PLANT);
  for (const map of [csv, xlsx]) {
    expect((await called('check', plant, '--registers', map)).err).toContain(map);
    const back = await called('import', plant, map, '--registers', '--json');
    expect(JSON.parse(back.out)).toMatchObject({ matched: 1, added: [], notInMap: [], differences: [], written: false });
  }
  expect(readFileSync(plant, 'utf8')).toBe(PLANT);
  const row = readFileSync(csv, 'utf8').replace('电表', '总电表').replace('60s', '10s');
  writeFileSync(csv, row);
  expect(JSON.parse((await called('import', plant, csv, '--registers', '--dry-run', '--json')).out)).toMatchObject({ written: false });
  expect(readFileSync(plant, 'utf8')).toBe(PLANT);
  expect((await called('import', plant, csv, '--registers')).status).toBe(0);
  expect(readFileSync(plant, 'utf8')).toBe(PLANT.replace('name: 电表', 'name: 总电表').replace('{ device: gw', '{ every: 10s, device: gw'));
  writeFileSync(csv, row.replace('uint32', 'long'));
  const refused = await called('import', plant, csv, '--registers');
  expect(refused.status).toBe(2);
  expect(refused.err).toMatch(/map\.csv!H2: .*读不懂“long”.* \[registers\.cell\]/);
});
