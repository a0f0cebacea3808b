import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { stringify } from 'yaml';
import { parsePlant, plantOfCompact } from '../../../config/plant/load.ts';
import { PackedMeters, packed } from '../../../config/plant/packed.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const IDS = ['M3', 'M1', 'M2', 'M10', 'M0'];
const plain = parsePlant(
  stringify({
    liangheng: 1,
    plant: { id: 'p', name: '厂', jurisdiction: 'none' },
    units: [{ id: 'P', name: '全厂', level: 'plant' }],
    meters: IDS.map((id) => ({
      id,
      name: `表${id}`,
      kind: 'counter',
      unit: 'm3',
      ...(id === 'M1' ? { channels: { flow: { kind: 'rate', unit: 'm3/h' } }, ratios: [{ from: '2026-01-01', ct: '400/5' }] } : {}),
    })),
  }),
  'plant.yaml',
);

function held(): PackedMeters {
  const all = plain.file.meters;
  return new PackedMeters([packed(JSON.stringify(all.slice(0, 2))), packed(JSON.stringify(all.slice(2)))], all.length);
}

test('packed meters are the meters, in their order, for whoever looks at them in whatever way', () => {
  const meters = held();
  expect(meters.size).toBe(IDS.length);
  expect([...meters.keys()]).toEqual(IDS);
  expect([...meters]).toEqual([...plain.meters]);
  expect([...meters.entries()]).toEqual([...plain.meters.entries()]);
  expect([...meters.values()]).toEqual([...plain.meters.values()]);
  const seen: unknown[] = [];
  meters.forEach((meter, id, map) => {
    seen.push([id, meter, map === meters]);
  });
  expect(seen).toEqual([...plain.meters].map(([id, meter]) => [id, meter, true]));
  for (const id of [...IDS, 'M4', '']) {
    expect(meters.get(id)).toEqual(plain.meters.get(id));
    expect(meters.has(id)).toBe(plain.meters.has(id));
  }
});

test('a plant whose meters are packed is the plant', () => {
  const meters = held();
  const plant = plantOfCompact(meters.in(plain.file), plain.path, meters);
  expect(plant.file).toEqual(plain.file);
  expect({ ...plant.file, stores: [] }.meters).toEqual(plain.file.meters);
  expect([...plant.channels]).toEqual([...plain.channels]);
  expect(plant.channels.size).toBe(IDS.length + 1);
  expect(plant.channels.get('M1.flow')?.meter).toBe(plant.meters.get('M1'));
});

test('they are made once while they are looked at, and dropped when nobody has looked for a while', () => {
  const meters = held();
  const first = meters.get('M1');
  for (let at = 0; at < 5; at++) {
    vi.advanceTimersByTime(14_000);
    expect(meters.get('M1')).toBe(first);
  }
  vi.advanceTimersByTime(16_000);
  expect(vi.getTimerCount()).toBe(0);
  expect(meters.get('M1')).not.toBe(first);
  expect(meters.get('M1')).toEqual(first);
});
