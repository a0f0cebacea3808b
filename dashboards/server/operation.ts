import { budgetsOf } from './budgets.ts';
import type { Metric } from './metrics.ts';
import type { Operation, Services, StoreOperation } from './services.ts';
import { valueRows } from './values.ts';

const NOT_COLLECTING: Operation = { caughtUp: true, journalSeq: null, stores: [], disk: null };
/** What the figures are taken from. */
export type Watched = Pick<Services, 'plant' | 'sources' | 'operation' | 'latest' | 'balances'>;

const operationOf = async (services: Watched): Promise<Operation> => (await services.operation?.()) ?? NOT_COLLECTING;

/** Whether the pages would show what is: the store answers, and it holds what the journal held at the start. */
export async function readiness(services: Services): Promise<{ ready: boolean; store: boolean; caughtUp: boolean }> {
  const store = await services.latest().then(
    () => true,
    () => false,
  );
  const { caughtUp } = await operationOf(services);
  return { ready: store && caughtUp, store, caughtUp };
}

/** What an operator watches: what /metrics shows and what is pushed by OpenTelemetry. */
export async function figuresOf(services: Watched): Promise<Metric[]> {
  const nowMs = Date.now();
  const plant = services.plant.id;
  const [operation, latest] = await Promise.all([operationOf(services), services.latest()]);
  return [
    ...sourceMetrics(services, nowMs),
    ...busMetrics(services),
    ...journalMetrics(operation, plant),
    channelMetric(services, latest, nowMs),
    ...balanceMetrics(services),
    gauge('liangheng_ready', 'Whether the local store has caught up with the journal.', [
      { labels: { plant }, value: Number(operation.caughtUp) },
    ]),
    gauge('process_resident_memory_bytes', 'Memory that the process holds.', [{ value: process.memoryUsage.rss() }]),
    gauge('process_start_time_seconds', 'When the process started.', [{ value: nowMs / 1000 - process.uptime() }]),
  ];
}

const gauge = (name: string, help: string, samples: Metric['samples']): Metric => ({ name, help, type: 'gauge', samples });

const COUNTS = {
  requests: 'Requests sent, or messages received.',
  failures: 'Requests that failed.',
  reconnects: 'Connections opened again.',
  resynchronisations: 'Times that answers had to be matched to their questions anew.',
  lateCycles: 'Cycles that began late.',
  quarantined: 'Payloads that could not be read.',
} as const;

function sourceMetrics(services: Watched, nowMs: number): Metric[] {
  const plant = services.plant.id;
  const sources = services.sources();
  const each = (value: (source: (typeof sources)[number]) => number | null): Metric['samples'] =>
    sources.map((source) => ({ labels: { plant, source: source.id }, value: value(source) }));
  return [
    gauge(
      'liangheng_source_online',
      '1 where the source is being read, 0 where it is away.',
      each(({ state }) => Number(state === 'online')),
    ),
    gauge(
      'liangheng_source_last_success_timestamp_seconds',
      'When the source last answered.',
      each(({ lastSuccessMs }) => (lastSuccessMs === null ? null : lastSuccessMs / 1000)),
    ),
    gauge(
      'liangheng_source_lag_seconds',
      'Time since the source last answered.',
      each(({ lastSuccessMs }) => (lastSuccessMs === null ? null : Math.max(0, nowMs - lastSuccessMs) / 1000)),
    ),
    ...Object.entries(COUNTS).map(
      ([count, help]): Metric => ({
        name: `liangheng_source_${count.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}_total`,
        help,
        type: 'counter',
        samples: each(({ counts }) => counts[count as keyof typeof COUNTS]),
      }),
    ),
    {
      name: 'liangheng_source_records_total',
      help: 'Records by what became of them: polled = journalled + quarantined + returned + within (looks within a dead-band, not kept) + those on their way.',
      type: 'counter',
      samples: sources.flatMap(({ id, intake }) =>
        Object.entries(intake ?? {}).map(([state, value]) => ({ labels: { plant, source: id, state }, value })),
      ),
    },
  ];
}

/** How busy the plan of readings keeps each polled line, by the same reckoning as `check --budget`. */
function busMetrics({ plant }: Watched): Metric[] {
  const budgets = budgetsOf(plant);
  const each = (value: (budget: (typeof budgets)[number]) => number): Metric['samples'] =>
    budgets.map((budget) => ({ labels: { plant: plant.id, device: budget.device }, value: value(budget) }));
  return [
    gauge(
      'liangheng_bus_utilisation_ratio',
      'Share of the time in which the plan of readings keeps the line busy; 1 is all of it.',
      each(({ utilisation }) => utilisation),
    ),
    gauge(
      'liangheng_bus_round_seconds',
      'Time of one round of all readings of the line.',
      each(({ roundMs }) => roundMs / 1000),
    ),
  ];
}

function journalMetrics({ journalSeq, stores, disk }: Operation, plant: string): Metric[] {
  const ofStore = (value: (store: StoreOperation) => number | null): Metric['samples'] =>
    stores.map((store, index) => ({ labels: { plant, store: String(index), engine: store.engine }, value: value(store) }));
  const each = (value: (cursor: number) => number | null): Metric['samples'] =>
    ofStore(({ cursor }) => (cursor === null ? null : value(cursor)));
  return [
    gauge('liangheng_journal_head', 'Sequence of the last group in the journal.', [{ labels: { plant }, value: journalSeq }]),
    gauge(
      'liangheng_store_cursor',
      'Sequence of the last group that the store holds.',
      each((cursor) => cursor),
    ),
    gauge(
      'liangheng_store_behind',
      'Groups in the journal that the store does not hold yet.',
      each((cursor) => (journalSeq === null ? null : Math.max(0, journalSeq - cursor))),
    ),
    gauge(
      'liangheng_store_up',
      '1 while the store takes readings, 0 while they wait for it in the journal.',
      ofStore(({ away }) => Number(away === null)),
    ),
    {
      name: 'liangheng_store_refused_total',
      help: 'Readings that the engine refused for good.',
      type: 'counter',
      samples: ofStore(({ refused }) => refused),
    },
    gauge(
      'liangheng_store_quarantined',
      'Readings that the engine refused and that lie in quarantine.',
      ofStore(({ quarantined }) => quarantined),
    ),
    gauge('liangheng_disk_used_ratio', 'Share of the disk of the journal that is used.', [
      { labels: { plant }, value: disk?.usedShare ?? null },
    ]),
    gauge('liangheng_disk_almost_full', '1 from 90 % of the disk of the journal on, until there is room again.', [
      { labels: { plant }, value: disk === null ? null : Number(disk.fullSinceMs !== null) },
    ]),
  ];
}

/** Channels that are read by themselves, by the state of their newest sample; stale counts before its quality. */
function channelMetric(services: Watched, latest: Awaited<ReturnType<Services['latest']>>, nowMs: number): Metric {
  const counts = { good: 0, suspect: 0, missing: 0, stale: 0, never: 0 };
  for (const { sample, staleAfterMs } of valueRows(services.plant, latest)) {
    if (staleAfterMs === null) continue;
    if (sample === null) counts.never += 1;
    else if (nowMs - sample.timeMs > staleAfterMs) counts.stale += 1;
    else counts[sample.quality] += 1;
  }
  return gauge(
    'liangheng_channels',
    'Channels read at fixed times, by the state of their newest sample.',
    Object.entries(counts).map(([state, value]) => ({ labels: { plant: services.plant.id, state }, value })),
  );
}

function balanceMetrics(services: Watched): Metric[] {
  const plant = services.plant.id;
  const report = services.balances();
  if (report === null) return [];
  const { completeness, window } = report;
  return [
    gauge('liangheng_window_end_timestamp_seconds', 'End of the window balanced last.', [
      { labels: { plant }, value: Date.parse(window.to) / 1000 },
    ]),
    gauge('liangheng_window_gaps', 'Gaps in the readings of the window balanced last.', [
      { labels: { plant }, value: completeness.gaps.length },
    ]),
    gauge(
      'liangheng_window_missing_samples',
      'Missing samples of the window balanced last, by reason.',
      Object.entries(completeness.missing).map(([reason, value]) => ({ labels: { plant, reason }, value })),
    ),
  ];
}
