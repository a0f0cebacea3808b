import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { type RunningServer, startServer } from '../../dashboards/server/server.ts';
import { Sessions } from '../../dashboards/server/users/sessions.ts';
import { broken } from './broken.ts';
import { type Fixture, fixture, somePages } from './fixture.ts';
import { administrator, CHEAP, PASSWORD, type Person, send, user, visitor } from './people.ts';

describe('what is written through the server', () => {
  let made: Fixture;
  let server: RunningServer;
  let engineer: Person;
  let root: Person;
  const usersDir = mkdtempSync(join(tmpdir(), 'lh-users-'));
  beforeAll(async () => {
    made = await fixture();
    server = await startServer({ services: made.services, port: 0, pages: somePages(), passwordCost: CHEAP, usersDir });
    root = await administrator(server);
    engineer = await user(server, root, 'engineer', 'engineer');
  });
  afterAll(() => server.close());
  const file = async (): Promise<{ text: string; sha256: string }> =>
    (await (await engineer.get('/api/v1/plant-file')).json()) as { text: string; sha256: string };
  const onDisk = () => readFileSync(made.services.plant.path, 'utf8');

  it('saves a plant file that passes the check, keeps the one before, and not on top of another’s change', async () => {
    const { text, sha256 } = await file();
    const changed = `${text}\n# a remark\n`;
    expect((await engineer.post('/api/v1/plant-file', { text: changed, sha256 })).status).toBe(200);
    expect(onDisk()).toBe(changed);
    const kept = readdirSync(join(made.services.plant.dataDir, 'plant-files')).filter((name) => name.endsWith('.yaml'));
    expect(kept.map((name) => readFileSync(join(made.services.plant.dataDir, 'plant-files', name), 'utf8'))).toEqual([text]);
    const late = await engineer.post('/api/v1/plant-file', { text: `${text}# late`, sha256 });
    expect([late.status, await late.json()]).toEqual([409, { error: 'file-changed' }]);
    expect(onDisk()).toBe(changed);
  });

  it('writes nothing that does not pass the check, and says where it fails', async () => {
    const { text, sha256 } = await file();
    const answer = await engineer.post('/api/v1/plant-file', { text: 'units: []', sha256 });
    expect(answer.status).toBe(422);
    expect(((await answer.json()) as { faults: unknown[] }).faults).toEqual([expect.objectContaining({ place: 'plant.yaml:1:1' })]);
    expect(onDisk()).toBe(text);
  });

  it('signs a commissioning by name, which a visitor has none of', async () => {
    const body = { meter: 'FT-5001', face: 410_001, reading: 410_000.5 };
    const refused = await (await visitor(server)).post('/api/v1/commission', body);
    expect([refused.status, await refused.json()]).toEqual([403, { error: 'needs-a-name' }]);
    expect((await engineer.post('/api/v1/commission', { ...body, meter: 'none' })).status).toBe(404);
    expect((await engineer.post('/api/v1/commission', body)).status).toBe(200);
    const { meters } = parse(onDisk()) as { meters: { id: string; commissioned: unknown }[] };
    expect(meters.find(({ id }) => id === 'FT-5001')!.commissioned).toMatchObject({ by: 'engineer', face: 410_001, reading: 410_000.5 });
  });

  it('takes a ledger out and in again without a change, and no file that is too large or none', async () => {
    const workbook = new Uint8Array(await (await engineer.get('/api/v1/plant-file/ledger.xlsx')).arrayBuffer());
    const put = (body: Uint8Array<ArrayBuffer>) =>
      fetch(`${server.url}/api/v1/plant-file/ledger`, {
        method: 'POST',
        headers: { cookie: engineer.cookie, 'content-type': 'application/octet-stream', 'x-csrf-token': csrf },
        body,
      });
    const { csrf } = (await (await engineer.get('/api/v1/session')).json()) as { csrf: string };
    const { text, matched } = (await (await put(workbook)).json()) as { text: string; matched: number };
    expect(text).toBe(onDisk());
    expect(matched).toBe(made.services.plant.meters.size);
    const none = await put(new TextEncoder().encode('no workbook'));
    expect(none.status).toBe(422);
    const large = await put(new Uint8Array(9 << 20));
    expect([large.status, await large.json()]).toEqual([413, { error: 'too-large' }]);
  });

  it('pages through the readings of a channel without losing or repeating one', async () => {
    const channel = [...made.services.plant.channels.values()].find(({ read }) => read?.every !== undefined)!.id;
    const to = encodeURIComponent(new Date().toISOString());
    const from = encodeURIComponent(new Date(Date.now() - 10 * 3_600_000).toISOString());
    const times: number[] = [];
    let cursor: string | null = null;
    do {
      const path = `/api/v1/channels/${channel}/samples?from=${from}&to=${to}&limit=97${cursor === null ? '' : `&cursor=${cursor}`}`;
      const page = (await (await engineer.get(path)).json()) as { points: { timeMs: number[] }; next: string | null };
      times.push(...page.points.timeMs);
      cursor = page.next;
    } while (cursor !== null);
    const whole = (await (await engineer.get(`/api/v1/channels/${channel}/samples?from=${from}&to=${to}`)).json()) as {
      points: { timeMs: number[] };
    };
    expect(times.length).toBeGreaterThan(500);
    expect(times).toEqual(whole.points.timeMs);
  });

  it('says in the trend that an hour is missing and why, and never joins over it', async () => {
    const channel = [...made.services.plant.channels.values()].find(({ read }) => read?.every !== undefined)!.id;
    const from = encodeURIComponent(new Date(Date.now() - 72 * 3_600_000).toISOString());
    const trend = (await (await engineer.get(`/api/v1/channels/${channel}/trend?from=${from}&points=500`)).json()) as {
      raw: { value: (number | null)[] };
      gaps: { fromMs: number; toMs: number; reason: string }[];
      readings: number;
    };
    expect(trend.readings).toBeGreaterThan(trend.raw.value.length);
    expect(trend.raw.value).toContain(null);
    expect(trend.gaps).toContainEqual(expect.objectContaining({ reason: 'communication' }));
  });

  it('enters what is read, exported, tried and signed into the trail, a read once an hour', async () => {
    await engineer.get('/api/v1/values?format=xlsx');
    for (let n = 0; n < 3; n += 1) await engineer.get('/api/v1/sources');
    const { entries, intact } = (await (await root.get('/api/v1/trail?limit=10000')).json()) as {
      entries: { who: string; action: string; what: string }[];
      intact: boolean;
    };
    const of = (action: string, part: string) =>
      entries.filter((one) => one.who === 'engineer' && one.action === action && one.what.includes(part));
    expect(intact).toBe(true);
    expect(of('read', '/api/v1/sources')).toHaveLength(1);
    expect(of('exported', '/api/v1/values xlsx')).toHaveLength(1);
    expect(of('exported', 'ledger.xlsx').length).toBeGreaterThan(0);
    expect(of('commissioned', 'FT-5001')).toHaveLength(1);
    expect(of('plant-file-saved', '')).toHaveLength(1);
  });

  it('keeps sessions over a restart, in a file that lets nobody in', async () => {
    const { cookie } = engineer;
    const kept = readdirSync(usersDir).find((name) => name.startsWith('sessions-'))!;
    const text = readFileSync(join(usersDir, kept), 'utf8');
    expect(text).not.toContain(cookie.split('=')[1]);
    const { csrf } = (await (await engineer.get('/api/v1/session')).json()) as { csrf: string };
    expect(text).not.toContain(csrf);
    await server.close();
    server = await startServer({ services: made.services, port: 0, pages: somePages(), passwordCost: CHEAP, usersDir });
    const after = await fetch(`${server.url}/api/v1/session`, { headers: { cookie } });
    expect(await after.json()).toMatchObject({ state: 'signed-in', name: 'engineer', csrf });
    for (const digest of Object.keys(JSON.parse(text) as object)) {
      const forged = await fetch(`${server.url}/api/v1/plant`, { headers: { cookie: `${cookie.split('=')[0]}=${digest}` } });
      expect(forged.status).toBe(401);
    }
    expect((await send(server, '/api/v1/session', { name: 'engineer', password: PASSWORD })).status).toBe(200);
  });

  it('signs everyone out rather than guess at a damaged file of sessions', () => {
    const path = join(usersDir, 'sessions-damaged.json');
    writeFileSync(path, '{"half');
    expect(new Sessions(path).find('anything')).toBeNull();
  });
});

describe('what stands in the way of seeing what is', () => {
  it.each([
    ['store-away', { store: 'away' }],
    ['clock-wrong', { clock: 'wrong' }],
    ['source-dead', { sources: { online: 0, total: 1 } }],
  ] as const)('%s: the state says so', async (trouble, expected) => {
    const server = await startServer({
      services: await broken((await fixture()).services, trouble),
      port: 0,
      pages: somePages(),
      passwordCost: CHEAP,
    });
    const person = await visitor(server);
    expect(await (await person.get('/api/v1/state')).json()).toMatchObject(expected);
    if (trouble === 'store-away') {
      const values = await person.get('/api/v1/values');
      expect([values.status, await values.json()]).toEqual([503, { error: 'store-away' }]);
    }
    await server.close();
  });
});
