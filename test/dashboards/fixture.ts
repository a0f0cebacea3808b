import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BalanceReport } from '../../balance/media/result.ts';
import { coverageOf } from '../../collector/coverage/coverage.ts';
import type { Sample } from '../../collector/sample/sample.ts';
import { loadPlant } from '../../config/plant/load.ts';
import { loadRules } from '../../config/rules/load.ts';
import type { DutiesDocument } from '../../dashboards/server/documents/duties.ts';
import { CommandRefused, type Services } from '../../dashboards/server/services.ts';
import { memoryReader, type Reading } from '../balance/memory-reader.ts';

export interface Fixture {
  readonly services: Services;
  /** Lets samples come in, as the recorder would. */
  emit(samples: readonly Sample[]): void;
}

export const PLANT_ID = 'yunnan-phosphate';
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

/** @param id of the plant; another one than the example's makes a second plant of the same shape. */
export async function fixture(id = PLANT_ID): Promise<Fixture> {
  const folder = mkdtempSync(join(tmpdir(), 'lh-data-'));
  const [dataDir, path] = [join(folder, id), join(folder, 'plant.yaml')];
  mkdirSync(dataDir);
  writeFileSync(path, readFileSync(plantFile, 'utf8').replace('id: yunnan-phosphate', `id: ${id}`));
  const plant = { ...(await loadPlant(path)), dataDir };
  const rules = await loadRules();
  const nowMs = Date.now();
  const [first, second, third] = [...plant.channels.values()]
    .filter((channel) => channel.read?.every !== undefined)
    .map((channel) => channel.id);
  const latest = new Map([first!, second!].map((channel) => [channel, sample(channel, nowMs, 12.5)]));
  latest.set(third!, sample(third!, nowMs - 3_600_000, 9));
  const listeners = new Set<(samples: readonly Sample[]) => void>();
  const unit = (level: string) => plant.file.units.find((one) => one.level === level)!.id;
  const report = { ...balances(unit('plant'), unit('workshop')), plant: plant.id };
  /** Three days of a counter, a reading a minute, with an hour that is missing. */
  const startMs = Math.floor(nowMs / 3_600_000) * 3_600_000 - 71 * 3_600_000;
  const counted = Array.from({ length: Math.floor((nowMs - startMs) / 60_000) }, (_, minute): Reading => {
    const gone = minute >= 600 && minute < 660;
    return [startMs + minute * 60_000, gone ? null : 1000 + minute * 0.5];
  });
  return {
    services: {
      plant,
      reader: memoryReader({ [first!]: counted }),
      latest: async () => latest,
      listen(listener) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
      sources: () => [],
      coverage: async () => coverageOf(plant, rules, nowMs, { delivering: () => true }),
      balances: () => report,
      reportHtml: async (lang) => `<!doctype html><title>${lang}</title>`,
      ask: async (command, args) => answers(command, args, report),
      check: async (text) => ({
        faults: text.includes('liangheng: 1') ? [] : [{ code: 'shape', place: 'plant.yaml:1:1', zh: '缺少 liangheng', en: 'no liangheng' }],
        warnings: [],
        differences: [],
        budgets: [],
      }),
    },
    emit(samples) {
      for (const listener of listeners) listener(samples);
    },
  };
}

const selfAudit = {
  rule: 'test/deadline',
  document: '测〔2020〕1号',
  article: null,
  status: 'to-confirm' as const,
  duty: 'self-audit',
  due: null,
  provisional: false,
};

/** What the commands print, as far as the routes look at it. */
function answers(command: string, args: readonly string[], report: BalanceReport): unknown {
  const arg = (name: string) => args[args.indexOf(name) + 1]!;
  switch (command) {
    case 'balance':
      return { ...report, window: { from: arg('--from'), to: arg('--to'), hours: 72 } };
    case 'what-if':
      return { change: {}, before: report, after: report };
    case 'oversight':
      return [{ plant: report.plant, simulated: true, window: report.window, outfalls: [], toConfirm: [] }];
    case 'assess':
      return { plant: report.plant, classes: [], duties: [selfAudit], disclosures: [], newer: [] } satisfies DutiesDocument;
    case 'quarantine': {
      const at = report.window.from;
      const refused = [
        { of: 'influxdb1 http://127.0.0.1:8086 plant', reason: 'beyond retention', count: 2, things: 1, first: at, last: at },
      ];
      const payloads = [{ of: 'BROKER', reason: 'plant/x: not JSON', count: 1, things: 1, first: at, last: at }];
      const one = { of: 'BROKER', at, channel: null, time: null, value: null, reason: 'plant/x: not JSON', raw: '{' };
      return { from: at, to: report.window.to, refused, payloads, ...(args.length > 0 ? { records: [{ kind: 'payload', ...one }] } : {}) };
    }
    case 'probe':
      if (args[0] === 'nothing') throw new CommandRefused([{ code: 'probe.device', place: 'plant.yaml', zh: '没有设备', en: 'no device' }]);
      return { guesses: [], requests: [] };
    default:
      writeFileSync(join(arg('--out'), 'report.html'), '<!doctype html><title>report</title>');
      return { files: [] };
  }
}

/** A folder that stands for the built pages. */
export function somePages(): string {
  const folder = mkdtempSync(join(tmpdir(), 'lh-pages-'));
  writeFileSync(join(folder, 'index.html'), '<!doctype html><html><head><title>pages</title></head><body></body></html>');
  return folder;
}
