import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { request as secureRequest } from 'node:https';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningServer, startServer } from '../../dashboards/server/server.ts';
import { type Fixture, fixture, somePages } from './fixture.ts';
import { administrator, CHEAP, type Person, visitor } from './people.ts';

describe('the server', () => {
  let server: RunningServer;
  let made: Fixture;
  let person: Person;
  beforeAll(async () => {
    made = await fixture();
    server = await startServer({ services: made.services, port: 0, pages: somePages(), passwordCost: CHEAP });
    person = await visitor(server);
  });
  afterAll(() => server.close());

  const get = (path: string) => person.get(path);
  /** `fetch` sets Host by itself, so a forged one needs a plain request. */
  const statusFor = (host: string, method = 'GET') =>
    new Promise<number>((resolve, reject) => {
      const { hostname, port } = new URL(server.url);
      request({ hostname, port, path: '/healthz', method, headers: { host } }, (answer) => {
        answer.resume();
        resolve(answer.statusCode!);
      })
        .once('error', reject)
        .end();
    });

  it.each(['/healthz', '/api/v1/plant', '/api/v1/values', '/api/v1/sources', '/api/v1/coverage', '/api/v1/balances'])(
    '%s answers JSON',
    async (path) => {
      const answer = await get(path);
      expect(answer.status).toBe(200);
      expect(answer.headers.get('content-type')).toContain('application/json');
      expect(answer.headers.get('access-control-allow-origin')).toBeNull();
      expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
      await answer.json();
    },
  );

  it('gives each channel its newest sample, and null where there is none', async () => {
    const { values } = (await (await get('/api/v1/values')).json()) as { values: { sample: { value: number } | null }[] };
    expect(values.length).toBe(made.services.plant.channels.size);
    expect(values.filter((row) => row.sample !== null).length).toBe(3);
  });

  it('draws the diagram of a balance and knows no other', async () => {
    const svg = await (await get('/api/v1/balances/water/diagram.svg')).text();
    expect(svg).toContain('<svg');
    expect(svg).toContain('取水');
    expect(await (await get('/api/v1/balances/water/diagram.svg?lang=en')).text()).toContain('Intake');
    expect((await get('/api/v1/balances/nothing/diagram.svg')).status).toBe(404);
  });

  it('serves the report and the pages', async () => {
    expect(await (await get('/report?lang=en')).text()).toContain('<title>en</title>');
    expect(await (await get('/')).text()).toContain('<title>pages</title>');
    expect((await get('/../package.json')).status).toBe(404);
    expect((await get('/%2e%2e/package.json')).status).not.toBe(200);
  });

  it('sends live values as events', async () => {
    const events = await get('/api/v1/events');
    const reader = events.body!.pipeThrough(new TextDecoderStream()).getReader();
    const channel = [...made.services.plant.channels.keys()][0]!;
    made.emit([{ channel, timeMs: 5, value: 42, quality: 'good', reason: 'none', origin: 'device', raw: null }]);
    let text = '';
    while (!text.includes('event: values')) text += (await reader.read()).value;
    expect(text).toContain(`"${channel}":{"timeMs":5,"value":42`);
    await reader.cancel();
  });

  it('answers to no other name than this machine’s, and to no other methods', async () => {
    expect(await statusFor('evil.example')).toBe(421);
    expect(await statusFor('localhost')).toBe(200);
    expect(await statusFor('127.0.0.1', 'PUT')).toBe(405);
    expect(await statusFor('127.0.0.1', 'DELETE')).toBe(405);
  });

  it('refuses to listen beyond the loopback address, a taken port and missing pages, in words', async () => {
    const { services } = made;
    await expect(startServer({ services, host: '0.0.0.0', port: 0, pages: somePages() })).rejects.toMatchObject({
      code: 'server.not-loopback',
    });
    await expect(startServer({ services, host: '0.0.0.0', port: 0, pages: somePages(), tls: certificate() })).rejects.toMatchObject({
      code: 'server.no-administrator',
    });
    await expect(startServer({ services, port: 0, pages: somePages(), tls: { cert: 'no', key: 'no' } })).rejects.toMatchObject({
      code: 'server.tls',
    });
    await expect(startServer({ services, port: Number(new URL(server.url).port), pages: somePages() })).rejects.toMatchObject({
      code: 'server.port',
    });
    await expect(startServer({ services, port: 0, pages: '/nonexistent' })).rejects.toMatchObject({ code: 'server.no-pages' });
  });

  it('listens beyond the loopback address over TLS once there is an administrator, under its certificate’s names alone', async () => {
    const { services } = await fixture();
    const first = await startServer({ services, port: 0, pages: somePages() });
    await administrator(first);
    await first.close();
    const tls = certificate();
    const open = await startServer({ services, host: '0.0.0.0', port: 0, pages: somePages(), passwordCost: CHEAP, tls });
    const port = new URL(open.url).port;
    const ask = (host: string, path: string) =>
      new Promise<{ status: number; headers: Record<string, unknown> }>((resolve, reject) => {
        secureRequest({ hostname: '127.0.0.1', port, path, ca: tls.cert, servername: 'balance.test', headers: { host } }, (answer) => {
          answer.resume();
          resolve({ status: answer.statusCode!, headers: answer.headers });
        })
          .once('error', reject)
          .end();
      });
    const { status, headers } = await ask('balance.test', '/healthz');
    expect(status).toBe(200);
    expect(headers['strict-transport-security']).toContain('max-age');
    expect((await ask('evil.example', '/healthz')).status).toBe(421);
    expect((await ask('balance.test', '/api/v1/plant')).status).toBe(401);
    await expect(fetch(`http://127.0.0.1:${port}/healthz`)).rejects.toThrow();
    await open.close();
  });
});

/** A certificate for balance.test that nobody trusts, with its key. */
function certificate(): { cert: string; key: string } {
  const read = (name: string): string => readFileSync(join('test', 'cases', 'server-tls', name), 'utf8');
  return { cert: read('cert.pem'), key: read('key.pem') };
}
