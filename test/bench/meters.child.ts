import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { coverageOf } from '../../collector/coverage/coverage.ts';
import type { Sample } from '../../collector/sample/sample.ts';
import { loadPlant } from '../../config/plant/load.ts';
import { loadRules } from '../../config/rules/load.ts';
import type { Services } from '../../dashboards/server/services.ts';
import { memoryReader, type Reading } from '../balance/memory-reader.ts';
import { fixture } from '../dashboards/fixture.ts';

/** Services of a plant of so many meters: the example's, and copies of one of its rates read every minute, three days of each of eight kept. */
export async function plantOfMeters(
  count: number,
): Promise<{ services: Services; channels: readonly string[]; emit(samples: readonly Sample[]): void }> {
  const made = await fixture();
  const text = readFileSync(made.services.plant.path, 'utf8');
  const file = parse(text) as { meters: Record<string, unknown>[] };
  const own = file.meters.length;
  for (let n = own; n < count; n += 1) {
    const read = { device: 'broker', topic: `bench/${n}`, every: '60s' };
    file.meters.push({ id: `B-${n}`, name: `bench ${n}`, kind: 'rate', unit: 'm3/h', range: [0, 100], maxGap: '5min', read });
  }
  const folder = mkdtempSync(join(tmpdir(), 'lh-bench-'));
  writeFileSync(join(folder, 'plant.yaml'), stringify(file));
  const plant = { ...(await loadPlant(folder)), dataDir: made.services.plant.dataDir };
  const channels = Array.from({ length: count - own }, (_, n) => `B-${own + n}`);
  const nowMs = Date.now();
  const kept = Object.fromEntries(
    channels
      .slice(0, 8)
      .map((channel, index) => [
        channel,
        Array.from(
          { length: 72 * 60 },
          (_, minute): Reading => [
            nowMs - (72 * 60 - minute) * 60_000,
            minute % 1000 < 5 ? null : 50 + index + 20 * Math.sin(minute / 90 + index) + Math.random(),
          ],
        ),
      ]),
  );
  const latest = new Map(
    [...plant.channels.keys()].map((channel): [string, Sample] => [
      channel,
      { channel, timeMs: nowMs, value: 12.5, quality: 'good', reason: 'none', origin: 'simulated', raw: null },
    ]),
  );
  const rules = await loadRules();
  const report = coverageOf(plant, rules, nowMs, { delivering: () => true });
  const services: Services = {
    ...made.services,
    plant,
    reader: memoryReader(kept),
    latest: async () => latest,
    coverage: async () => report,
  };
  return { services, channels, emit: made.emit };
}
