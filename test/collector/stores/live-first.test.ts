import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Journal, openJournal } from '../../../collector/journal/journal.ts';
import type { JournalGroup } from '../../../collector/journal/record.ts';
import { cursorFile } from '../../../collector/stores/cursor.ts';
import { follow } from '../../../collector/stores/follow.ts';
import { liveFirst } from '../../../collector/stores/live-first.ts';
import { samplesOf } from '../../../collector/stores/rows.ts';
import type { Store } from '../../../collector/stores/store.ts';
import { sample } from './contract.ts';

const T0 = Date.UTC(2026, 2, 1);
const BATCH = 10;
const fresh = (): Promise<string> => mkdtemp(join(tmpdir(), 'liangheng-live-first-'));
/** A reading a minute, and every third group says another thing of one long before. */
const records = (i: number) => [
  { kind: 'sample', sample: sample('F1', T0 + 60_000 * i, i) } as const,
  ...(i % 3 === 0 ? [{ kind: 'sample', sample: sample('F1', T0 + 60_000 * (i >> 1), -i) } as const] : []),
];

/** A store in memory that keeps its cursors in a file, notes what was written in which order, and refuses now and then. */
function storeIn(dir: string, perSecond: number, refuses: () => boolean = () => false, joins = true) {
  const cursor = cursorFile(join(dir, 'cursor.json'));
  const [values, log] = [new Map<number, number | null>(), [] as string[]];
  const put = (how: string, groups: readonly JournalGroup[]): void => {
    if (refuses()) throw new Error('away');
    for (const { timeMs, value } of samplesOf(groups)) values.set(timeMs, value);
    log.push(`${how} ${groups[0]!.seq}-${groups.at(-1)!.seq}`);
  };
  const store: Store = {
    engine: 'in memory',
    reader: null as never,
    cursor: () => cursor.read(),
    async write(groups) {
      const after = await cursor.read();
      const due = groups.filter(({ seq }) => seq > after);
      put('backlog', due);
      await cursor.write(due.at(-1)!.seq);
    },
    ahead: {
      perSecond,
      span: () => cursor.span(),
      async write(groups, afterSeq) {
        const span = (await cursor.span()) ?? { afterSeq, throughSeq: afterSeq };
        put('live', groups);
        await cursor.writeSpan({ ...span, throughSeq: groups.at(-1)!.seq });
      },
      ...(joins ? { join: async () => cursor.write((await cursor.span())!.throughSeq) } : {}),
    },
    restore: () => Promise.resolve(),
    rewind: (seq) => cursor.write(seq, 'span'),
    close: () => Promise.resolve(),
  };
  return { store, values, log };
}

async function due(journal: Journal): Promise<Map<number, number | null>> {
  const all = new Map<number, number | null>();
  for await (const group of journal.groups(0)) for (const { timeMs, value } of samplesOf([group])) all.set(timeMs, value);
  return all;
}
const sorted = (values: ReadonlyMap<number, number | null>) => [...values].sort(([a], [b]) => a - b);

describe('a store with a backlog', () => {
  it('is not written again over what was live, unless it may have spoken of the same reading after it', async () => {
    const reading = (i: number, value = i) => ({ kind: 'sample', sample: sample(`F${i % 2}`, T0 + 60_000 * i, value) }) as const;
    const plan = fc.record({
      backlog: fc.integer({ min: 1, max: 30 }),
      live: fc.integer({ min: 1, max: 30 }),
      again: fc.option(fc.tuple(fc.nat({ max: 29 }), fc.nat({ max: 29 }))),
      joins: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(plan, async ({ backlog, live, again, joins }) => {
        const dir = await fresh();
        const journal = await openJournal(join(dir, 'journal'), { plant: 'p1' });
        // One of the backlog may also say something of a reading that is live.
        const clash = again === null ? null : { at: again[0] % backlog, of: backlog + (again[1] % live) };
        for (let i = 0; i < backlog + live; i += 1) await journal.append([reading(i), ...(clash?.at === i ? [reading(clash.of, -1)] : [])]);
        const { store, log, values } = storeIn(dir, 1e9, undefined, joins);
        const asItBegan = {
          head: () => ({ seq: backlog }),
          groups: (afterSeq: number) => journal.groups(afterSeq),
          waitFor: (seq: number, signal?: AbortSignal) => journal.waitFor(seq, signal),
        };
        expect(await liveFirst(asItBegan, store, store.ahead!, () => undefined, { batchRecords: BATCH })).toBe(true);
        expect([await store.cursor(), await store.ahead!.span()]).toEqual([backlog + live, null]);
        expect(sorted(values)).toEqual(sorted(await due(journal)));
        const written = log.filter((line) => line.startsWith('backlog')).map((line) => Number(line.split('-')[1]));
        expect(Math.max(...written)).toBe(joins && clash === null ? backlog : backlog + live);
        await journal.close();
      }),
      { numRuns: 40 },
    );
  }, 120_000);

  it('gets what is live while the backlog waits for its rate, also after a restart, and ends with everything', async () => {
    const dir = await fresh();
    const journal = await openJournal(join(dir, 'journal'), { plant: 'p1' });
    for (let i = 0; i < 60; i += 1) await journal.append(records(i));
    // At one record in a hundred seconds the second batch of the backlog is not due while this test runs.
    const slow = storeIn(dir, 0.01);
    const ending = new AbortController();
    const following = follow(journal, slow.store, { signal: ending.signal, batchRecords: BATCH });
    await expect.poll(() => slow.log.length, { timeout: 60_000 }).toBeGreaterThan(0);
    for (let i = 60; i < 66; i += 1) {
      await journal.append(records(i));
      await expect.poll(() => slow.values.get(T0 + 60_000 * i), { timeout: 60_000 }).toBe(i);
    }
    const reached = await slow.store.cursor();
    expect(reached).toBeLessThan(60);
    await expect.poll(() => slow.store.ahead!.span(), { timeout: 60_000 }).toEqual({ afterSeq: 60, throughSeq: 66 });
    ending.abort();
    await following;
    expect(await slow.store.cursor()).toBe(reached);

    const quick = storeIn(dir, 1e9);
    for (const [timeMs, value] of slow.values) quick.values.set(timeMs, value);
    await journal.append(records(66));
    const again = follow(journal, quick.store, { batchRecords: BATCH });
    await expect.poll(() => quick.store.cursor(), { timeout: 60_000 }).toBe(67);
    expect(await quick.store.ahead!.span()).toBeNull();
    expect(quick.log[0]).toBe('live 67-67');
    expect(sorted(quick.values)).toEqual(sorted(await due(journal)));
    await journal.append(records(67));
    await expect.poll(() => quick.log.at(-1), { timeout: 60_000 }).toBe('backlog 68-68');
    await journal.close();
    await again;
  }, 240_000);

  it('is set back with what it holds ahead where the journal has lost its end', async () => {
    const dir = await fresh();
    const journal = await openJournal(join(dir, 'journal'), { plant: 'p1' });
    for (let i = 0; i < 5; i += 1) await journal.append(records(i));
    const { store, values } = storeIn(dir, 1e9);
    await store.ahead!.write([{ seq: 9, records: [], sha256: '' }], 8);
    const following = follow(journal, store, { batchRecords: BATCH });
    await expect.poll(() => store.cursor(), { timeout: 60_000 }).toBe(5);
    expect(await store.ahead!.span()).toBeNull();
    expect(sorted(values)).toEqual(sorted(await due(journal)));
    await journal.close();
    await following;
  }, 120_000);

  it('ends with the last record of each reading, whatever is refused and whenever it is stopped', async () => {
    const plan = fc.record({
      backlog: fc.integer({ min: 0, max: 80 }),
      live: fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 4 }),
      refused: fc.array(fc.nat({ max: 12 }), { maxLength: 2 }),
    });
    await fc.assert(
      fc.asyncProperty(plan, async ({ backlog, live, refused }) => {
        const dir = await fresh();
        const journal = await openJournal(join(dir, 'journal'), { plant: 'p1' });
        let [i, writes] = [0, 0];
        while (i < backlog) await journal.append(records(i++));
        const values = new Map<number, number | null>();
        for (const more of live) {
          const one = storeIn(dir, 1e9, () => refused.includes(writes++));
          const ending = new AbortController();
          const following = follow(journal, one.store, { signal: ending.signal, batchRecords: BATCH });
          for (let k = 0; k < more; k += 1) await journal.append(records(i++));
          ending.abort();
          await following;
          for (const [timeMs, value] of one.values) values.set(timeMs, value);
        }
        const last = storeIn(dir, 1e9);
        for (const [timeMs, value] of values) last.values.set(timeMs, value);
        await follow(journal, last.store, { untilHead: true });
        expect(sorted(last.values)).toEqual(sorted(await due(journal)));
        expect([await last.store.cursor(), await last.store.ahead!.span()]).toEqual([journal.head().seq, null]);
        await journal.close();
      }),
      { numRuns: 12 },
    );
  }, 240_000);
});
