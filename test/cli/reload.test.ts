import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { stringify } from 'yaml';
import { startCollecting } from '../../cli/collecting.ts';
import { apply } from '../../cli/plant-watch.ts';
import { accountOf } from '../../collector/sample/conservation.ts';
import type { Sample } from '../../collector/sample/sample.ts';
import { loadPlant } from '../../config/plant/load.ts';
import { serve } from '../collector/sources/modbus/server.ts';

let dir = '';
const closing: (() => unknown)[] = [];
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'liangheng-reload-'));
  process.env.LIANGHENG_DATA = join(dir, 'data');
});
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
  delete process.env.LIANGHENG_DATA;
  await rm(dir, { recursive: true, force: true });
});

const EVERY_MS = 300;
const meter = (id: string, device: string, pdu: number, more: object = {}) => ({
  id,
  name: id,
  kind: 'rate',
  unit: 'm3/h',
  read: { device, unit: 1, table: 'holding', address: { pdu }, type: 'uint16', every: `${EVERY_MS}ms`, ...more },
});

it('applies a change of the plant file while running, and loses no reading of what did not change', async () => {
  let leapt = false;
  const { port, close } = await serve({ getHoldingRegister: (address) => (leapt && address === 70 ? 1000 : address) });
  closing.push(close);
  const device = (id: string, more: object = {}) => ({ id, protocol: 'modbus-tcp', host: '127.0.0.1', port, timeout: '500ms', ...more });
  const text = (devices: object[], meters: object[]) =>
    stringify({
      liangheng: 1,
      plant: { id: 'reload', name: '试验', jurisdiction: 'none' },
      units: [{ id: 'P', name: '全厂', level: 'plant' }],
      devices,
      meters,
      stores: [{ engine: 'duckdb', threads: 1, memory: '128MB' }],
    });
  const path = join(dir, 'plant.yaml');
  const leaping = { ...meter('G', 'kept', 70), quality: { changePerMinute: 1 } };
  const steady = [meter('A', 'kept', 11), meter('B', 'reread', 22), leaping];
  const first = text(
    [device('kept'), device('reread'), device('restarted')],
    [...steady, meter('C', 'restarted', 33), meter('D', 'reread', 44)],
  );
  await writeFile(path, first);
  const collecting = await startCollecting(await loadPlant(path));
  closing.push(() => collecting.stop());
  const taken = new Map<string, Sample[]>();
  collecting.recorder.listen((samples) => {
    for (const sample of samples) taken.set(sample.channel, [...(taken.get(sample.channel) ?? []), sample]);
  });
  const of = (id: string): Sample[] => taken.get(id) ?? [];
  const until = async (condition: () => boolean): Promise<void> => {
    while (!condition()) await new Promise((resolve) => setTimeout(resolve, 20));
  };
  await until(() => of('A').length > 3 && of('D').length > 3);

  // One device stays as it is, one reads other registers, one has another time-out, one is new; the last version has a fault.
  const versions = Array.from({ length: 4 }, (_, turn) =>
    text(
      [device('kept'), device('reread'), device('restarted', { timeout: `${600 + turn}ms` }), device('new')],
      [...steady, meter('C', 'restarted', 33), meter('D', 'reread', 50 + turn), { ...meter('E', 'new', 60), quality: { limits: [0, 59] } }],
    ),
  );
  const events = vi.spyOn(collecting.recorder, 'event');
  for (const [turn, version] of versions.entries()) {
    leapt = turn > 0;
    expect(await apply(collecting, version, path, () => {})).toBe(true);
    const [{ detail }] = events.mock.calls.at(-1)!;
    expect(detail.split('; sources: ')[1]).toBe(`reread reread; restarted restarted${turn === 0 ? '; started new' : ''}`);
    const from = of('D').length;
    await until(() => of('D').length > from + 2 && of('E').length > 2);
  }
  expect(of('D').at(-1)).toMatchObject({ value: 53, quality: 'good' });
  // Checks that are new hold from the first reading on; those that stay know what was read before the change.
  expect(
    of('E')
      .filter(({ value }) => value !== null)
      .every(({ reason }) => reason === 'out-of-range'),
  ).toBe(true);
  await until(() => of('G').some(({ value }) => value === 1000));
  expect(of('G').find(({ value }) => value === 1000)?.reason).toBe('spike');
  const stores = versions.at(-1)!.replace('128MB', '256MB');
  events.mockClear();
  expect(await apply(collecting, stores, path, () => {})).toBe(true);
  expect(events.mock.calls.map(([{ event }]) => event)).toEqual(['plant-changed', 'stores-wait']);
  expect(await apply(collecting, first.replace('uint16', 'float33'), path, () => {})).toBe(false);
  expect(collecting.plant.devices.has('new')).toBe(true);

  for (const [channel, value] of [
    ['A', 11],
    ['B', 22],
  ] as const) {
    const samples = of(channel);
    expect(samples.every((sample) => sample.value === value && sample.quality === 'good')).toBe(true);
    const slots = samples.map(({ timeMs }) => Math.floor(timeMs / EVERY_MS));
    const readings = {
      timeMs: Float64Array.from(samples, ({ timeMs }) => timeMs),
      value: Float64Array.from(samples, () => value),
      quality: new Uint8Array(samples.length),
      reason: new Uint8Array(samples.length),
      origin: new Uint8Array(samples.length),
    };
    const lost = Array.from({ length: slots.at(-1)! - slots[0]! }, (_, at) => slots[0]! + at).filter((slot) => !slots.includes(slot));
    // A reading that took a moment longer than its interval answers for the due time before.
    expect(lost.length).toBeLessThanOrEqual(samples.length - new Set(slots).size);
    expect(accountOf(readings, EVERY_MS, Math.floor(samples[0]!.timeMs / 3_600_000) * 3_600_000).suspect).toBe(0);
  }
});
