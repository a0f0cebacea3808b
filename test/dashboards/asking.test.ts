import { afterEach, expect, it, vi } from 'vitest';
import { Asking } from '../../dashboards/server/asking.ts';
import { fixture } from './fixture.ts';

afterEach(() => vi.restoreAllMocks());

it('keeps an answer as long as it was told, however the clock of the machine is set', async () => {
  let asked = 0;
  const services = {
    ...(await fixture()).services,
    ask: async () => {
      asked += 1;
      return asked;
    },
  };
  const asking = new Asking();
  const [date, steady] = [vi.spyOn(Date, 'now'), vi.spyOn(performance, 'now')];
  const at = (steadyMs: number, clockMs: number) => {
    steady.mockReturnValue(steadyMs);
    date.mockReturnValue(clockMs);
    return asking.ask(services, 'assess', [], 60_000);
  };
  const noon = Date.UTC(2026, 10, 22, 4);
  expect(await at(1_000, noon)).toBe(1);
  expect(await at(60_000, noon + 3_600_000)).toBe(1);
  expect(await at(61_001, noon - 3_600_000)).toBe(2);
});
