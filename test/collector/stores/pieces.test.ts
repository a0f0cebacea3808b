import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { JournalGroup } from '../../../collector/journal/record.ts';
import { hourOf } from '../../../collector/sample/hour.ts';
import type { Sample } from '../../../collector/sample/sample.ts';
import { auditStore, repairStore } from '../../../collector/stores/audit.ts';
import { piecesOf } from '../../../collector/stores/pieces.ts';
import type { Store } from '../../../collector/stores/store.ts';
import { group, sample } from './contract.ts';

const HOUR = 3_600_000;
const MINUTE = 60_000;
const T0 = Date.UTC(2026, 2, 1);

const journalOf = (groups: readonly JournalGroup[]) => ({
  async *groups(afterSeq: number) {
    yield* groups.filter(({ seq }) => seq > afterSeq);
  },
});
const keyOf = ({ channel, timeMs }: Sample) => `${channel} ${timeMs}`;

/** Channels, minutes and values of groups that repeat and correct each other, in any order of time. */
const written = fc.array(
  fc.array(fc.record({ channel: fc.constantFrom('F1', 'F2', 'F3'), minute: fc.nat({ max: 600 }), value: fc.nat({ max: 9 }) }), {
    minLength: 1,
    maxLength: 30,
  }),
  { minLength: 1, maxLength: 20 },
);

it('a span comes in pieces of any size as in one: the last record of each reading, an hour of a channel in one piece', async () => {
  await fc.assert(
    fc.asyncProperty(written, fc.integer({ min: 1, max: 200 }), fc.nat({ max: 20 }), fc.integer({ min: 1, max: 90 }), async (...drawn) => {
      const [groups, most, untilSeq, block] = drawn;
      const made = groups.map((of, k) =>
        group(
          k + 1,
          of.map(({ channel, minute, value }) => sample(channel, T0 + minute * MINUTE, value)),
        ),
      );
      const [fromMs, toMs] = [T0 + HOUR, T0 + 8 * HOUR + 7 * MINUTE];
      const due = new Map<string, number | null>();
      for (const { seq, records } of made) {
        for (const record of records) {
          if (record.kind !== 'sample' || seq > untilSeq) continue;
          const { timeMs, value } = record.sample;
          if (timeMs >= fromMs && timeMs < toMs) due.set(keyOf(record.sample), value);
        }
      }
      const found = new Map<string, number | null>();
      const hours = new Set<string>();
      let done = 0;
      for await (const piece of piecesOf({ ...journalOf(made), afterSeq: 0, untilSeq, fromMs, toMs }, most, block)) {
        const own = new Set<string>();
        for (const [channel, byTime] of piece.byChannel) {
          for (const one of byTime.values()) {
            expect(one.timeMs >= piece.fromMs && one.timeMs < piece.toMs && one.channel === channel).toBe(true);
            own.add(`${channel} ${hourOf(one.timeMs)}`);
            found.set(keyOf(one), one.value);
          }
        }
        for (const hour of own) expect(hours.has(hour)).toBe(false);
        for (const hour of own) hours.add(hour);
        expect(piece.done).toBeGreaterThanOrEqual(done);
        done = piece.done;
      }
      expect(found).toEqual(due);
      if (due.size > 0) expect(done).toBeCloseTo(1, 9);
    }),
    { numRuns: 300 },
  );
});

it('holds no more at a time than it was told, however long the span, and neither do comparing and repairing', async () => {
  const [channels, minutes, most] = [20, 600, 2_000];
  const all = Array.from({ length: minutes }, (_, k) =>
    group(
      k + 1,
      Array.from({ length: channels }, (__, c) => sample(`F${c}`, T0 + k * MINUTE, k + c)),
    ),
  );
  const byChannel = new Map<string, Sample[]>();
  for (const { records } of all)
    for (const record of records)
      if (record.kind === 'sample') byChannel.set(record.sample.channel, [...(byChannel.get(record.sample.channel) ?? []), record.sample]);
  const sizes: number[] = [];
  const stretch = { ...journalOf(all), afterSeq: 0, untilSeq: minutes, fromMs: 0, toMs: 4e12 };
  for await (const piece of piecesOf(stretch, most)) sizes.push([...piece.byChannel.values()].reduce((sum, { size }) => sum + size, 0));
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(channels * minutes);
  expect(Math.max(...sizes)).toBeLessThanOrEqual(most);

  // The store lacks an hour of one channel and says something else in another.
  const wrong = (channel: string, hour: number) => (channel === 'F3' && hour === 2) || (channel === 'F7' && hour === 5);
  const restored: number[] = [];
  const back = new Set<string>();
  const store = {
    engine: 'in memory',
    cursor: async () => minutes,
    restore: async (samples: Iterable<Sample>) => {
      const own = [...samples];
      restored.push(own.length);
      for (const one of own) back.add(keyOf(one));
    },
    reader: {
      samples: async (channel: string, fromMs: number, toMs: number) => {
        const rows = byChannel
          .get(channel)!
          .filter((one) => one.timeMs >= fromMs && one.timeMs < toMs)
          .filter((one) => back.has(keyOf(one)) || channel !== 'F3' || !wrong(channel, (hourOf(one.timeMs) - T0) / HOUR));
        const value = (one: Sample) => (wrong(channel, (hourOf(one.timeMs) - T0) / HOUR) && !back.has(keyOf(one)) ? 999 : one.value!);
        return { timeMs: Float64Array.from(rows, ({ timeMs }) => timeMs), value: Float64Array.from(rows, value) };
      },
    },
  } as unknown as Store;
  const told: number[] = [];
  const found = await auditStore(store, journalOf(all), 0, 4e12, { most, onProgress: (done) => told.push(done) });
  expect(found).toMatchObject({ samples: channels * minutes, hours: channels * 10 });
  expect(found.differences.map(({ channel, hourMs, store: { count } }) => [channel, (hourMs - T0) / HOUR, count])).toEqual([
    ['F3', 2, 0],
    ['F7', 5, 60],
  ]);
  expect(told.length).toBeGreaterThan(4);
  expect(await repairStore(store, journalOf(all), found.differences, { most })).toEqual({ restored: 120 });
  expect(Math.max(...restored)).toBeLessThanOrEqual(most);
  expect((await auditStore(store, journalOf(all), 0, 4e12, { most })).differences).toEqual([]);
});
