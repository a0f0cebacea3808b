import { expect, test } from 'vitest';
import { HOUR_MS } from '../../../collector/sample/hour.ts';
import { Recent } from '../../../collector/stores/duckdb/recent.ts';

const add = (recent: Recent, id: number, afterMs: number, timeMs: number): void => recent.add(id, afterMs, timeMs, 1, 0, 0, 0);

test('more than memory is meant for is forgotten, and nothing is held until another hour begins', () => {
  const recent = new Recent();
  const times = Array.from({ length: 60 }, (_, second) => HOUR_MS + second * 1000);
  for (const timeMs of times) for (let id = 0; id < 60_000; id += 1) add(recent, id, HOUR_MS - 1000, timeMs);
  const held = Array.from({ length: 60_000 }, (_, id) => recent.since(id, 2 * HOUR_MS)).filter((readings) => readings !== null);
  expect(held).toEqual([]);
  add(recent, 7, HOUR_MS + 59_000, 2 * HOUR_MS);
  expect(recent.since(7, HOUR_MS)).toBeNull();
  expect(recent.since(7, 2 * HOUR_MS)?.timeMs).toEqual(Float64Array.of(2 * HOUR_MS));
});

test('what came before that hour is not said to be held, not even of a channel that is new or was long silent', () => {
  for (const afterMs of [Number.NEGATIVE_INFINITY, 30_000]) {
    const recent = new Recent();
    for (let id = 0; id < 60_000; id += 1) add(recent, id, HOUR_MS - 1000, HOUR_MS);
    add(recent, 60_000, afterMs, HOUR_MS + 1000);
    add(recent, 60_000, afterMs, 2 * HOUR_MS);
    expect(recent.since(60_000, HOUR_MS)).toBeNull();
    expect(recent.since(60_000, 2 * HOUR_MS)?.timeMs).toEqual(Float64Array.of(2 * HOUR_MS));
  }
});
