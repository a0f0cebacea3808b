import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningServer, startServer } from '../../dashboards/server/server.ts';
import { fixture, somePages } from './fixture.ts';
import { administrator, CHEAP, type Person, program, send, user, visitor } from './people.ts';

/**
 * Who gets what, written by hand: E engineer, U auditor, O officer, A administrator, V visitor of the simulated plant, X engineer of
 * another plant, b v s m o r programs with one scope each (balances, values, sources, metrics, oversight, reports), x a program of another plant with every
 * scope, - nobody. Whoever is not named is refused.
 */
const TABLE: Readonly<Record<string, string>> = {
  'GET /healthz': 'EUOAVXbvsmorx-',
  'GET /readyz': 'EUOAVXbvsmorx-',
  'GET /api/v1/openapi.json': 'EUOAVXbvsmorx-',
  'GET /metrics': 'EAVm',
  'GET /api/v1/plant': 'EUOAVb',
  'GET /api/v1/state': 'EUOAVb',
  'GET /api/v1/meters': 'EUOAVv',
  'GET /api/v1/meters/:id': 'EUOAVv',
  'GET /api/v1/channels/:id/trend': 'EUOAVv',
  'GET /api/v1/channels/:id/samples': 'EUOAVv',
  'GET /api/v1/channels/:id/frames': 'EUAVs',
  'GET /api/v1/windows': 'EUOAVb',
  'GET /api/v1/timeline': 'EUOAVb',
  'POST /api/v1/what-if': 'EUOAVb',
  'GET /api/v1/score-sheets': 'EUOAVb',
  'POST /api/v1/score-sheets/score': 'EUOAVb',
  'POST /api/v1/reports': 'EUOAVr',
  'GET /api/v1/reports': 'EUOAVr',
  'GET /api/v1/reports/:id/:name': 'EUOAVr',
  'GET /api/v1/fleet': 'EUOAVX',
  'GET /api/v1/oversight': 'EUOAVo',
  'GET /api/v1/duties': 'EUOAVo',
  'GET /api/v1/disclosure': 'EUOAVo',
  'GET /api/v1/options': 'EUOAVb',
  'GET /public': 'EUOAVXbvsmorx-',
  'GET /api/v1/bus': 'EUAVs',
  'GET /api/v1/plant-file': 'EAV',
  'POST /api/v1/plant-file/check': 'EAV',
  'POST /api/v1/plant-file': 'EAV',
  'GET /api/v1/plant-file/ledger.xlsx': 'EAV',
  'POST /api/v1/plant-file/ledger': 'EAV',
  'POST /api/v1/probe': 'EAV',
  'POST /api/v1/commission': 'EAV',
  'GET /api/v1/values': 'EUOAVv',
  'GET /api/v1/events': 'EUOAVv',
  'GET /api/v1/sources': 'EUAVs',
  'GET /api/v1/stores': 'EUAVs',
  'GET /api/v1/quarantine': 'EUAVs',
  'GET /api/v1/quarantine/records': 'EUAVs',
  'GET /api/v1/coverage': 'EUOAVb',
  'GET /api/v1/balances': 'EUOAVb',
  'GET /api/v1/losses': 'EUOAVb',
  'GET /api/v1/indicators': 'EUOAVb',
  'GET /api/v1/balances/:id/streams': 'EUOAVb',
  'GET /api/v1/balances/:id/diagram.svg': 'EUOAVb',
  'GET /report': 'EUOAVb',
  'GET /api/v1/session': 'EUOAVXbvsmorx-',
  'POST /api/v1/session': 'EUOAVXbvsmorx-',
  'POST /api/v1/session/link': 'EUOAVXbvsmorx-',
  'POST /api/v1/session/end': 'EUOAVX',
  'POST /api/v1/session/password': 'EUOAVX',
  'GET /api/v1/users': 'A',
  'POST /api/v1/users': 'A',
  'POST /api/v1/users/:name': 'A',
  'POST /api/v1/users/:name/link': 'A',
  'GET /api/v1/tokens': 'A',
  'POST /api/v1/tokens': 'A',
  'POST /api/v1/tokens/:id/revoke': 'A',
  'GET /api/v1/trail': 'A',
};
const EVERYONE = 'EUOAVXbvsmorx-';
const example = (path: string, name: string): string => {
  if (path.includes('/reports/')) return name === 'id' ? '00' : 'report.html';
  if (path.includes('/meters/') || path.includes('/channels/')) return 'FT-5001';
  return name === 'name' ? 'engineer' : 'water';
};
/** There is no report yet: whoever may have it learns that, in the words that are said to a stranger. */
const ABSENT = '/api/v1/reports/:id/:name';

const cases = Object.entries(TABLE).flatMap(([route, granted]) =>
  [...EVERYONE].map((who) => ({ route, who, method: route.split(' ')[0]!, path: route.split(' ')[1]!, granted })),
);

/** The refusal that each must get: nobody is asked to sign in, strangers to the plant learn nothing, the others are not granted it. */
function refusalFor(who: string, path: string): { status: number; error: string } {
  if (who === '-') return { status: 401, error: 'sign-in' };
  const ofPlant = !path.startsWith('/api/v1/session/') && path !== '/api/v1/fleet';
  if ('Xx'.includes(who) && ofPlant) return { status: 404, error: 'not-found' };
  return { status: 403, error: 'not-granted' };
}

describe('every route for everyone', () => {
  let server: RunningServer;
  const people = new Map<string, Person>();
  beforeAll(async () => {
    const { services } = await fixture();
    server = await startServer({ services, port: 0, pages: somePages(), passwordCost: CHEAP });
    const root = await administrator(server);
    people.set('A', root);
    people.set('V', await visitor(server));
    people.set('E', await user(server, root, 'engineer', 'engineer'));
    people.set('U', await user(server, root, 'auditor', 'auditor'));
    people.set('O', await user(server, root, 'officer', 'officer'));
    people.set('X', await user(server, root, 'stranger', 'engineer', ['elsewhere']));
    const scopes = { b: 'balances', v: 'values', s: 'sources', m: 'metrics', o: 'oversight', r: 'reports' };
    for (const [letter, scope] of Object.entries(scopes)) people.set(letter, await program(server, root, [scope]));
    people.set('x', await program(server, root, Object.values(scopes), ['elsewhere']));
    people.set('-', { cookie: '', get: (path) => fetch(server.url + path), post: (path, body) => send(server, path, body) });
  });
  afterAll(() => server.close());

  it('knows every route of the server', async () => {
    const document = (await (await fetch(`${server.url}/api/v1/openapi.json`)).json()) as {
      paths: Record<string, Record<string, unknown>>;
    };
    const served = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path.replaceAll(/\{(\w+)\}/g, ':$1')}`),
    );
    expect(new Set(served)).toEqual(new Set(Object.keys(TABLE)));
  });

  it.each(cases.filter(({ path, method }) => method === 'GET' || !path.match(/\/session(\/link)?$/)))('$route for $who', async (one) => {
    const path = one.path.replaceAll(/:(\w+)/g, (_, name: string) => example(one.path, name));
    const person = people.get(one.who)!;
    // A body that no route takes: who is let in gets 400 and nothing happens.
    const answer = one.method === 'GET' ? await person.get(path) : await person.post(path, { nothing: true });
    if (one.granted.includes(one.who)) expect(answer.status).toBe(one.path === ABSENT ? 404 : one.method === 'GET' ? 200 : 400);
    else {
      const { status, error } = refusalFor(one.who, path);
      expect(answer.status).toBe(status);
      expect(await answer.json()).toEqual({ error });
    }
    await answer.body?.cancel().catch(() => undefined);
  });

  it('tells a stranger to the plant the same as of a route that is none', async () => {
    const [own, none] = await Promise.all(['/api/v1/plant', '/api/v1/nothing'].map((path) => people.get('X')!.get(path)));
    expect([own!.status, await own!.text()]).toEqual([none!.status, await none!.text()]);
  });

  it('does nothing for a page of another site: without its word, from another origin, or as a form', async () => {
    const root = people.get('A')!;
    const body = { name: 'intruder', role: 'administrator', plants: '*' };
    expect((await root.post('/api/v1/users', body, {})).status).toBe(403);
    expect((await root.post('/api/v1/users', body, { 'x-csrf-token': 'guess' })).status).toBe(403);
    const origin = await send(server, '/api/v1/session', { name: 'root', password: 'x' }, { origin: 'https://evil.example' });
    expect(await origin.json()).toEqual({ error: 'other-origin' });
    const site = await send(server, '/api/v1/session', { name: 'root', password: 'x' }, { 'sec-fetch-site': 'cross-site' });
    expect(site.status).toBe(403);
    const form = await fetch(`${server.url}/api/v1/session`, {
      method: 'POST',
      body: new URLSearchParams({ name: 'root', password: 'x' }),
    });
    expect(form.status).toBe(415);
    const text = await fetch(`${server.url}/api/v1/session`, { method: 'POST', body: '{"name":"root","password":"x"}' });
    expect(text.status).toBe(415);
    expect(await (await root.get('/api/v1/users')).text()).not.toContain('intruder');
  });

  it('sends nothing to who is only able to guess a cookie or a token', async () => {
    const name = people.get('A')!.cookie.split('=')[0]!;
    expect((await fetch(`${server.url}/api/v1/plant`, { headers: { cookie: `${name}=guess` } })).status).toBe(401);
    expect((await fetch(`${server.url}/api/v1/plant`, { headers: { authorization: 'Bearer lh_guess' } })).status).toBe(401);
  });
});
