import { afterEach, beforeEach, expect, it, vi } from 'vitest';

/** When the page began to come, and what the clock of the page says, ms. */
const CAME_MS = 700;
let nowMs = 0;

beforeEach(() => {
  vi.resetModules();
  vi.stubGlobal('document', { getElementById: () => ({ textContent: '{"/api/v1/state":{"ok":true}}' }) });
  vi.stubGlobal('performance', { now: () => nowMs, getEntriesByType: () => [{ responseStart: CAME_MS }] });
});
afterEach(() => vi.unstubAllGlobals());

/** A module of the pages: what it is made of is checked with them. */
const EARLY = new URL('../../dashboards/web/early.ts', import.meta.url).pathname;
const taking = async () => ((await import(EARLY)) as { takeEarly: (url: string) => unknown }).takeEarly;

it('what a page came with is given once', async () => {
  nowMs = CAME_MS + 900;
  const take = await taking();
  expect(take('/api/v1/plant')).toBeNull();
  expect(take('/api/v1/state')).toEqual({ ok: true });
  expect(take('/api/v1/state')).toBeNull();
});

it('and not to a page that is opened later: that one asks, and shows nothing old as new', async () => {
  const take = await taking();
  nowMs = CAME_MS + 60_000;
  expect(take('/api/v1/state')).toBeNull();
});
