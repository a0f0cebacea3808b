import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { loadPlantToRead } from '../../cli/check-apart.ts';
import { watchPlant } from '../../cli/plant-watch.ts';
import type { SourceChange } from '../../cli/reloading.ts';
import type { Plant } from '../../config/plant/plant.ts';

const closing: (() => unknown)[] = [];
afterEach(() => {
  for (const close of closing.splice(0).reverse()) close();
  vi.restoreAllMocks();
});

const plantText = (name: string) => `liangheng: 1
plant: { id: p, name: 厂, jurisdiction: none }
units: [{ id: P, name: 全厂, level: plant }]
meters: [{ id: A, name: ${name}, kind: rate, unit: m3/h }]
`;

/** A plant that is being read, without its sources; what it was told. */
async function watched(lookMs: number, savedMeanwhile: string | null = null) {
  const dir = mkdtempSync(join(tmpdir(), 'plant-watch-'));
  closing.push(() => rmSync(dir, { recursive: true, force: true }));
  const path = join(dir, 'plant.yaml');
  writeFileSync(path, plantText('第一'));
  const said: string[] = [];
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => said.push(String(text)) > 0);
  const events: string[] = [];
  const names: unknown[] = [];
  const change: SourceChange = { kept: [], reread: [], restarted: [], started: [], stopped: [] };
  const collecting = {
    plant: await loadPlantToRead(path),
    async reload(next: Plant) {
      this.plant = next;
      names.push(next.file.meters[0]!.name);
      return change;
    },
    recorder: {
      async event({ event }: { event: string }) {
        events.push(event);
      },
    },
  };
  if (savedMeanwhile !== null) writeFileSync(path, plantText(savedMeanwhile));
  closing.push(watchPlant(collecting, () => {}, lookMs));
  return { path, said, events, names };
}

/** As long as a machine may take that has other things to do. */
const BY_AND_BY = { timeout: 60_000, interval: 20 };

it('a plant file that is saved is applied, one with a fault is told of and changes nothing', async () => {
  const { path, said, events, names } = await watched(20);
  writeFileSync(path, plantText('第二'));
  await vi.waitFor(() => expect(names).toEqual(['第二']), BY_AND_BY);
  writeFileSync(path, plantText('第三').replace('kind: rate', 'kind: flow'));
  await vi.waitFor(() => expect(events).toContain('plant-refused'), BY_AND_BY);
  expect(said.join('')).toContain('is not applied; reading goes on as before');
  // One that has the form of a plant file and makes no sense.
  writeFileSync(path, `${plantText('第四')}points: [{ id: X, name: X, kind: water, level: 1, unit: nowhere }]\n`);
  await vi.waitFor(() => expect(events.filter((event) => event === 'plant-refused')).toHaveLength(2), BY_AND_BY);
  expect(names).toEqual(['第二']);
}, 120_000);

it('one that was saved while the program started is applied too', async () => {
  const { names } = await watched(3_600_000, '第二');
  await vi.waitFor(() => expect(names).toEqual(['第二']), BY_AND_BY);
}, 120_000);

it('SIGHUP has it looked at at once, and says that it has not changed', async () => {
  const hour = 3_600_000;
  const { path, said, names, events } = await watched(hour);
  process.emit('SIGHUP');
  await vi.waitFor(() => expect(said.join('')).toContain('has not changed'), BY_AND_BY);
  writeFileSync(path, plantText('第二'));
  process.emit('SIGHUP');
  await vi.waitFor(() => expect(names).toEqual(['第二']), BY_AND_BY);
  // A fault is told of each time that someone asks.
  writeFileSync(path, 'liangheng: 2\n');
  for (const times of [1, 2]) {
    process.emit('SIGHUP');
    await vi.waitFor(() => expect(events.filter((event) => event === 'plant-refused')).toHaveLength(times), BY_AND_BY);
  }
  expect(names).toEqual(['第二']);
  const listeners = process.listenerCount('SIGHUP');
  closing.pop()!();
  expect(process.listenerCount('SIGHUP')).toBe(listeners - 1);
}, 120_000);
