import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { allOrNone } from '../../cli/all-or-none.ts';
import { startCollecting } from '../../cli/collecting.ts';
import { loadPlant } from '../../config/plant/load.ts';
import { freePort } from '../free-port.ts';

let dir = '';
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'liangheng-refused-'));
  process.env.LIANGHENG_DATA = join(dir, 'data');
});
afterAll(async () => {
  delete process.env.LIANGHENG_DATA;
  delete process.env.LIANGHENG_TEST_BROKER;
  await rm(dir, { recursive: true, force: true });
});

const meter = (id: string, device: string, read: object) => ({ id, name: id, kind: 'rate', unit: 'm3/h', read: { device, ...read } });

it('leaves nothing behind where a secret is not there: the same process can start as soon as it is', async () => {
  const port = await freePort();
  const path = join(dir, 'plant.yaml');
  const password = { env: 'LIANGHENG_TEST_BROKER' };
  const plant = {
    liangheng: 1,
    plant: { id: 'refused', name: '试验', jurisdiction: 'none' },
    units: [{ id: 'P', name: '全厂', level: 'plant' }],
    devices: [
      { id: 'GW', protocol: 'modbus-tcp', host: '127.0.0.1', port },
      { id: 'BROKER', protocol: 'mqtt', url: `mqtt://127.0.0.1:${port}`, password },
    ],
    meters: [meter('A', 'GW', { unit: 1, table: 'holding', address: { pdu: 0 }, type: 'uint16' }), meter('B', 'BROKER', { topic: 'b' })],
    stores: [{ engine: 'duckdb', threads: 1, memory: '128MB' }],
  };
  await writeFile(path, stringify(plant));
  const start = async () => startCollecting(await loadPlant(path));
  await expect(start()).rejects.toMatchObject({ faults: [{ code: 'secret.environment', place: 'BROKER' }] });

  process.env.LIANGHENG_TEST_BROKER = 'x';
  const collecting = await start();
  expect(collecting.sources.map(({ id }) => id)).toEqual(['GW', 'BROKER']);
  await collecting.stop();
});

it('ends what was started, the last first, whatever of it fails to end', async () => {
  const ended: string[] = [];
  const server = createServer().listen(0, '127.0.0.1');
  const start = allOrNone(async (undo) => {
    undo(() => ended.push('first'));
    undo(() => new Promise((resolve) => server.close(resolve)));
    undo(() => Promise.reject(new Error('it is gone already')));
    undo(() => ended.push('last'));
    throw new Error('no');
  });
  await expect(start).rejects.toThrow('no');
  expect([ended, server.listening]).toEqual([['last', 'first'], false]);
});
