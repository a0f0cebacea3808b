import { afterEach, expect, it } from 'vitest';
import { ClockWatch } from '../../../../collector/sources/hj212/clock-watch.ts';
import type { Hj212Source } from '../../../../collector/sources/hj212/source.ts';
import { Gather } from '../gather.ts';
import { item, MINUTE, MN, packetOf, platform, reads, settingsOf, TEN, TestClock, TestLogger } from './station.ts';

const open: (Hj212Source | TestLogger)[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) {
    if (one instanceof TestLogger) one.close();
    else await one.stop();
  }
});

it('takes the quickest of five arrivals, and a heap for one', () => {
  const watch = new ClockWatch();
  const heard = (delays: readonly number[], everyMs: number) =>
    delays.map((delay, n) => watch.arrived(TEN + n * everyMs - delay, TEN + n * everyMs, 10_000)).filter((ahead) => ahead !== null);
  expect(heard([100, 200, 9_000_000, 100, 90], 20_000)).toEqual([-0.09]);
  expect(heard([61_000, 62_000, 63_000, 61_500, 61_000], 20_000)).toEqual([-61]);
  expect(heard([-90_000, -80_000, -80_000, -80_000, -80_000], 20_000)).toEqual([90]);
  expect(
    heard(
      Array.from({ length: 500 }, () => 3_600_000),
      10,
    ),
  ).toEqual([]);
});

it('is told by the platform as a reading, of fresh packets only', async () => {
  const clock = new TestClock(TEN);
  const channels = [
    ...reads([['w01018', 'Avg', 'minute']]),
    { channel: 'clock', station: MN, code: 'clock', value: 'Avg', period: 'real-time' as const, scale: 1, offset: 0, everyMs: null },
  ];
  const source = platform(clock, [settingsOf({ channels })]);
  const sink = new Gather();
  await source.start(sink);
  open.push(source);
  const logger = await TestLogger.call(source.port);
  open.push(logger);
  // A station whose clock is 75 s behind; what it sends again is marked so.
  for (let n = 0; n < 12; n++) {
    clock.ms = TEN + (n + 1) * 10 * MINUTE + 100_000;
    const late = n % 3 === 2;
    const dataMs = TEN + n * 10 * MINUTE;
    const groups = [item('w01018', { Avg: '1', Flag: 'N' })];
    const qnMs = late ? clock.ms - 5_000_000 - n : clock.ms - 75_000;
    logger.send(
      packetOf({
        cn: '2051',
        qnMs,
        dataMs: late ? dataMs - 10_000 * MINUTE : dataMs,
        groups,
        header: { Flag: '9', ...(late ? { RF: '1' } : {}) },
      }),
    );
    await logger.until(() => logger.answers('9014').length === n + 1);
  }
  expect(sink.of('clock').map(({ value, quality }) => [value, quality])).toEqual([[-75, 'good']]);
  expect(sink.of('w01018.minute').length).toBe(12);
});
