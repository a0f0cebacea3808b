import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { lastRecordMs } from '../../cli/last-record.ts';
import { openJournal } from '../../collector/journal/journal.ts';
import { INTAKE } from '../../collector/sample/intake-statement.ts';

it('what was counted meanwhile does not say up to when there are readings', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'liangheng-last-'));
  const journal = await openJournal(join(dir, 'journal'), { plant: 'p' });
  const event = (timeMs: number, name: string) => journal.append([{ kind: 'event', timeMs, source: 'gw', event: name, detail: '' }]);
  expect(await lastRecordMs(journal)).toBeNull();
  await event(1_000, INTAKE);
  expect(await lastRecordMs(journal)).toBeNull();
  await event(500, 'started');
  await event(700, 'reconnected');
  for (let minute = 1; minute < 6; minute++) await event(700 + 60_000 * minute, INTAKE);
  expect(await lastRecordMs(journal)).toBe(700);
  await journal.close();
  await rm(dir, { recursive: true, force: true });
});
