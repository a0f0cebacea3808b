import { afterEach, expect, test, vi } from 'vitest';
import { stringify } from 'yaml';
import { checkApart, checkToRead, plantChecked } from '../../cli/check-apart.ts';
import { withBudgets } from '../../cli/poll-budget.ts';
import { checkPlant } from '../../config/plant/check.ts';
import { parsePlant } from '../../config/plant/load.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

/** More meters than go into one line between the two processes; two of them are read in a way that only a warning says something of. */
const METERS = 1_203;
const text = (more: object = {}): string =>
  stringify({
    liangheng: 1,
    plant: { id: 'long', name: '长', jurisdiction: 'none' },
    units: [{ id: 'P', name: '全厂', level: 'plant' }],
    devices: [{ id: 'line', protocol: 'modbus-tcp', host: '127.0.0.1', port: 1502, framing: 'rtu', line: { baud: 9600 } }],
    meters: Array.from({ length: METERS }, (_, at) => ({
      id: `M${at}`,
      name: `表${at}`,
      kind: 'rate',
      unit: 'm3/h',
      ...(at < 16 ? { read: { device: 'line', unit: at + 1, table: 'holding', address: { pdu: 0 }, type: 'float32', every: '1s' } } : {}),
      ...(at === 20 ? { channels: { flow: { kind: 'counter', unit: 'm3' } }, ratios: [{ from: '2026-01-01', ct: '400/5' }] } : {}),
    })),
    ...more,
  });

test('the check of a process of its own is the check, its plant the plant', async () => {
  vi.stubEnv('NODE_OPTIONS', '--import tsx');
  const { meters: packed, ...apart } = await checkApart(text(), 'plant.yaml', { budgets: true });
  const here = withBudgets(checkPlant(text(), 'plant.yaml', Date.now()), text(), 'plant.yaml');
  expect(apart).toEqual({ ...here, budgets: JSON.parse(JSON.stringify(here.budgets)) });
  expect(apart.warnings.map(({ code }) => code)).toContain('budget.tight');
  expect(apart.budgets).toHaveLength(1);
  const { channels, meters, ...plant } = plantChecked({ ...apart, meters: packed! }, 'plant.yaml');
  const { channels: own, meters: ofFile, ...parsed } = parsePlant(text(), 'plant.yaml');
  expect(meters).toBe(packed);
  expect([...meters]).toEqual([...ofFile]);
  expect(plant).toEqual(parsed);
  expect([...channels]).toEqual([...own]);
});

test('faults come back from there with their places, in both languages; without them there would be no plant', async () => {
  vi.stubEnv('NODE_OPTIONS', '--import tsx');
  const wrong = text({ stocks: [{ id: 'S', nmae: '罐' }] });
  const apart = await checkApart(wrong, 'plant.yaml', { budgets: false });
  expect(apart).toEqual({ ...checkPlant(wrong, 'plant.yaml', Date.now()), budgets: [] });
  expect(apart.faults.length).toBeGreaterThan(1);
  expect(() => plantChecked(apart, 'plant.yaml')).toThrow(apart.faults[0]!.en);
});

test('a short file is checked where one is', async () => {
  vi.stubEnv('NODE_OPTIONS', '--no-such-option');
  const { file, faults } = await checkToRead(text(), 'plant.yaml', { budgets: false });
  expect([file?.meters.length, faults]).toEqual([METERS, []]);
  await expect(checkToRead(`${text()}${'#'.repeat(1 << 20)}`, 'plant.yaml', { budgets: false })).rejects.toThrow('without an answer');
});
