import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { type ExportNews, startExporter } from '../../dashboards/otlp/exporter.ts';
import { type OtlpSettings, otlpSettings } from '../../dashboards/otlp/settings.ts';
import { type Metric, prometheusText } from '../../dashboards/server/metrics.ts';
import { figuresOf } from '../../dashboards/server/operation.ts';
import { fixture } from '../dashboards/fixture.ts';

/** Pushed figures, read by Google's protobuf for Python with the published schema: python3-protobuf, protobuf-compiler. */
interface Point {
  readonly attributes?: readonly { readonly key: string; readonly value: { readonly stringValue: string } }[];
  readonly startTimeUnixNano?: string;
  readonly timeUnixNano: string;
  readonly asDouble: number;
}
interface Told {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly error?: string;
  readonly answered: number;
  readonly request: {
    readonly resourceMetrics: readonly {
      readonly resource: { readonly attributes: Point['attributes'] };
      readonly scopeMetrics: readonly {
        readonly metrics: readonly {
          readonly name: string;
          readonly description: string;
          readonly unit?: string;
          readonly gauge?: { readonly dataPoints: readonly Point[] };
          readonly sum?: { readonly dataPoints: readonly Point[]; readonly aggregationTemporality: string; readonly isMonotonic: boolean };
        }[];
      }[];
    }[];
  };
}

const folder = mkdtempSync(join(tmpdir(), 'liangheng-otlp-'));
const descriptors = join(folder, 'otlp.pb');
beforeAll(() => {
  execFileSync('protoc', [`--proto_path=${import.meta.dirname}`, `--descriptor_set_out=${descriptors}`, 'otlp.proto']);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const until = (met: () => boolean): Promise<unknown> => vi.waitUntil(met, { timeout: 120_000, interval: 50 });

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** A receiver that answers as told; `told` grows with what it was sent. */
async function receiver(answers: readonly string[]): Promise<{ url: string; told: Told[] }> {
  const script = join(import.meta.dirname, 'otlp-receiver.py');
  const child: ChildProcess = spawn('/usr/bin/python3', [script, descriptors, ...answers], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  closing.push(() => child.kill('SIGKILL'));
  const lines = createInterface({ input: child.stdout! })[Symbol.asyncIterator]();
  const first = JSON.parse(String((await lines.next()).value)) as { port: number };
  const told: Told[] = [];
  void (async () => {
    for (let line = await lines.next(); !line.done; line = await lines.next()) told.push(JSON.parse(line.value) as Told);
  })();
  return { url: `http://127.0.0.1:${first.port}`, told };
}

function settingsFor(endpoint: string, env: Record<string, string> = {}): OtlpSettings {
  return otlpSettings({ id: 'plant-1', path: '/plant.yaml' }, undefined, {
    OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
    OTEL_METRIC_EXPORT_INTERVAL: '600000',
    ...env,
  })!;
}

function push(settings: OtlpSettings, figures: () => Promise<readonly Metric[]>): ExportNews[] {
  const news: ExportNews[] = [];
  const exporter = startExporter(settings, figures, (one) => news.push(one));
  closing.push(() => exporter.stop());
  return news;
}

async function watched(): Promise<readonly Metric[]> {
  const { services } = await fixture();
  const counts = { requests: 10, failures: 1, reconnects: 2, resynchronisations: 3, lateCycles: 4, quarantined: 5 };
  return figuresOf({
    ...services,
    sources: () => [
      { id: 'GW "1"\\\n', state: 'online', lastSuccessMs: 1_700_000_000_000, lastError: null, counts },
      { id: 'GW2', state: 'waiting', lastSuccessMs: null, lastError: null, counts },
    ],
    operation: async () => ({
      caughtUp: true,
      journalSeq: 100,
      stores: [{ engine: 'duckdb', place: null, cursor: 97, away: null, refused: null, quarantined: null }],
      disk: null,
    }),
  });
}

/** `name{labels} value` of each point, as /metrics writes them. */
function asText({ request }: Told): string[] {
  return request.resourceMetrics[0]!.scopeMetrics[0]!.metrics.flatMap(({ name, gauge, sum }) =>
    (gauge ?? sum)!.dataPoints.map(
      ({ attributes = [], asDouble }) =>
        prometheusText([
          {
            name,
            help: '',
            type: 'gauge',
            samples: [{ labels: Object.fromEntries(attributes.map(({ key, value }) => [key, value.stringValue])), value: asDouble }],
          },
        ])
          .split('\n')
          .at(-2)!,
    ),
  );
}

describe('figures pushed by OpenTelemetry', () => {
  it.each([
    ['protobuf', {}],
    ['protobuf, compressed', { OTEL_EXPORTER_OTLP_COMPRESSION: 'gzip' }],
    ['JSON', { OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json' }],
  ])('are those of /metrics, in %s', async (_, env) => {
    const { url, told } = await receiver(['200']);
    const figures = await watched();
    const fromMs = Math.round(performance.timeOrigin);
    const news = push(settingsFor(url, { ...env, OTEL_EXPORTER_OTLP_HEADERS: 'x-tenant=plants%2Feast' }), async () => figures);
    await until(() => told.length > 0);
    const [first] = told as [Told];
    expect(first.error).toBeUndefined();
    expect(first.path).toBe('/v1/metrics');
    expect(first.headers['x-tenant']).toBe('plants/east');
    const lines = prometheusText(figures)
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'));
    expect(lines.length).toBeGreaterThan(30);
    expect(asText(first)).toEqual(lines);
    const [resource] = first.request.resourceMetrics;
    expect(Object.fromEntries(resource!.resource.attributes!.map(({ key, value }) => [key, value.stringValue]))).toMatchObject({
      'service.name': 'liangheng',
      'service.instance.id': 'plant-1',
    });
    const metrics = new Map(resource!.scopeMetrics[0]!.metrics.map((metric) => [metric.name, metric]));
    for (const { name, type, help } of figures) {
      const metric = metrics.get(name);
      if (metric === undefined) continue;
      expect(metric.description).toBe(help);
      expect(metric.sum === undefined ? 'gauge' : 'counter').toBe(type);
      if (metric.sum === undefined) continue;
      expect(metric.sum).toMatchObject({ aggregationTemporality: 'AGGREGATION_TEMPORALITY_CUMULATIVE', isMonotonic: true });
      for (const { startTimeUnixNano, timeUnixNano } of metric.sum.dataPoints) {
        expect(startTimeUnixNano).toBe(`${fromMs}000000`);
        expect(BigInt(timeUnixNano)).toBeGreaterThanOrEqual(BigInt(startTimeUnixNano!));
        expect(Math.abs(Number(BigInt(timeUnixNano) / 1_000_000n) - Date.now())).toBeLessThan(600_000);
      }
    }
    expect(metrics.get('liangheng_source_lag_seconds')!.unit).toBe('s');
    expect(news).toEqual([]);
  });

  it('wait for a receiver that has no time, and arrive in order, each once', async () => {
    const { url, told } = await receiver(['503:1', '429:1', '200']);
    let value = 0;
    const figures = async (): Promise<Metric[]> => [{ name: 'moment', help: 'which', type: 'counter', samples: [{ value: ++value }] }];
    const news = push(settingsFor(url, { OTEL_METRIC_EXPORT_INTERVAL: '800' }), figures);
    await until(() => told.filter(({ answered }) => answered === 200).length > 2);
    const taken = told.filter(({ answered }) => answered === 200).map((one) => Number(asText(one)[0]!.split(' ')[1]));
    expect(taken).toEqual(taken.map((_, index) => index + 1));
    expect(news).toEqual(['HTTP 503', 'HTTP 429', null].map((problem) => ({ problem, dropped: 0 })));
  });

  it('that a receiver rejects in part are told of', async () => {
    const { url, told } = await receiver(['200:3', '200']);
    const news = push(settingsFor(url, { OTEL_METRIC_EXPORT_INTERVAL: '300' }), watched);
    await until(() => told.length > 1 && news.length > 1);
    expect(news.map(({ problem }) => problem)).toEqual(['3 × too old', null]);
  });
});
