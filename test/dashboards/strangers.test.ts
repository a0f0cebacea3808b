import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningServer, startServer } from '../../dashboards/server/server.ts';
import type { Services } from '../../dashboards/server/services.ts';
import { fixture, PLANT_ID, somePages } from './fixture.ts';
import { administrator, CHEAP, type Person, program, user } from './people.ts';

const OTHER = 'other-plant';
const SCOPES = ['balances', 'values', 'sources', 'metrics', 'oversight', 'reports'];

/** Routes that are about no plant, or about all that the caller is granted: every other one takes a plant, and is tried below. */
const OF_NO_PLANT = [
  'GET /healthz',
  'GET /readyz',
  'GET /public',
  'GET /api/v1/openapi.json',
  'GET /api/v1/fleet',
  'GET /api/v1/session',
  'POST /api/v1/session',
  'POST /api/v1/session/link',
  'POST /api/v1/session/end',
  'POST /api/v1/session/password',
  'GET /api/v1/users',
  'POST /api/v1/users',
  'POST /api/v1/users/{name}',
  'POST /api/v1/users/{name}/link',
  'GET /api/v1/tokens',
  'POST /api/v1/tokens',
  'POST /api/v1/tokens/{id}/revoke',
  'GET /api/v1/trail',
];
/** Ids that the other plant has, and one that none has. */
const IDS: Readonly<Record<string, readonly string[]>> = { balances: ['water', 'none'], reports: ['00'] };
const METERS = ['FT-5001', 'nothing'];

interface Operation {
  readonly parameters?: readonly { readonly name: string; readonly schema: { readonly enum?: readonly string[] } }[];
}
interface Question {
  readonly method: string;
  readonly path: string;
}

/** Every way of asking for a plant that the server's own document knows: each route with each id, and as each kind of file. */
function questionsOf(paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>): { asked: Question[]; others: string[] } {
  const [asked, others]: [Question[], string[]] = [[], []];
  for (const [path, methods] of Object.entries(paths))
    for (const [method, { parameters = [] }] of Object.entries(methods)) {
      if (!parameters.some(({ name }) => name === 'plant')) {
        others.push(`${method.toUpperCase()} ${path}`);
        continue;
      }
      const formats = parameters.find(({ name }) => name === 'format')?.schema.enum ?? [''];
      const ids = path.includes('{id}') ? (IDS[path.split('/')[3]!] ?? METERS) : [''];
      for (const id of ids)
        for (const format of formats) {
          const named = path.replace('{id}', id).replace('{name}', 'report.html');
          asked.push({ method: method.toUpperCase(), path: format === '' ? named : `${named}?format=${format}` });
        }
    }
  return { asked, others };
}

describe('a server of two plants, and someone who is granted one', () => {
  let server: RunningServer;
  let engineer: Person;
  let token: Person;
  /** What was asked of the other plant's services: nothing, whoever of the first one asks what. */
  const touched: string[] = [];

  beforeAll(async () => {
    const [own, other] = [await fixture(), await fixture(OTHER)];
    const watched = new Proxy(other.services, {
      get(target, key: keyof Services) {
        if (key !== 'plant' && key !== 'published') touched.push(key);
        return target[key];
      },
    });
    server = await startServer({ services: own.services, others: [watched], port: 0, pages: somePages(), passwordCost: CHEAP });
    const root = await administrator(server);
    engineer = await user(server, root, 'engineer', 'engineer', [PLANT_ID]);
    token = await program(server, root, SCOPES, [PLANT_ID]);
    const both = await user(server, root, 'bureau', 'officer', [PLANT_ID, OTHER]);
    expect((await (await both.get('/api/v1/fleet')).json()) as unknown[]).toHaveLength(2);
    expect((await both.get(`/api/v1/plant?plant=${OTHER}`)).status).toBe(200);
    touched.length = 0;
  });
  afterAll(() => server.close());

  const named = (path: string, plant: string) => `${path}${path.includes('?') ? '&' : '?'}plant=${plant}`;

  it('answers of a plant that is not granted as of one that does not exist: every route, method, id and format', async () => {
    const { paths } = (await (await engineer.get('/api/v1/openapi.json')).json()) as { paths: Parameters<typeof questionsOf>[0] };
    const { asked, others } = questionsOf(paths);
    expect(new Set(others)).toEqual(new Set(OF_NO_PLANT));
    expect(asked.length).toBeGreaterThan(60);
    for (const { method, path } of asked) {
      for (const person of method === 'GET' ? [engineer, token] : [engineer]) {
        const answers = [];
        for (const plant of [OTHER, 'no-such-plant']) {
          const url = named(path, plant);
          // A body that no route takes: nothing of it is looked at.
          const answer = method === 'GET' ? await person.get(url) : await person.post(url, { nothing: true });
          const { date: _, ...headers } = Object.fromEntries(answer.headers);
          answers.push({ status: answer.status, headers, text: await answer.text() });
        }
        expect(answers[0], `${method} ${path}`).toEqual(answers[1]);
        expect(answers[0], `${method} ${path}`).toMatchObject({ status: 404, text: '{"error":"not-found"}' });
      }
    }
    expect(touched).toEqual([]);
  }, 120_000);

  it('lists and counts no plant but those that are granted, in document, table and session, and asks the others nothing', async () => {
    for (const path of ['/api/v1/fleet', '/api/v1/fleet?format=csv', '/api/v1/session', '/api/v1/openapi.json', '/public', '/healthz']) {
      const text = await (await engineer.get(path)).text();
      expect(text).not.toContain(OTHER);
    }
    expect(touched).toEqual([]);
  });

  it('does not say to someone who is nobody whether there is a plant', async () => {
    const texts = await Promise.all(
      [PLANT_ID, OTHER, 'no-such-plant'].map(async (plant) => {
        const answer = await fetch(`${server.url}/api/v1/session?plant=${plant}`);
        const plantAnswer = await fetch(`${server.url}/api/v1/plant?plant=${plant}`);
        return [answer.status, await answer.text(), plantAnswer.status, await plantAnswer.text()];
      }),
    );
    expect(new Set(texts.map((one) => JSON.stringify(one))).size).toBe(1);
  });

  it('would notice a question that reaches the other plant', async () => {
    const root = (await user(server, await enterRoot(), 'root-two', 'administrator', '*')) as Person;
    expect((await root.get(`/api/v1/values?plant=${OTHER}`)).status).toBe(200);
    expect(touched).toContain('latest');
    touched.length = 0;
  });
  const enterRoot = async (): Promise<Person> => {
    const { enter, PASSWORD, send } = await import('./people.ts');
    return enter(server, await send(server, '/api/v1/session', { name: 'root', password: PASSWORD }));
  };
});
