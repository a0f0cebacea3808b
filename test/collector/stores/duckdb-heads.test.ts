import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, expect, it, vi } from 'vitest';
import type { Entry, JournalGroup } from '../../../collector/journal/record.ts';
import { samplesIn } from '../../../collector/sample/batch.ts';
import type { Sample } from '../../../collector/sample/sample.ts';
import { Heads } from '../../../collector/stores/duckdb/heads.ts';
import { openDuckdbStore } from '../../../collector/stores/duckdb/store.ts';
import type { Store } from '../../../collector/stores/store.ts';

const SETTINGS = { threads: 1, memory: '128MB' };
const NAMES = ['a', 'b', 'c', 'd'];
const LISTS = [NAMES, NAMES.slice(0, 2), ['c']];

/** Times mostly run forward; some samples are late, come again, or belong to a channel that is new. */
const step = fc.record({
  list: fc.constantFrom(...LISTS),
  forward: fc.oneof({ arbitrary: fc.constant(60_000), weight: 5 }, { arbitrary: fc.integer({ min: -300_000, max: 0 }), weight: 1 }),
  missing: fc.boolean(),
  /** Handed over as columns, or as records that are read back from the journal. */
  columns: fc.boolean(),
  /** What becomes of the process before the heads are kept, behind a write that makes it necessary, or later. */
  end: fc.constantFrom('goes on', 'crashes', 'crashes before heads are kept', 'closes'),
});

/** Late samples, of which nothing but the file knows that the heads which were kept before do not count them. */
const LATE_AFTER_HEADS = [60_000, 60_000, -30_000].map((forward, turn) => {
  const end: 'closes' | 'crashes before heads are kept' = turn < 2 ? 'closes' : 'crashes before heads are kept';
  return { list: NAMES, forward, missing: false, columns: true, end };
});

const known = async ({ reader }: Store): Promise<unknown> => {
  const counts = await reader.counts();
  const latest = await reader.latest(NAMES);
  return NAMES.map((name) => [name, counts.get(name), latest.get(name)]);
};

afterEach(() => vi.restoreAllMocks());

it('what is known of channels is the same in a file that was never closed, and counts what is there', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 10 }), async (steps) => {
      const dir = await mkdtemp(join(tmpdir(), 'liangheng-heads-'));
      let path = join(dir, '0.duckdb');
      let store = await openDuckdbStore(path, SETTINGS);
      const truth = new Map<string, Map<number, Sample>>(NAMES.map((name) => [name, new Map()]));
      let timeMs = Date.UTC(2026, 4, 31, 23, 55);
      for (const [turn, { list, forward, missing, columns, end }] of steps.entries()) {
        timeMs += forward;
        const batch = {
          channels: list,
          timeMs,
          origin: 'device' as const,
          values: Float64Array.from(list, (_, i) => (missing && i === 0 ? Number.NaN : turn * 10 + i)),
          reasons: Uint8Array.from(list, (_, i) => (missing && i === 0 ? 1 : 0)),
          raw: { kind: 'same' as const, text: null },
        };
        const samples = samplesIn(batch);
        for (const sample of samples) truth.get(sample.channel)!.set(timeMs, sample);
        const entries: readonly Entry[] = [batch];
        const records = samples.map((sample) => ({ kind: 'sample', sample }) as const);
        const group: JournalGroup = { seq: turn + 1, sha256: '', records, ...(columns ? { entries } : {}) };
        const kept = vi.spyOn(Heads.prototype, 'keep');
        if (end === 'crashes before heads are kept') kept.mockRejectedValue(new Error('gone'));
        await store.write([group]);
        kept.mockRestore();
        if (end === 'goes on') continue;
        if (end === 'closes') {
          await store.close();
          store = await openDuckdbStore(path, SETTINGS);
          continue;
        }
        const copy = join(dir, `${turn + 1}.duckdb`);
        await copyFile(path, copy);
        await copyFile(`${path}.wal`, `${copy}.wal`).catch(() => undefined);
        const before = await known(store);
        await store.close();
        [path, store] = [copy, await openDuckdbStore(copy, SETTINGS)];
        expect(await known(store)).toEqual(before);
      }
      const expected = NAMES.map((name) => {
        const all = [...truth.get(name)!.values()].sort((a, b) => a.timeMs - b.timeMs);
        return all.length === 0 ? [name, undefined, undefined] : [name, all.length, all.at(-1)];
      });
      expect(await known(store)).toEqual(expected);
      await store.close();
      const reader = await openDuckdbStore(path, { ...SETTINGS, readOnly: true });
      expect(await known(reader)).toEqual(expected);
      await reader.close();
      await rm(dir, { recursive: true });
    }),
    { numRuns: 12, examples: [[LATE_AFTER_HEADS]] },
  );
});
