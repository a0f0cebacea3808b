import { mkdtemp, readdir, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { emptyInbox, handedIn, handIn, inboxDir, watchInbox } from '../../../collector/import/inbox.ts';
import { type Journal, openJournal } from '../../../collector/journal/journal.ts';
import type { JournalRecord } from '../../../collector/journal/record.ts';

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
  stop = await watchInbox(dir, journal, (_file, error) => problems.push(error.message));
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

it('a file that is not whole is told of once and never taken; one whose name says nothing is left alone', async () => {
  const [first] = await handIn(dir, [GROUPS[0] as JournalRecord[]]);
  await truncate(first as string, 60);
  await writeFile(join(inboxDir(dir), 'x.records.new'), 'half');
  await watch();
  while (problems.length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
  await new Promise((resolve) => setTimeout(resolve, 700));
  expect(problems).toHaveLength(1);
  expect(await values()).toEqual([]);
  expect(await readdir(inboxDir(dir))).toHaveLength(2);
});
