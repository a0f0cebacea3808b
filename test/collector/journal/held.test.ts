import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, expect, it, vi } from 'vitest';
import { HeldGroups } from '../../../collector/journal/held.ts';
import { openJournal } from '../../../collector/journal/journal.ts';
import { openJournalReader } from '../../../collector/journal/reader.ts';
import { countOf, type Entry, isBatch, type JournalGroup, type JournalRecord } from '../../../collector/journal/record.ts';
import { missingBatch, type SampleBatch } from '../../../collector/sample/batch.ts';
import { anyBatch } from './batches.ts';

const event = fc.record({
  kind: fc.constant('event' as const),
  timeMs: fc.integer({ min: 0, max: 4e12 }),
  source: fc.string(),
  event: fc.string(),
  detail: fc.string({ unit: 'binary' }),
});
const entry: fc.Arbitrary<Entry> = fc.oneof(anyBatch, fc.array(event, { maxLength: 3 }));

afterEach(() => vi.restoreAllMocks());

async function collected(groups: AsyncIterable<JournalGroup>): Promise<JournalGroup[]> {
  const list: JournalGroup[] = [];
  for await (const group of groups) list.push(group);
  return list;
}
const plain = ({ seq, sha256, records }: JournalGroup) => ({ seq, sha256, records });

it('a group that is still in memory says what the file says, from any group on', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(entry, fc.boolean()), { maxLength: 6 }), async (list) => {
      const dir = await mkdtemp(join(tmpdir(), 'liangheng-held-'));
      const journal = await openJournal(dir, { plant: 'p1' });
      const appended: Promise<number>[] = [];
      for (const [one, wait] of list) {
        appended.push(isBatch(one) ? journal.appendBatch(one) : journal.append(one));
        if (wait) await appended.at(-1);
      }
      await Promise.all(appended);
      const inFile = (await collected((await openJournalReader(dir)).groups(0))).map(plain);
      for (let seq = 0; seq <= journal.head().seq + 1; seq++) {
        const held = await collected(journal.groups(seq));
        expect(held.map(plain)).toEqual(inFile.slice(seq));
        expect(held.every((group) => group.entries !== undefined && countOf(group) === group.records.length)).toBe(true);
      }
      await journal.close();
      await rm(dir, { recursive: true });
    }),
    { numRuns: 8 },
  );
});

it('what was appended is held as it was, whatever becomes of the list', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'liangheng-held-'));
  const journal = await openJournal(dir, { plant: 'p1' });
  const list: JournalRecord[] = [{ kind: 'event', timeMs: 1, source: 's', event: 'e', detail: 'd' }];
  await journal.append(list);
  list.length = 0;
  expect((await collected(journal.groups(0)))[0]!.records).toHaveLength(1);
  await journal.close();
  await rm(dir, { recursive: true });
});

it('memory is bounded: who is far behind reads the file, and misses nothing', async () => {
  let nowMs = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => nowMs);
  const dir = await mkdtemp(join(tmpdir(), 'liangheng-held-'));
  const journal = await openJournal(dir, { plant: 'p1' });
  const channels = Array.from({ length: 20_000 }, (_, i) => `F${i}`);
  const batch = (turn: number): SampleBatch => ({
    channels,
    timeMs: turn,
    origin: 'device',
    values: new Float64Array(channels.length).fill(turn),
    reasons: new Uint8Array(channels.length),
    raw: { kind: 'same', text: null },
  });
  const turns = 20;
  const appended = Array.from({ length: turns }, (_, i) => batch(i + 1));
  for (const one of appended) {
    await journal.appendBatch(one);
    nowMs += 3000;
  }
  const isHeld = ({ seq, entries }: JournalGroup): boolean => entries?.[0] === appended[seq - 1];
  const all = await collected(journal.groups(0));
  expect(all.map(({ seq }) => seq)).toEqual(Array.from({ length: turns }, (_, i) => i + 1));
  expect(all.some(isHeld)).toBe(false);
  expect(all.every(({ entries }, i) => countOf(all[i]!) === channels.length && entries !== undefined)).toBe(true);
  let held = 0;
  for (let seq = 0; seq < turns; seq++) {
    const [first] = await collected(journal.groups(seq));
    expect(first).toMatchObject({ seq: seq + 1 });
    if (isHeld(first!)) held += countOf(first!);
  }
  expect(held).toBeGreaterThan(100_000);
  expect(held).toBeLessThanOrEqual(300_000);
  await journal.close();
  await rm(dir, { recursive: true });
});

it('what is young is held longer, up to a limit of its own', () => {
  let nowMs = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => nowMs);
  const held = new HeldGroups();
  const entries: Entry[] = [
    {
      ...missingBatch(
        Array.from({ length: 25_000 }, (_, i) => `F${i}`),
        0,
        'device',
        'communication',
      ),
    },
  ];
  const oldest = (): number => {
    let seq = last;
    while (held.after(seq - 1) !== null) seq -= 1;
    return seq + 1;
  };
  let last = 0;
  const add = (count: number): void => {
    for (let i = 0; i < count; i++) held.add(++last, '', entries);
  };
  add(40);
  expect(oldest()).toBe(1);
  add(40);
  expect((last - oldest() + 1) * 25_000).toBe(1_500_000);
  nowMs += 2500;
  add(1);
  expect((last - oldest() + 1) * 25_000).toBe(300_000);
});
