import { createServer, type Server } from 'node:http';
import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { checkPlant } from '../../config/plant/check.ts';
import { readPlantText } from '../../config/plant/load.ts';
import { Beginnings } from '../../dashboards/otlp/beginnings.ts';
import { type ExportNews, startExporter } from '../../dashboards/otlp/exporter.ts';
import { pauseOf } from '../../dashboards/otlp/post.ts';
import { otlpSettings } from '../../dashboards/otlp/settings.ts';
import type { Metric } from '../../dashboards/server/metrics.ts';
import { freePort } from '../free-port.ts';

const plant = { id: 'plant-1', path: '/plants/plant.yaml' };
const none: Readonly<Record<string, string>> = {};

describe('where figures are pushed', () => {
  it.each<[string, Record<string, string>, string | null]>([
    ['nowhere unless somebody says so', {}, null],
    ['to the general endpoint, with the path of metrics', { ENDPOINT: 'http://otel:4318' }, 'http://otel:4318/v1/metrics'],
    ['below its own path', { ENDPOINT: 'https://otel/base/' }, 'https://otel/base/v1/metrics'],
    ['to the endpoint of metrics as it stands', { METRICS_ENDPOINT: 'http://otel/x', ENDPOINT: 'http://other' }, 'http://otel/x'],
    ['to its root where it has no path', { METRICS_ENDPOINT: 'http://otel:1' }, 'http://otel:1/'],
  ])('%s', (_, endpoints, url) => {
    const env = Object.fromEntries(Object.entries(endpoints).map(([name, value]) => [`OTEL_EXPORTER_OTLP_${name}`, value]));
    expect(otlpSettings(plant, undefined, env)?.url ?? null).toBe(url);
    expect(otlpSettings(plant, undefined, { ...env, OTEL_SDK_DISABLED: 'true' })).toBeNull();
    expect(otlpSettings(plant, undefined, { ...env, OTEL_METRICS_EXPORTER: 'none' })).toBeNull();
  });

  it('is what the plant file says before what the environment says; secrets come by reference', () => {
    process.env.OTLP_TEST_TOKEN = 'Bearer s3cret';
    const own = { endpoint: 'https://vm/opentelemetry', every: '10s', headers: { Authorization: { env: 'OTLP_TEST_TOKEN' } } };
    const env = {
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://other:4318',
      OTEL_EXPORTER_OTLP_HEADERS: 'authorization=theirs,x-tenant=a%3Db',
      OTEL_EXPORTER_OTLP_METRICS_PROTOCOL: 'http/json',
      OTEL_METRIC_EXPORT_INTERVAL: '5000',
      OTEL_EXPORTER_OTLP_TIMEOUT: '700',
      OTEL_SERVICE_NAME: 'east',
      OTEL_RESOURCE_ATTRIBUTES: 'service.name=other,deployment.environment.name=test%20bench',
    };
    expect(otlpSettings(plant, own, env)).toMatchObject({
      url: 'https://vm/opentelemetry/v1/metrics',
      headers: { authorization: 'Bearer s3cret', 'x-tenant': 'a=b' },
      json: true,
      gzip: false,
      everyMs: 10_000,
      timeoutMs: 700,
      resource: { 'service.name': 'east', 'service.instance.id': 'plant-1', 'deployment.environment.name': 'test bench' },
    });
  });

  it.each([
    ['OTEL_EXPORTER_OTLP_PROTOCOL', 'grpc'],
    ['OTEL_EXPORTER_OTLP_COMPRESSION', 'zstd'],
    ['OTEL_METRIC_EXPORT_INTERVAL', '1m'],
    ['OTEL_METRIC_EXPORT_INTERVAL', '-1'],
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'otel:4317'],
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'http://name:word@otel'],
    ['OTEL_RESOURCE_ATTRIBUTES', 'nothing'],
    ['OTEL_EXPORTER_OTLP_HEADERS', 'a=%zz'],
  ])('is refused with the name of the variable where %s is %s', (name, value) => {
    const env = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318', [name]: value };
    expect(() => otlpSettings(plant, undefined, env)).toThrow(expect.objectContaining({ code: 'telemetry.variable', place: name }));
  });

  it('never sends a secret in the clear beyond this machine', () => {
    const headers = { OTEL_EXPORTER_OTLP_HEADERS: 'api-key=s3cret' };
    const to = (endpoint: string) => otlpSettings(plant, undefined, { ...headers, OTEL_EXPORTER_OTLP_ENDPOINT: endpoint });
    expect(() => to('http://otel:4318')).toThrow(expect.objectContaining({ code: 'telemetry.in-the-clear' }));
    expect(to('http://127.0.0.1:4318')?.headers).toEqual({ 'api-key': 's3cret' });
    expect(to('https://otel')?.headers).toEqual({ 'api-key': 's3cret' });
  });

  it('stands in a plant file without any secret', async () => {
    const { text } = await readPlantText('config/examples/yunnan-phosphate/plant.yaml');
    const faults = (telemetry: string) => checkPlant(`${text}\ntelemetry: ${telemetry}\n`, 'plant.yaml', Date.now()).faults;
    expect(faults("{ endpoint: 'http://127.0.0.1:4318', every: 30s, headers: { authorization: { env: OTLP_TOKEN } } }")).toEqual([]);
    expect(faults("{ endpoint: 'http://me:word@127.0.0.1:4318' }")).not.toEqual([]);
    expect(faults("{ endpoint: 'http://127.0.0.1:4318', headers: { authorization: word } }")).not.toEqual([]);
  });
});

describe('a counter that fell', () => {
  it('began anew after it was last seen; none that only grew did', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(9), { minLength: 1 }), (values) => {
        const beginnings = new Beginnings(5);
        let expected = 5;
        for (const [index, value] of values.entries()) {
          const before = values[index - 1];
          if (before !== undefined && value < before) expected = 10 * index;
          expect(beginnings.of('a', value, 10 * (index + 1))).toBe(expected);
          expect(beginnings.of('b', index, 10 * (index + 1))).toBe(5);
        }
      }),
    );
  });
});

it.each([
  ['3', 3000],
  [' 0 ', 0],
  ['Thu, 01 Jan 1970 00:01:00 GMT', 50_000],
  ['Thu, 01 Jan 1970 00:00:01 GMT', 0],
  ['999999', 3_600_000],
  ['soon', null],
  ['-1', null],
])('Retry-After: %s waits %s ms', (text, ms) => {
  expect(pauseOf(text, 10_000)).toBe(ms);
});

describe('a receiver', () => {
  const closing: (() => unknown)[] = [];
  afterEach(async () => {
    for (const close of closing.splice(0).reverse()) await close();
  });
  const until = (met: () => boolean): Promise<unknown> => vi.waitUntil(met, { timeout: 110_000, interval: 20 });

  /** Answers with the statuses in turn, the last one for ever. */
  async function listening(port: number, statuses: readonly number[]): Promise<{ readonly bodies: string[] }> {
    const bodies: string[] = [];
    const answers = [...statuses];
    const server: Server = createServer((request, response) => {
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('end', () => {
        bodies.push(Buffer.concat(parts).toString('utf8'));
        response.writeHead((answers.length > 1 ? answers.shift() : answers[0]) ?? 200, { location: '/elsewhere' }).end();
      });
    });
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    closing.push(() => {
      server.closeAllConnections();
      server.close();
    });
    return { bodies };
  }

  function push(port: number, everyMs: number, figures: () => Promise<readonly Metric[]>) {
    const endpoint = { endpoint: `http://127.0.0.1:${port}`, every: `${everyMs}ms`, protocol: 'http/json' } as const;
    const news: ExportNews[] = [];
    const exporter = startExporter(otlpSettings(plant, endpoint, none)!, figures, (one) => news.push(one));
    closing.push(() => exporter.stop());
    return { news, exporter };
  }
  const moments = () => {
    let value = 0;
    return async (): Promise<Metric[]> => [
      { name: 'moment', help: 'which', type: 'gauge', samples: [{ value: ++value }, { value: null }] },
    ];
  };
  const valuesIn = (bodies: readonly string[]) => bodies.map((body) => Number(/"asDouble":(\d+)/.exec(body)?.[1]));

  it('that is away is told of once, and gets what waited when it is there', async () => {
    const port = await freePort();
    const { news } = push(port, 600_000, moments());
    await until(() => news.length > 0);
    expect(news[0]?.problem).toContain('ECONNREFUSED');
    const { bodies } = await listening(port, [200]);
    await until(() => news.length > 1);
    expect(news.slice(1)).toEqual([{ problem: null, dropped: 0 }]);
    expect(valuesIn(bodies)).toEqual([1]);
  });

  it('that refuses for good is told of once and holds nothing up; what it did not take is counted', async () => {
    const port = await freePort();
    const { bodies } = await listening(port, [400, 400, 307, 200]);
    const { news } = push(port, 20, moments());
    await until(() => news.some(({ problem }) => problem === null));
    expect(news.map(({ problem }) => problem)).toEqual(['HTTP 400', 'HTTP 307', null]);
    expect(news.reduce((sum, { dropped }) => sum + dropped, 0)).toBe(3);
    expect(valuesIn(bodies).slice(0, 4)).toEqual([1, 2, 3, 4]);
  });

  it('gets the figures of the end; one that is away keeps nobody from ending', async () => {
    const port = await freePort();
    const { bodies } = await listening(port, [200]);
    const { exporter } = push(port, 600_000, moments());
    await until(() => bodies.length === 1);
    await exporter.stop();
    expect(valuesIn(bodies)).toEqual([1, 2]);
    const away = push(await freePort(), 600_000, moments());
    await until(() => away.news.length > 0);
    await away.exporter.stop();
  });

  it('is told nothing while the figures cannot be had, and that is said', async () => {
    const port = await freePort();
    const { bodies } = await listening(port, [200]);
    let away = true;
    const figures = moments();
    const { news } = push(port, 20, () => (away ? Promise.reject(new Error('the store is away')) : figures()));
    await until(() => news.length > 0);
    expect(bodies).toEqual([]);
    away = false;
    await until(() => news.length > 1);
    expect(news.map(({ problem }) => problem)).toEqual(['the store is away', null]);
  });
});
