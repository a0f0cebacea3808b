import { afterEach, expect, it } from 'vitest';
import { createRecorder } from '../../../../collector/recorder/recorder.ts';
import { IntakeBook } from '../../../../collector/sample/intake.ts';
import type { Hj212Source } from '../../../../collector/sources/hj212/source.ts';
import { MemoryJournal } from '../../recorder/memory-journal.ts';
import { item, MINUTE, packetOf, platform, settingsOf, TEN, TestClock, TestLogger } from './station.ts';

const open: (Hj212Source | TestLogger)[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) {
    if (one instanceof TestLogger) one.close();
    else await one.stop();
  }
});

const minute = (dataMs: number, header: Readonly<Record<string, string>> = {}) =>
  packetOf({
    cn: '2051',
    qnMs: dataMs + 10 * MINUTE + 1_000,
    dataMs,
    groups: [item('w01018', { Avg: '40.1', Flag: 'N' }), item('w00000', { Avg: '7', Flag: 'N' })],
    header,
  });

it('packets are counted by what became of them: stored, refused, sent again, given back by a full disk', async () => {
  const journal = new MemoryJournal();
  const book = new IntakeBook('run', () => TEN);
  const source = platform(new TestClock(TEN + 40 * MINUTE), [settingsOf({ systems: ['32'] })]);
  const counts = () => book.of(source.id).total;
  await source.start(createRecorder(journal, { simulated: false, intake: book }).of(source.id));
  open.push(source);
  const logger = await TestLogger.call(source.port);
  open.push(logger);
  const answered = (n: number) => logger.until(() => logger.answers('9014').length >= n);

  logger.send(minute(TEN));
  await answered(1);
  // The same packet again is answered, and nothing is made of it.
  logger.send(minute(TEN));
  await answered(2);
  expect(counts()).toEqual({ polled: 2, journalled: 2, quarantined: 0, returned: 0 });

  logger.send(minute(TEN + 10 * MINUTE, { ST: '99' }));
  journal.full = true;
  logger.send(minute(TEN + 20 * MINUTE));
  await expect.poll(() => counts().returned, { timeout: 60_000 }).toBe(2);
  journal.full = false;
  logger.send(minute(TEN + 20 * MINUTE));
  await answered(3);
  await expect.poll(() => [journal.samples.length, journal.quarantined.length], { timeout: 60_000 }).toEqual([4, 1]);
  await source.stop();
  const { polled, journalled, quarantined, returned } = counts();
  expect({ journalled, quarantined, returned }).toEqual({ journalled: 4, quarantined: 1, returned: 2 });
  expect(polled).toBe(journalled + quarantined + returned);
});
