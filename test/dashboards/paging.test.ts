import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TrendDocument } from '../../dashboards/server/documents/readings.ts';
import type { TrailDocument } from '../../dashboards/server/documents/users.ts';
import { pageOf } from '../../dashboards/server/page.ts';
import { type RunningServer, startServer } from '../../dashboards/server/server.ts';
import { type Fixture, fixture, somePages } from './fixture.ts';
import { administrator, CHEAP, type Person } from './people.ts';

const byText = (a: string, b: string): number => (a < b ? -1 : Number(a > b));

/** Walks a list to its end, with `limit` on a page. */
async function walked<D extends { readonly next: string | null }>(person: Person, path: string, limit: number): Promise<D[]> {
  const pages: D[] = [];
  let cursor: string | null = null;
  do {
    const answer = await person.get(`${path}?limit=${limit}${cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`}`);
    expect(answer.status).toBe(200);
    const page = (await answer.json()) as D;
    pages.push(page);
    cursor = page.next;
  } while (cursor !== null);
  return pages;
}

describe('lists that grow, page by page', () => {
  let server: RunningServer;
  let root: Person;
  let made: Fixture;
  beforeAll(async () => {
    made = await fixture();
    server = await startServer({ services: made.services, port: 0, pages: somePages(), passwordCost: CHEAP });
    root = await administrator(server);
  });
  afterAll(() => server.close());

  it('gives each entry once, whatever is added meanwhile', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.integer({ min: 0, max: 999 }), { minLength: 1 }),
        fc.array(fc.integer({ min: 1000, max: 1999 })),
        fc.integer({ min: 1, max: 7 }),
        (old, added, limit) => {
          const key = (n: number) => String(n).padStart(4, '0');
          const list = old.toSorted((a, b) => b - a);
          const seen: number[] = [];
          let cursor: string | undefined;
          for (let turn = 0; ; turn += 1) {
            const now = [...added.slice(0, turn).toSorted((a, b) => b - a), ...list];
            const { page, next } = pageOf(turn === 0 ? list : now, key, { cursor, limit });
            seen.push(...page);
            if (next === null) break;
            cursor = next;
          }
          expect(seen).toEqual(list);
        },
      ),
    );
  });

  it('the trail: every entry to the first, oldest last', async () => {
    for (let n = 0; n < 12; n += 1) {
      const user = { name: `user-${n}`, role: 'auditor', plants: '*' };
      expect((await root.post('/api/v1/users', user)).status).toBe(200);
    }
    const pages = await walked<TrailDocument>(root, '/api/v1/trail', 5);
    const seqs = pages.flatMap(({ entries }) => entries.map(({ seq }) => seq).reverse());
    expect(seqs.length).toBeGreaterThan(12);
    expect(seqs).toEqual(Array.from({ length: seqs[0]! }, (_, index) => seqs[0]! - index));
    expect((await root.get('/api/v1/trail?cursor=x')).status).toBe(400);
  });

  it('users and tokens: each once, newest first', async () => {
    for (let n = 0; n < 5; n += 1) {
      const token = { name: `program-${n}`, scopes: ['metrics'], plants: '*', days: 1 };
      expect((await root.post('/api/v1/tokens', token)).status).toBe(200);
    }
    const tokens = await walked<{ tokens: { name: string; createdMs: number }[]; next: string | null }>(root, '/api/v1/tokens', 2);
    expect(tokens.map((page) => page.tokens.length)).toEqual([2, 2, 1]);
    const made = tokens.flatMap((page) => page.tokens);
    expect(made.map(({ name }) => name).toSorted()).toEqual(['program-0', 'program-1', 'program-2', 'program-3', 'program-4']);
    expect(made).toEqual(made.toSorted((a, b) => b.createdMs - a.createdMs));
    const users = await walked<{ users: { name: string }[]; next: string | null }>(root, '/api/v1/users', 5);
    const names = users.flatMap((page) => page.users.map(({ name }) => name));
    expect(names.toSorted()).toEqual(['root', ...Array.from({ length: 12 }, (_, n) => `user-${n}`)].toSorted());
    expect(names.at(-1)).toBe('root');
  });

  it('reports and windows: each once, newest first', async () => {
    const { dataDir } = made.services.plant;
    for (let day = 10; day < 17; day += 1)
      mkdirSync(join(dataDir, 'balances', `202611${day}T000000+0800_202611${day + 3}T000000+0800`), { recursive: true });
    const windows = await walked<{ windows: { from: string }[]; next: string | null }>(root, '/api/v1/windows', 3);
    expect(windows.map((page) => page.windows.length)).toEqual([3, 3, 1]);
    const days = windows.flatMap((page) => page.windows.map(({ from }) => Number(from.slice(8, 10))));
    expect(days).toEqual([16, 15, 14, 13, 12, 11, 10]);
    const ids: string[] = [];
    for (let n = 0; n < 3; n += 1) {
      // Enough are being written at once: the next is asked for until there is room.
      await expect
        .poll(
          async () => {
            const answer = await root.post('/api/v1/reports', {});
            if (answer.status === 200) ids.push(((await answer.json()) as { id: string }).id);
            return answer.status;
          },
          { timeout: 60_000 },
        )
        .toBe(200);
    }
    const reports = await walked<{ reports: { id: string }[]; next: string | null }>(root, '/api/v1/reports', 2);
    expect(reports.flatMap((page) => page.reports.map(({ id }) => id)).toSorted(byText)).toEqual(ids.toSorted(byText));
  });

  it('a channel: what was due is good, suspect, missing by reason or unaccounted for, to the last one', async () => {
    const [channel] = [...made.services.plant.channels.values()].filter(({ read }) => read?.every !== undefined);
    const { account } = (await (await root.get(`/api/v1/channels/${channel!.id}/trend`)).json()) as TrendDocument;
    const missing = Object.values(account!.missing).reduce((sum, n) => sum + n, 0);
    expect(account!.expected).toBeGreaterThan(0);
    expect(account!.good + account!.suspect + missing + account!.unaccounted).toBe(account!.expected);
    expect((account!.toMs - account!.fromMs) % 3_600_000).toBe(0);
  });
});
