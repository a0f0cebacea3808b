import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BalanceReport } from '../../balance/media/result.ts';
import { coverageOf } from '../../collector/coverage/coverage.ts';
import type { Sample } from '../../collector/sample/sample.ts';
import { loadPlant } from '../../config/plant/load.ts';
import { loadRules } from '../../config/rules/load.ts';
import type { Services } from '../../dashboards/server/services.ts';

export interface Fixture {
  readonly services: Services;
  /** Lets samples come in, as the recorder would. */
  emit(samples: readonly Sample[]): void;
}

const plantFile = 'config/examples/yunnan-phosphate/plant.yaml';
const sample = (channel: string, timeMs: number, value: number | null): Sample => ({
  channel,
  timeMs,
  value,
  quality: value === null ? 'missing' : 'good',
  reason: value === null ? 'communication' : 'none',
  origin: 'simulated',
  raw: null,
});

/** One plant-wide water balance, open and with a suspect: enough to see that figures arrive on a page as they are. */
function balances(root: string, workshop: string): BalanceReport {
  const stream = {
    id: 'S1',
    name: { zh: '取水', en: 'Intake' },
    from: 'ENV',
    to: workshop,
    total: 1234.5,
    unit: 'm3',
    u: 12.3,
    coverageOfTime: 1,
    coverageOfQuantity: 1,
    basis: 'metered' as const,
    reconciled: 1240.25,
    reconciledU: 8,
    budget: [],
    notes: [],
  };
  return {
    plant: 'yunnan-phosphate',
    window: { from: '2026-11-19T08:00:00+08:00', to: '2026-11-22T08:00:00+08:00', hours: 72 },
    revision: 3,
    balances: [
      {
        id: 'water',
        kind: 'water',
        boundary: root,
        unit: 'm3',
        in: 1234.5,
        out: 1100,
        stockChange: 0,
        imbalance: 134.5,
        u: 12.3,
        U: 24.6,
        k: 2,
        closurePercent: 10.895,
        verdict: 'open-significant',
        tolerance: null,
        streams: [stream],
        global: null,
        suspects: [{ kind: 'bias', ids: ['S1'], magnitude: 77, statistic: 30, statisticAfter: 2 }],
        simulated: true,
      },
    ],
    depth: { auditBalance: true, type: null, reasons: [] },
    completeness: { channels: 1, good: 4320, suspect: 0, missing: {}, gaps: [] },
    journal: null,
    simulated: true,
  };
}

export async function fixture(): Promise<Fixture> {
  const dataDir = join(mkdtempSync(join(tmpdir(), 'lh-data-')), 'yunnan-phosphate');
  const plant = { ...(await loadPlant(plantFile)), dataDir };
  const rules = await loadRules();
  const nowMs = Date.now();
  const [first, second, third] = [...plant.channels.values()]
    .filter((channel) => channel.read?.every !== undefined)
    .map((channel) => channel.id);
  const latest = new Map([first!, second!].map((channel) => [channel, sample(channel, nowMs, 12.5)]));
  latest.set(third!, sample(third!, nowMs - 3_600_000, 9));
  const listeners = new Set<(samples: readonly Sample[]) => void>();
  const unit = (level: string) => plant.file.units.find((one) => one.level === level)!.id;
  return {
    services: {
      plant,
      latest: async () => latest,
      listen(listener) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
      sources: () => [],
      coverage: async () => coverageOf(plant, rules, nowMs, { delivering: () => true }),
      balances: () => balances(unit('plant'), unit('workshop')),
      reportHtml: async (lang) => `<!doctype html><title>${lang}</title>`,
    },
    emit(samples) {
      for (const listener of listeners) listener(samples);
    },
  };
}

/** A folder that stands for the built pages. */
export function somePages(): string {
  const folder = mkdtempSync(join(tmpdir(), 'lh-pages-'));
  writeFileSync(join(folder, 'index.html'), '<!doctype html><title>pages</title>');
  return folder;
}
