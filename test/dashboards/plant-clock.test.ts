import { afterEach, expect, it } from 'vitest';
import { plant } from '../../dashboards/web/plant.ts';
import { dayOf, isoOf, localOf, ofLocal } from '../../dashboards/web/written.ts';

afterEach(() => {
  plant.value = null;
});
const standsAt = (offsetMinutes: number): void => {
  plant.value = { offsetMinutes } as NonNullable<typeof plant.value>;
};

it.each([
  ['2026-11-22T23:52:00Z', 480, '2026-11-23', '2026-11-23T07:52:00+08:00'],
  ['2026-11-22T15:59:59Z', 480, '2026-11-22', '2026-11-22T23:59:59+08:00'],
  ['2026-11-22T02:00:00Z', -300, '2026-11-21', '2026-11-21T21:00:00-05:00'],
  ['2026-11-22T20:00:00Z', 345, '2026-11-23', '2026-11-23T01:45:00+05:45'],
])('%s at %i minutes east is the day %s there, wherever the browser stands', (instant, offset, day, written) => {
  standsAt(offset);
  expect(dayOf(Date.parse(instant))).toBe(day);
  expect(isoOf(Date.parse(instant))).toBe(written);
  expect(Date.parse(ofLocal(localOf(instant)))).toBe(Math.floor(Date.parse(instant) / 60_000) * 60_000);
});
