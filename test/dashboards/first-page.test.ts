import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningServer, startServer } from '../../dashboards/server/server.ts';
import { type Fixture, fixture, PLANT_ID, somePages } from './fixture.ts';
import { administrator, CHEAP, type Person, user } from './people.ts';

const PLANT = `/api/v1/plant?plant=${PLANT_ID}`;
const STATE = `/api/v1/state?plant=${PLANT_ID}`;

/** What the page was sent with, by address. */
function earlyIn(html: string): Record<string, unknown> {
  const match = /<script type="application\/json" id="early">(.*?)<\/script>/s.exec(html);
  return JSON.parse(match![1]!) as Record<string, unknown>;
}

describe('the page as it is sent', () => {
  let server: RunningServer;
  let made: Fixture;
  let root: Person;
  beforeAll(async () => {
    made = await fixture();
    const other = await fixture('other-plant');
    server = await startServer({ services: made.services, others: [other.services], port: 0, pages: somePages(), passwordCost: CHEAP });
    root = await administrator(server);
  });
  afterAll(() => server.close());

  it('bears the answers to its first questions, as the API gives them', async () => {
    const answer = await root.get('/');
    expect(answer.headers.get('cache-control')).toBe('no-store');
    const early = earlyIn(await answer.text());
    expect(Object.keys(early)).toEqual(['/api/v1/session', PLANT, STATE]);
    expect(early['/api/v1/session']).toEqual(await (await root.get('/api/v1/session')).json());
    expect(early[PLANT]).toEqual(await (await root.get(PLANT)).json());
    expect(Object.keys(early[STATE] as object)).toEqual(Object.keys((await (await root.get(STATE)).json()) as object));
  });

  it('tells whoever is not signed in that they are not, and nothing else', async () => {
    const html = await (await fetch(server.url)).text();
    expect(earlyIn(html)).toEqual({ '/api/v1/session': expect.objectContaining({ state: 'signed-out', plants: [], csrf: null }) });
    expect(html).not.toContain(PLANT_ID);
  });

  it('tells a user of one plant nothing of another', async () => {
    const stranger = await user(server, root, 'stranger', 'engineer', ['other-plant']);
    const html = await (await stranger.get('/')).text();
    expect(Object.keys(earlyIn(html))).toEqual(['/api/v1/session', '/api/v1/plant?plant=other-plant', '/api/v1/state?plant=other-plant']);
    expect(html).not.toContain(PLANT_ID);
  });

  it('bears a plant’s name as text, whatever stands in it', async () => {
    const name = '</script><!-- <script>alert(1)</script> $& $1';
    const { plant } = made.services;
    const file = { ...plant.file, plant: { ...plant.file.plant, name } };
    const named = await startServer({
      services: { ...made.services, plant: { ...plant, file } },
      port: 0,
      pages: somePages(),
      usersDir: `${plant.dataDir}/named`,
    });
    const html = await (await (await administrator(named)).get('/')).text();
    await named.close();
    expect(html.match(/<\/?script/g)).toEqual(['<script', '</script']);
    expect((earlyIn(html)[PLANT] as { name: string }).name).toBe(name);
  });
});
