import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { apiRoutes } from '../../dashboards/server/api.ts';
import { Fleet } from '../../dashboards/server/fleet.ts';
import { type RunningServer, startServer } from '../../dashboards/server/server.ts';
import { openUsers } from '../../dashboards/server/users/users.ts';
import { type Fixture, fixture, somePages } from './fixture.ts';
import { administrator, CHEAP } from './people.ts';

interface Document {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}
interface Operation {
  readonly operationId: string;
  readonly parameters?: readonly { readonly name: string; readonly in: string }[];
  readonly responses: Readonly<Record<string, { readonly content: Readonly<Record<string, { readonly schema: object }>> }>>;
}

const FORMATS = {
  csv: 'text/csv',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  parquet: 'application/vnd.apache.parquet',
};
/** First bytes of a file of each format: a byte-order mark, a zip, a Parquet file. */
const MAGIC: Readonly<Record<string, string>> = { csv: 'efbbbf', xlsx: '504b0304', parquet: '50415231' };
const STREAMED = 'text/event-stream';

describe('the OpenAPI document and the routes', async () => {
  const made: Fixture = await fixture();
  const usersDir = mkdtempSync(join(tmpdir(), 'lh-users-'));
  const routes = apiRoutes(new Fleet([made.services]), await openUsers(usersDir, 'contract'), 'cookie', false);
  let server: RunningServer;
  let document: Document;
  let cookie: string;
  beforeAll(async () => {
    server = await startServer({ services: made.services, port: 0, pages: somePages(), passwordCost: CHEAP, usersDir });
    const root = await administrator(server);
    cookie = root.cookie;
    job = ((await (await root.post('/api/v1/reports', {})).json()) as { id: string }).id;
    document = (await (await fetch(`${server.url}/api/v1/openapi.json`)).json()) as Document;
  });
  afterAll(() => server.close());

  const written = (path: string) => path.replaceAll(/:(\w+)/g, '{$1}');
  const [first] = [...made.services.plant.channels.values()].filter(({ read }) => read?.every !== undefined);
  let job = '';
  const example = (path: string, name: string): string =>
    path.includes('/balances/') ? 'water' : path.includes('/reports/') ? (name === 'id' ? job : 'report.html') : first!.id;
  const asked = (path: string) => server.url + path.replaceAll(/:(\w+)/g, (_, name: string) => example(path, name));
  const get = (url: string, headers: Record<string, string> = {}, signal: AbortSignal | null = null) =>
    fetch(url, { headers: { cookie, ...headers }, signal });
  const operationOf = (path: string) => document.paths[written(path)]!.get!;

  it('lists every route once, under an id of its own', () => {
    const listed = Object.entries(document.paths).flatMap(([path, methods]) => Object.keys(methods).map((method) => `${method} ${path}`));
    expect(document.openapi).toBe('3.1.0');
    expect(new Set(listed)).toEqual(new Set(routes.map(({ method, path }) => `${method.toLowerCase()} ${written(path)}`)));
    expect(listed).toHaveLength(routes.length);
    const ids = Object.values(document.paths).flatMap((methods) => Object.values(methods).map(({ operationId }) => operationId));
    expect(new Set(ids).size).toBe(ids.length);
  });

  const reading = routes.filter(({ method }) => method === 'GET').map(({ path }) => path);

  it.each(reading)('GET %s answers what the document says', async (path) => {
    const { content } = operationOf(path).responses[200]!;
    const ending = new AbortController();
    const answer = await get(asked(path), {}, ending.signal);
    expect(answer.status).toBe(200);
    const type = answer.headers.get('content-type')!.replace(/;.*/, '');
    // A route of files of several kinds says only that it answers bytes.
    if (!('application/octet-stream' in content)) expect(Object.keys(content)).toContain(type);
    if (type === 'application/json') {
      const schema = z.fromJSONSchema(content['application/json']!.schema as never);
      expect(schema.safeParse(await answer.json()).error).toBeUndefined();
    } else if (type === STREAMED) ending.abort();
    else expect((await answer.text()).length).toBeGreaterThan(0);
  });

  it('would notice an answer of another shape', () => {
    const schema = z.fromJSONSchema(operationOf('/api/v1/values').responses[200]!.content['application/json']!.schema as never);
    expect(schema.safeParse({ nowMs: 1, values: [{ channel: 'A' }] }).success).toBe(false);
    expect(schema.safeParse({ nowMs: 1, values: [] }).success).toBe(true);
  });

  it.each(reading)('GET %s: a table comes as CSV, workbook and Parquet, anything else refuses', async (path) => {
    const { content } = operationOf(path).responses[200]!;
    for (const [format, type] of Object.entries(FORMATS)) {
      const isTable = type in content && 'application/json' in content;
      const answer = await get(`${asked(path)}?format=${format}`);
      expect(answer.status).toBe(isTable ? 200 : 400);
      if (!isTable) continue;
      expect(answer.headers.get('content-type')).toContain(type);
      expect(Buffer.from(await answer.arrayBuffer()).toString('hex')).toMatch(new RegExp(`^${MAGIC[format]}`));
    }
  });

  it.each(reading.filter((path) => !path.endsWith('/events')))('GET %s: unchanged content is not sent twice', async (path) => {
    const first = await get(asked(path));
    const etag = first.headers.get('etag')!;
    expect(etag).toMatch(/^"[\w-]{22}"$/);
    const again = await get(asked(path), { 'if-none-match': `"other", ${etag}` });
    const changes = /\/(values|state|fleet|ledger\.xlsx|trail|trend|timeline|samples)$/.test(path) || path === '/metrics';
    // What tells the time may differ from one question to the next.
    expect(changes ? [200, 304] : [304]).toContain(again.status);
    if (again.status === 304) expect(await again.text()).toBe('');
    expect((await get(asked(path), { 'if-none-match': '"other"' })).status).toBe(200);
  });

  it('refuses what the schemas do not know, and names what is absent by a code only', async () => {
    expect((await get(`${server.url}/report?lang=fr`)).status).toBe(400);
    const absent = await get(`${server.url}/api/v1/balances/none/streams`);
    expect(absent.status).toBe(404);
    expect(await absent.json()).toEqual({ error: 'not-found' });
    expect(await (await fetch(`${server.url}/api/v1/none`)).json()).toEqual({ error: 'not-found' });
  });
});
