import { mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type RunningServer, startServer } from '../../dashboards/server/server.ts';
import { Buckets, Lockout } from '../../dashboards/server/users/limits.ts';
import { hashOf, isAcceptable, matches } from '../../dashboards/server/users/password.ts';
import { Trail } from '../../dashboards/server/users/trail.ts';
import { openUsers } from '../../dashboards/server/users/users.ts';
import { fixture, somePages } from './fixture.ts';
import { administrator, CHEAP, enter, PASSWORD, type Person, program, secretOf, send, user, visitor } from './people.ts';

const folder = (): string => mkdtempSync(join(tmpdir(), 'lh-users-'));
const state = async (server: RunningServer): Promise<unknown> =>
  ((await (await fetch(`${server.url}/api/v1/session`)).json()) as { state: string }).state;

describe('users', () => {
  let server: RunningServer;
  let usersDir: string;
  /** The administrator, who signs in once: an address may try twenty passwords at once and no more. */
  let root: Person;
  const start = async (): Promise<void> => {
    const { services } = await fixture();
    usersDir = folder();
    server = await startServer({ services, port: 0, pages: somePages(), passwordCost: CHEAP, usersDir });
  };
  const signIn = (name: string, password: string) => send(server, '/api/v1/session', { name, password });
  beforeAll(start);
  afterAll(() => server.close());

  it('has no default password: before the link was used nobody signs in', async () => {
    expect(await state(server)).toBe('set-up');
    for (const [name, password] of [
      ['admin', 'admin'],
      ['admin', '0000'],
      ['root', ''],
      ['administrator', 'password'],
    ]) {
      expect([400, 401]).toContain((await signIn(name!, password!)).status);
    }
    expect(readdirSync(usersDir)).not.toContain('users.json');
  });

  it('makes the first administrator by a link that works once and asks for a good password', async () => {
    const link = secretOf((await server.setUpLink())!);
    const other = secretOf((await server.setUpLink())!);
    const open = (given: object) => send(server, '/api/v1/session/link', { link, ...given });
    expect(await (await open({})).json()).toEqual({ needs: 'name-and-password', name: null });
    for (const password of ['short', 'aaaaaaaaaaaa', 'my name is root!']) expect((await open({ name: 'root', password })).status).toBe(400);
    const opened = await open({ name: 'Root', password: PASSWORD });
    expect(opened.status).toBe(200);
    expect(opened.headers.get('set-cookie')).toMatch(
      /^liangheng-yunnan-phosphate=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Max-Age=\d+$/,
    );
    expect((await open({ name: 'second', password: PASSWORD })).status).toBe(410);
    expect((await send(server, '/api/v1/session/link', { link: other, name: 'second', password: PASSWORD })).status).toBe(410);
    expect(await server.setUpLink()).toBeNull();
    expect(await state(server)).toBe('signed-out');
  });

  it('keeps no password, link or token, only digests, in a file that is its owner’s alone', async () => {
    root = await enter(server, await signIn('root', PASSWORD));
    const { secret } = (await (await root.post('/api/v1/users', { name: 'kept', role: 'auditor', plants: '*' })).json()) as {
      secret: string;
    };
    const token = (
      (await (await root.post('/api/v1/tokens', { name: 'tt', scopes: ['values'], plants: '*', days: 1 })).json()) as { secret: string }
    ).secret;
    const text = readFileSync(join(usersDir, 'users.json'), 'utf8');
    for (const hidden of [PASSWORD, secret, token, root.cookie.split('=')[1]!]) expect(text).not.toContain(hidden);
    expect(statSync(join(usersDir, 'users.json')).mode & 0o777).toBe(0o600);
  });

  it('ends a user’s sessions when what they may do changes, and lets nobody in who is disabled', async () => {
    const engineer = await user(server, root, '王工', 'engineer');
    expect((await engineer.get('/api/v1/sources')).status).toBe(200);
    expect((await root.post(`/api/v1/users/${encodeURIComponent('王工')}`, { role: 'officer' })).status).toBe(200);
    expect((await engineer.get('/api/v1/sources')).status).toBe(401);
    const officer = await enter(server, await signIn('王工', PASSWORD));
    expect((await officer.get('/api/v1/sources')).status).toBe(403);
    await root.post(`/api/v1/users/${encodeURIComponent('王工')}`, { disabled: true });
    expect((await officer.get('/api/v1/plant')).status).toBe(401);
    expect((await signIn('王工', PASSWORD)).status).toBe(401);
  });

  it('changes a password, ends the other sessions, and signs out', async () => {
    const first = await user(server, root, 'changer', 'auditor');
    const second = await enter(server, await signIn('changer', PASSWORD));
    const changed = 'another good one 9';
    expect((await first.post('/api/v1/session/password', { old: 'wrong', password: changed })).status).toBe(403);
    expect((await first.post('/api/v1/session/password', { old: PASSWORD, password: changed })).status).toBe(200);
    expect((await first.get('/api/v1/plant')).status).toBe(200);
    expect((await second.get('/api/v1/plant')).status).toBe(401);
    expect((await signIn('changer', PASSWORD)).status).toBe(401);
    await first.post('/api/v1/session/end', {});
    expect((await first.get('/api/v1/plant')).status).toBe(401);
  });

  it('keeps one administrator, refuses a name twice, and ends a token that is revoked', async () => {
    expect(await (await root.post('/api/v1/users/root', { role: 'engineer' })).json()).toEqual({ error: 'last-administrator' });
    expect((await root.post('/api/v1/users/root', { disabled: true })).status).toBe(409);
    expect((await root.post('/api/v1/users', { name: 'ROOT', role: 'engineer', plants: [] })).status).toBe(409);
    const watcher = await program(server, root, ['metrics']);
    expect((await watcher.get('/metrics')).status).toBe(200);
    const { tokens } = (await (await root.get('/api/v1/tokens')).json()) as { tokens: { id: string; scopes: string[] }[] };
    await root.post(`/api/v1/tokens/${tokens.find(({ scopes }) => scopes.includes('metrics'))!.id}/revoke`, {});
    expect((await watcher.get('/metrics')).status).toBe(401);
  });

  it('tells what was done in a trail that shows its own damage', async () => {
    const trail = async () =>
      (await (await root.get('/api/v1/trail?limit=10000')).json()) as { entries: { action: string }[]; intact: boolean };
    const { entries, intact } = await trail();
    expect(intact).toBe(true);
    const done = new Set(entries.map(({ action }) => action));
    for (const action of [
      'set-up',
      'signed-in',
      'sign-in-refused',
      'user-added',
      'user-changed',
      'password-set',
      'token-made',
      'token-revoked',
      'signed-out',
    ])
      expect(done).toContain(action);
    const path = join(usersDir, 'trail.jsonl');
    const text = readFileSync(path, 'utf8');
    expect(text).not.toContain(PASSWORD);
    writeFileSync(path, text.replace('"action":"user-added"', '"action":"user-addeD"'));
    expect((await trail()).intact).toBe(false);
    writeFileSync(path, text);
  });

  it('locks a name after five wrong passwords, one that nobody has too, and says the same of both', async () => {
    await server.close();
    await start();
    root = await administrator(server);
    await user(server, root, 'target', 'engineer');
    for (const name of ['target', 'nobody']) {
      const seen: string[] = [];
      for (let i = 0; i < 6; i += 1) {
        const answer = await signIn(name, i === 5 ? PASSWORD : 'wrong');
        seen.push(`${answer.status} ${((await answer.json()) as { error: string }).error}`);
      }
      expect(seen).toEqual([...Array<string>(5).fill('401 wrong-credentials'), '429 locked']);
    }
    const many = await Promise.all(Array.from({ length: 60 }, (_, i) => signIn(`n${i}`, 'wrong')));
    const said = await Promise.all(many.map(async (answer) => ((await answer.json()) as { error: string }).error));
    expect(said).toContain('too-many');
    expect((await root.get('/api/v1/plant')).status).toBe(200);
  });

  it('lets a visitor of a simulated plant in once by each link, to look and nothing else', async () => {
    await server.close();
    await start();
    const link = secretOf(server.visitLink());
    let used = 0;
    server.onVisit(() => {
      used += 1;
    });
    expect((await send(server, '/api/v1/session/link', { link })).status).toBe(200);
    expect((await send(server, '/api/v1/session/link', { link })).status).toBe(410);
    expect(used).toBe(1);
    const guest = await visitor(server);
    expect((await guest.get('/api/v1/balances')).status).toBe(200);
    expect((await guest.get('/api/v1/users')).status).toBe(403);
    expect((await guest.post('/api/v1/session/password', { old: 'x', password: PASSWORD })).status).toBe(403);
    expect(await state(server)).toBe('set-up');
    const { services } = await fixture();
    const real = await startServer({
      services: { ...services, plant: { ...services.plant, simulated: false } },
      port: 0,
      pages: somePages(),
    });
    expect(() => real.visitLink()).toThrow();
    await real.close();
  });

  it('lets nobody in on a users’ file that it cannot understand', async () => {
    const dir = folder();
    writeFileSync(join(dir, 'users.json'), '{"version":1,"users":[{"name":"x"');
    await expect(openUsers(dir, 'one')).rejects.toMatchObject({ code: 'users.unreadable' });
  });
});

describe('passwords, limits and the trail by themselves', () => {
  it('matches the password and no other, whatever its letters', async () => {
    const kept = await hashOf('ｐａｓｓ word 一二三', CHEAP);
    expect(await matches('pass word 一二三', kept)).toBe(true);
    expect(await matches('pass word 一二四', kept)).toBe(false);
    expect(await matches('', null, CHEAP)).toBe(false);
    expect((await hashOf('same', CHEAP)).hash).not.toBe((await hashOf('same', CHEAP)).hash);
  });

  it('keeps a password at full cost where nothing else is said, and takes one that was kept at another', async () => {
    const dir = folder();
    const users = await openUsers(dir, 'one');
    await users.openLink(users.newLink('set-up'), { name: 'root', password: PASSWORD }, 'here');
    expect((await users.book.read()).users[0]!.password).toMatchObject({ n: 2 ** 15, r: 8, p: 3 });
    const cheaper = await openUsers(dir, 'two', CHEAP);
    expect(await cheaper.signIn('root', PASSWORD, 'here')).toMatch(/^[\w-]{43}$/);
  });

  it('takes no password shorter than ten, of few letters, or with the name in it', () => {
    fc.assert(fc.property(fc.string({ maxLength: 9 }), (text) => !isAcceptable(text, 'name')));
    expect(isAcceptable('abcabcabcabcabc', 'name')).toBe(false);
    expect(isAcceptable('my Name is long', 'name')).toBe(false);
    expect(isAcceptable('my word is long', 'name')).toBe(true);
  });

  it('never lets more through than burst and rate allow', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 5000 }), { maxLength: 200 }), (gaps) => {
        const buckets = new Buckets(10, 2);
        let nowMs = 0;
        let taken = 0;
        for (const gap of gaps) {
          nowMs += gap;
          if (buckets.take('a', nowMs)) taken += 1;
        }
        return taken <= 10 + (nowMs / 1000) * 2;
      }),
    );
  });

  it('shuts nobody out, and lets nobody in, when the clock of the machine is set back or forward', () => {
    const [buckets, lockout] = [new Buckets(3, 1 / 3600), new Lockout()];
    for (let i = 0; i < 5; i += 1) lockout.failed('a');
    const clock = vi.spyOn(Date, 'now');
    try {
      for (const hours of [-1, 1]) {
        clock.mockReturnValue(Date.UTC(2026, 0, 1) + hours * 3_600_000);
        expect(buckets.take('b')).toBe(true);
        expect(lockout.lockedFor('a')).toBeGreaterThan(0);
        expect(lockout.lockedFor('a')).toBeLessThanOrEqual(60_000);
      }
      expect([buckets.take('b'), buckets.take('b')]).toEqual([true, false]);
    } finally {
      clock.mockRestore();
    }
  });

  it('locks for a minute, then for twice as long each time, an hour at most, and forgets at success', () => {
    const lockout = new Lockout();
    const locks = Array.from({ length: 14 }, () => {
      lockout.failed('a', 0);
      return lockout.lockedFor('a', 0) / 60_000;
    });
    expect(locks).toEqual([0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 60, 60, 60, 60]);
    expect(lockout.lockedFor('b', 0)).toBe(0);
    lockout.succeeded('a');
    expect(lockout.lockedFor('a', 0)).toBe(0);
  });

  it('shows a trail’s line changed, taken out, doubled, moved or torn', async () => {
    const path = join(folder(), 'trail.jsonl');
    const trail = new Trail(path);
    await Promise.all(['a', 'b', 'c', 'd'].map((who) => trail.add({ who, action: 'x', what: '', from: '' })));
    const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
    expect((await trail.read(2)).entries.map(({ who }) => who)).toEqual(['c', 'd']);
    const harmed: string[][] = [
      lines.with(1, lines[1]!.replace('"b"', '"z"')),
      lines.toSpliced(1, 1),
      lines.toSpliced(1, 0, lines[1]!),
      [lines[1]!, lines[0]!, ...lines.slice(2)],
      lines.with(3, lines[3]!.slice(0, 40)),
    ];
    for (const each of harmed) {
      writeFileSync(path, `${each.join('\n')}\n`);
      expect((await trail.read(10)).intact).toBe(false);
    }
    writeFileSync(path, lines.join('\n').slice(0, -20));
    await trail.add({ who: 'e', action: 'x', what: '', from: '' });
    expect((await trail.read(10)).entries.at(-1)).toMatchObject({ who: 'e', seq: 4 });
    expect((await trail.read(10)).intact).toBe(false);
  });
});
