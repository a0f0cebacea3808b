import { expect, it } from 'vitest';
import { deviceNews } from '../../cli/device-news.ts';
import type { SourceStatus } from '../../collector/sources/source.ts';

const status = (more: Partial<SourceStatus>, failures = 0): SourceStatus => ({
  id: 'GW',
  state: 'online',
  lastSuccessMs: null,
  lastError: null,
  counts: { requests: 0, failures, reconnects: 0, resynchronisations: 0, lateCycles: 0, quarantined: 0 },
  ...more,
});
const English = (lines: readonly (readonly [string, string])[]) => lines.map(([, en]) => en);

it('says once that a device cannot be reached and why, and that it is back when it has answered', () => {
  const news = deviceNews();
  const away = status({ state: 'waiting', lastError: 'connect ECONNREFUSED' }, 1);
  expect(English(news([status({ state: 'connecting' })]))).toEqual([]);
  expect(English(news([away]))).toEqual(['Device GW delivers nothing, its readings are missing: connect ECONNREFUSED']);
  expect(English(news([away]))).toEqual([]);
  // It accepts the connection, and closes it again.
  expect(English(news([{ ...away, state: 'online' }]))).toEqual([]);
  expect(English(news([{ ...away, state: 'waiting' }]))).toEqual([]);
  expect(English(news([{ ...away, state: 'online', lastSuccessMs: 5 }]))).toEqual(['Device GW delivers again.']);
  expect(English(news([{ ...away, state: 'waiting', lastSuccessMs: 5 }]))).toHaveLength(1);
});

it('says that one which is connected answers nothing; a failure now and then is none', () => {
  const news = deviceNews();
  const online = (lastSuccessMs: number | null, failures: number) =>
    news([status({ lastSuccessMs, lastError: 'no answer in time' }, failures)]);
  for (let turn = 1; turn < 20; turn++) expect(online(turn, turn * 2)).toEqual([]);
  // Many at one look are one failure: a message that nobody can read, for all its channels.
  expect(online(19, 140)).toEqual([]);
  expect(online(19, 140)).toEqual([]);
  expect(online(19, 141)).toEqual([]);
  expect(English(online(19, 142))).toEqual(['Device GW delivers nothing, its readings are missing: no answer in time']);
  expect(English(online(20, 142))).toEqual(['Device GW delivers again.']);
});
