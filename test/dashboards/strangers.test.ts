import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningServer, startServer } from '../../dashboards/server/server.ts';
import type { Services } from '../../dashboards/server/services.ts';
import { fixture, PLANT_ID, somePages } from './fixture.ts';
import { administrator, type Person, program, user } from './people.ts';

const OTHER = 'other-plant';
const SCOPES = ['balances', 'values', 'sources', 'metrics', 'oversight', 'reports'];

/** Every way of asking for a plant: ids of it in the path, in the query, and as a table. */
const QUESTIONS = [
  '/api/v1/plant',
  '/api/v1/state',
  '/api/v1/values?format=csv',
  '/api/v1/values?format=xlsx',
  '/api/v1/meters/FT-5001',
  '/api/v1/channels/FT-5001/trend',
  '/api/v1/channels/FT-5001/samples?format=parquet',
  '/api/v1/channels/nothing/samples',
  '/api/v1/coverage',
  '/api/v1/balances?format=csv',
  '/api/v1/balances/water/streams',
  '/api/v1/balances/none/streams',
  '/api/v1/oversight',
  '/api/v1/duties',
  '/api/v1/disclosure',
  '/api/v1/reports',
  '/api/v1/reports/00/report.html',
  '/api/v1/plant-file',
  '/api/v1/plant-file/ledger.xlsx',
  '/api/v1/events',
  '/report',
  '/metrics',
];

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
    server = await startServer({ services: own.services, others: [watched], port: 0, pages: somePages() });
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

  it.each(QUESTIONS)('%s: a plant that is not granted and one that does not exist are answered alike', async (path) => {
    for (const person of [engineer, token]) {
      const answers = [];
      for (const plant of [OTHER, 'no-such-plant']) {
        const answer = await person.get(named(path, plant));
        const { date: _, ...headers } = Object.fromEntries(answer.headers);
        answers.push({ status: answer.status, headers, text: await answer.text() });
      }
      expect(answers[0]).toEqual(answers[1]);
      expect(answers[0]).toMatchObject({ status: 404, text: '{"error":"not-found"}' });
    }
    expect(touched).toEqual([]);
  });

  it.each(['/api/v1/what-if', '/api/v1/plant-file/check', '/api/v1/probe', '/api/v1/commission', '/api/v1/reports'])(
    'POST %s: the same, before anything of the body is looked at',
    async (path) => {
      const [there, nowhere] = await Promise.all(
        [OTHER, 'no-such-plant'].map((plant) => engineer.post(named(path, plant), { nothing: true })),
      );
      expect([there!.status, await there!.text()]).toEqual([nowhere!.status, await nowhere!.text()]);
      expect(there!.status).toBe(404);
      expect(touched).toEqual([]);
    },
  );

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
