import { mkdtemp, readdir, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { emptyInbox, handedIn, handIn, inboxDir, watchInbox } from '../../../collector/import/inbox.ts';
import { type Journal, openJournal } from '../../../collector/journal/journal.ts';
import type { JournalRecord } from '../../../collector/journal/record.ts';
import { Fault } from '../../../config/words/fault.ts';

let dir = '';
let journal: Journal;
let stop: (() => Promise<void>) | null = null;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'liangheng-inbox-'));
  journal = await openJournal(join(dir, 'journal'), { plant: 'p' });
});
afterEach(async () => {
  await stop?.();
  stop = null;
  await journal.close();
  await rm(dir, { recursive: true, force: true });
});

const sample = (value: number): JournalRecord => ({
  kind: 'sample',
  sample: { channel: 'a', timeMs: 1000 * value, value, quality: 'good', reason: 'none', origin: 'import', raw: 'tab\there\nand 中文' },
});
const GROUPS = [[sample(1), sample(2)], [sample(3)]];

async function values(): Promise<(number | null)[]> {
  const found: (number | null)[] = [];
  for await (const { records } of journal.groups(0))
    for (const record of records) if (record.kind === 'sample') found.push(record.sample.value);
  return found;
}
const problems: string[] = [];
const watch = async () => {
  problems.length = 0;
  stop = await watchInbox(dir, journal, (_file, error) => problems.push(error instanceof Fault ? error.code : error.message));
};

it('what is handed in stands in the journal, in its order, and nothing is left behind', async () => {
  await watch();
  const files = await handIn(dir, GROUPS);
  expect(await handedIn(files, async () => true)).toBe(true);
  expect(await values()).toEqual([1, 2, 3]);
  for await (const { records } of journal.groups(0)) {
    for (const record of records) if (record.kind === 'sample') expect(record.sample.raw).toBe('tab\there\nand 中文');
  }
  expect(await readdir(inboxDir(dir))).toEqual([]);
});

it('what waited before the collector started is taken, but not what the one before it had taken already', async () => {
  const [first] = await handIn(dir, GROUPS);
  const kept = await journal.append([
    ...(GROUPS[0] as JournalRecord[]),
    { kind: 'event', timeMs: 0, source: 'import', event: 'taken', detail: (first as string).split('/').at(-1) as string },
  ]);
  expect(kept).toBe(1);
  await watch();
  while ((await readdir(inboxDir(dir))).length > 0) await new Promise((resolve) => setTimeout(resolve, 10));
  expect(await values()).toEqual([1, 2, 3]);
});

it('who hands in to a collector that ended learns it, and can write what is left by himself', async () => {
  const files = await handIn(dir, GROUPS);
  let looks = 0;
  expect(await handedIn(files, async () => ++looks < 3)).toBe(false);
  await emptyInbox(dir, journal);
  expect(await values()).toEqual([1, 2, 3]);
  expect(await readdir(inboxDir(dir))).toEqual([]);
});

it('a file that is not whole is told of once and never taken, and holds up none behind it; one whose name says nothing is left alone', async () => {
  const [first, second] = await handIn(dir, GROUPS);
  await truncate(first as string, 60);
  await writeFile(join(inboxDir(dir), 'x.records.new'), 'half');
  await watch();
  expect(await handedIn([second as string], async () => true)).toBe(true);
  await new Promise((resolve) => setTimeout(resolve, 700));
  expect(problems).toEqual(['import.not-whole']);
  expect(await values()).toEqual([3]);
  expect(await readdir(inboxDir(dir))).toHaveLength(2);
});

it('an emptied one is told of too, by who writes what is left by himself after he has', async () => {
  const [first] = await handIn(dir, GROUPS);
  await truncate(first as string, 0);
  await expect(emptyInbox(dir, journal)).rejects.toMatchObject({ code: 'import.not-whole', place: first });
  expect(await values()).toEqual([3]);
});

it('what the disk refuses is handed over again until it is taken, in its order', async () => {
  let refuse = 2;
  const full: Pick<Journal, 'append' | 'groups'> = {
    groups: (after) => journal.groups(after),
    append: async (records) => (refuse-- > 0 ? Promise.reject(new Error('no space left on device')) : journal.append(records)),
  };
  problems.length = 0;
  stop = await watchInbox(dir, full, (_file, error) => problems.push(error.message));
  expect(await handedIn(await handIn(dir, GROUPS), async () => true)).toBe(true);
  expect(problems).toEqual(['no space left on device']);
  expect(await values()).toEqual([1, 2, 3]);
});
