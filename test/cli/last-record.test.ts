import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { lastRecordMs } from '../../cli/last-record.ts';
import { openJournal } from '../../collector/journal/journal.ts';
import { keepIntake } from '../../collector/recorder/intake-journal.ts';
import { createRecorder } from '../../collector/recorder/recorder.ts';
import { INTAKE } from '../../collector/sample/intake-statement.ts';
import type { Sample } from '../../collector/sample/sample.ts';

it('what was counted meanwhile does not say up to when there are readings', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'liangheng-last-'));
  const journal = await openJournal(join(dir, 'journal'), { plant: 'p' });
  const event = (timeMs: number, name: string) => journal.append([{ kind: 'event', timeMs, source: 'gw', event: name, detail: '' }]);
  expect(await lastRecordMs(journal, dir)).toBeNull();
  await event(1_000, INTAKE);
  expect(await lastRecordMs(journal, dir)).toBeNull();
  await event(500, 'started');
  await event(700, 'reconnected');
  for (let minute = 1; minute < 6; minute++) await event(700 + 60_000 * minute, INTAKE);
  expect(await lastRecordMs(journal, dir)).toBe(700);
  await journal.close();
  await rm(dir, { recursive: true, force: true });
});

it('what came late as the last before a kill does not make gaps of what was read meanwhile', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'liangheng-last-'));
  const beganMs = Date.UTC(2026, 10, 1, 10);
  const clock = { ms: beganMs, nowMs: () => clock.ms, after: () => () => undefined };
  const at = (timeMs: number): Sample => {
    return { channel: 'E', timeMs, value: 1, quality: 'good', reason: 'none', origin: 'device', raw: null };
  };
  const open = () => openJournal(join(dir, 'journal'), { plant: 'p' });
  const run = async (...times: readonly (number | 'told')[]): Promise<number | null> => {
    const journal = await open();
    const before = await lastRecordMs(journal, dir);
    const intake = await keepIntake(journal, dir, clock, before);
    const sink = createRecorder(journal, { simulated: false, intake: intake.book }).of('gw');
    for (const time of times) {
      if (time === 'told') await intake.tell(clock.ms);
      else await sink.samples([at(time)]);
    }
    await journal.close();
    return before;
  };
  const hourBefore = beganMs - 3_600_000;
  clock.ms = beganMs + 60_000;
  expect(await run(beganMs, beganMs + 10_000, 'told', beganMs + 30_000, hourBefore)).toBeNull();
  // Once more nothing but what is old, and a publisher that is a day ahead before it is told.
  expect(await run(beganMs + 86_400_000, hourBefore, 'told', hourBefore + 1)).toBe(beganMs + 30_000);
  expect(await run('told', hourBefore + 2)).toBe(beganMs + 30_000);
  expect(await run()).toBe(beganMs + 30_000);
  await rm(dir, { recursive: true, force: true });
});
