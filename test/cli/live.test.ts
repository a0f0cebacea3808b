import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { stringify } from 'yaml';
import { liveFrom } from '../../cli/live.ts';
import { openDuckdbStore } from '../../collector/stores/duckdb/store.ts';
import { loadPlant } from '../../config/plant/load.ts';
import { group, sample } from '../collector/stores/contract.ts';

const DAY = Date.parse('2026-03-02T00:00:00+08:00');
const HOUR = 3_600_000;
const at = (hours: number, value: number | null = 1) => [DAY + hours * HOUR, value] as const;

/** Hours since the day's midnight and values; `delivers` at 10:30 of that day. */
const METERS = {
  before: { samples: [at(-2), at(-1)], delivers: false },
  newest: { samples: [at(3)], delivers: true },
  'then-dead': { samples: [at(3), at(12, null)], delivers: true },
  'dead-then-good-too-late': { samples: [at(3, null), at(11)], delivers: false },
  'good-in-the-hour-not-over': { samples: [at(3, null), at(10.25), at(11)], delivers: true },
  'good-in-that-hour-but-later': { samples: [at(3, null), at(10.75), at(11)], delivers: false },
  'good-the-day-before': { samples: [at(-0.1), at(3, null), at(11)], delivers: false },
};

it('tells which channels delivered between midnight and an instant, whatever came later', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'liangheng-live-'));
  const meters = Object.keys(METERS).map((id) => ({ id, name: id, kind: 'rate', unit: 'm3/h' }));
  const units = [{ id: 'P', name: '厂', level: 'plant' }];
  const file = { liangheng: 1, plant: { id: 'live', name: '厂', jurisdiction: 'none' }, units, meters };
  await writeFile(join(dir, 'plant.yaml'), stringify(file));
  const plant = await loadPlant(join(dir, 'plant.yaml'));
  const store = await openDuckdbStore(join(dir, 'samples.duckdb'), { threads: 1, memory: '256MB' });
  const samples = Object.entries(METERS).flatMap(([id, meter]) => meter.samples.map(([timeMs, value]) => sample(id, timeMs, value)));
  await store.write([group(1, samples)]);
  const live = await liveFrom(store.reader, plant, DAY + 10.5 * HOUR);
  expect(Object.keys(METERS).filter((id) => live!.delivering(id))).toEqual(
    Object.entries(METERS).flatMap(([id, { delivers }]) => (delivers ? [id] : [])),
  );
  await store.close();
});
