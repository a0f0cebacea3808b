import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { loadPlantToRead, sha256Of } from '../../cli/check-apart.ts';
import { watchPlant } from '../../cli/plant-watch.ts';
import type { SourceChange } from '../../cli/reloading.ts';
import type { Plant } from '../../config/plant/plant.ts';
import { Fault, Faults } from '../../config/words/fault.ts';

// Whoever runs the tests at a terminal has one.
vi.mock('../../cli/terminal.ts', () => ({ hasTerminal: () => false }));

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

/** As a whole: nobody reads half of it. */
function save(path: string, text: string): void {
  writeFileSync(`${path}.new`, text);
  renameSync(`${path}.new`, path);
}

/** A plant that is being read, without its sources; what it was told. */
async function watched(lookMs: number, savedMeanwhile: string | null = null) {
  const dir = mkdtempSync(join(tmpdir(), 'plant-watch-'));
  closing.push(() => rmSync(dir, { recursive: true, force: true }));
  const path = join(dir, 'plant.yaml');
  save(path, plantText('第一'));
  const said: string[] = [];
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => said.push(String(text)) > 0);
  const events: string[] = [];
  const names: unknown[] = [];
  const change: SourceChange = { kept: [], reread: [], restarted: [], started: [], stopped: [] };
  const collecting = {
    plant: await loadPlantToRead(path),
    async reload(next: Plant) {
      if (next.file.meters[0]!.name === '第五')
        throw new Faults([new Fault({ code: 'secret.file', place: 'GW', zh: '读不到', en: 'cannot read' })]);
      this.plant = next;
      names.push(next.file.meters[0]!.name);
      return change;
    },
    recorder: {
      async event({ event, detail }: { event: string; detail: string }) {
        events.push(`${event} ${detail}`);
      },
    },
  };
  if (savedMeanwhile !== null) save(path, plantText(savedMeanwhile));
  closing.push(watchPlant(collecting, () => {}, lookMs));
  return { path, said, events, names };
}

/** As long as a machine may take that has other things to do. */
const BY_AND_BY = { timeout: 100_000, interval: 20 };

it('a plant file that is saved is applied, one with a fault is told of and changes nothing', async () => {
  const { path, said, events, names } = await watched(20);
  const refused = (text: string) =>
    vi.waitFor(
      () => expect(events.filter((event) => event.startsWith(`plant-refused sha256 ${sha256Of(text)}`))).not.toEqual([]),
      BY_AND_BY,
    );
  save(path, plantText('第二'));
  await vi.waitFor(() => expect(names).toEqual(['第二']), BY_AND_BY);
  const misspelt = plantText('第三').replace('kind: rate', 'kind: flow');
  save(path, misspelt);
  await refused(misspelt);
  expect(said.join('')).toContain('is not applied; reading goes on as before');
  // One that has the form of a plant file and makes no sense.
  const senseless = `${plantText('第四')}points: [{ id: X, name: X, kind: water, level: 1, unit: nowhere }]\n`;
  save(path, senseless);
  await refused(senseless);
  // One that needs what is not on this machine.
  save(path, plantText('第五'));
  await refused(plantText('第五'));
  expect(events.at(-1)).toMatch(/: secret\.file GW$/);
  expect(names).toEqual(['第二']);
}, 240_000);

it('one that was saved while the program started is applied too', async () => {
  const { names } = await watched(3_600_000, '第二');
  await vi.waitFor(() => expect(names).toEqual(['第二']), BY_AND_BY);
}, 240_000);

it('SIGHUP has it looked at at once, and says that it has not changed', async () => {
  const hour = 3_600_000;
  const { path, said, names, events } = await watched(hour);
  process.emit('SIGHUP');
  await vi.waitFor(() => expect(said.join('')).toContain('has not changed'), BY_AND_BY);
  save(path, plantText('第二'));
  process.emit('SIGHUP');
  await vi.waitFor(() => expect(names).toEqual(['第二']), BY_AND_BY);
  // A fault is told of each time that someone asks.
  save(path, 'liangheng: 2\n');
  const refusals = () => events.filter((event) => event.startsWith('plant-refused')).length;
  for (let asked = 0; asked < 2; asked++) {
    const before = refusals();
    process.emit('SIGHUP');
    await vi.waitFor(() => expect(refusals()).toBeGreaterThan(before), BY_AND_BY);
  }
  expect(names).toEqual(['第二']);
  const listeners = process.listenerCount('SIGHUP');
  closing.pop()!();
  expect(process.listenerCount('SIGHUP')).toBe(listeners - 1);
}, 240_000);
