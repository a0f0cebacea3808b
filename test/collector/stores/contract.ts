import { Readable } from 'node:stream';
import { expect, it } from 'vitest';
import type { JournalGroup, JournalRecord } from '../../../collector/journal/record.ts';
import type { IntakeStatement } from '../../../collector/sample/intake.ts';
import { brokenText, INTAKE, INTAKE_BROKEN, statementText } from '../../../collector/sample/intake-statement.ts';
import type { ChannelSpec } from '../../../collector/sample/partial.ts';
import type { Sample } from '../../../collector/sample/sample.ts';
import { follow } from '../../../collector/stores/follow.ts';
import type { Result } from '../../../collector/stores/results.ts';
import type { Store } from '../../../collector/stores/store.ts';

/** A store under test: opened anew each time on the same place, which is empty at first. */
export interface Bench {
  open(): Promise<Store>;
}

const HOUR = 3_600_000;
const T0 = Date.UTC(2026, 2, 1, 0);

export const sample = (channel: string, timeMs: number, value: number | null, more: Partial<Sample> = {}): Sample => ({
  channel,
  timeMs,
  value,
  quality: value === null ? 'missing' : 'good',
  reason: value === null ? 'communication' : 'none',
  origin: 'device',
  raw: null,
  ...more,
});

export const group = (seq: number, samples: readonly Sample[]): JournalGroup => ({
  seq,
  records: samples.map((one) => ({ kind: 'sample', sample: one })),
  sha256: '0'.repeat(64),
});

export const rateSpec = (channel: string): ChannelSpec => ({
  channel,
  kind: 'rate',
  modulus: null,
  ceilingPerHour: null,
  maxGapMs: 180_000,
  replacements: [],
});

const minutes = (channel: string, from: number, to: number, value: (i: number) => number | null): Sample[] =>
  Array.from({ length: to - from }, (_, k) => sample(channel, T0 + (from + k) * 60_000, value(from + k)));

/**
 * What every engine must do. `fresh` gives an empty place.
 *
 * @param atomic a reader sees whole writes only.
 * @param exact values come back to the last bit, else to 12 digits.
 */
export function storeContract(fresh: () => Promise<Bench>, { atomic = false, exact = true } = {}): void {
  const kept = (value: number): number => (exact ? value : Number(value.toPrecision(12)));
  const seen = (values: Iterable<number>): number[] => Array.from(values, kept);

  it('starts at cursor 0 with nothing in it', async () => {
    const store = await (await fresh()).open();
    expect(await store.cursor()).toBe(0);
    expect(await store.reader.counts()).toEqual(new Map());
    expect(await store.reader.latest(['F1'])).toEqual(new Map());
    expect((await store.reader.samples('F1', 0, 4e12)).timeMs).toHaveLength(0);
    expect((await store.reader.partials([rateSpec('F1')], T0, T0 + HOUR)).get('F1')!.length).toBe(0);
    await store.close();
  });

  it('goes past groups without samples, first, alone and last', async () => {
    const bench = await fresh();
    const event = (seq: number): JournalGroup => ({
      ...group(seq, []),
      records: [{ kind: 'event', timeMs: T0, source: 'gw', event: 'reconnected', detail: '' }],
    });
    const store = await bench.open();
    await store.write([event(1)]);
    await store.write([event(2), group(3, [sample('F1', T0, 1)]), event(4)]);
    await store.write([event(5)]);
    expect(await store.cursor()).toBe(5);
    expect(seen((await store.reader.samples('F1', 0, 4e12)).value)).toEqual([1]);
    await store.close();
  });

  it('gives back what was written, by channel and time', async () => {
    const store = await (await fresh()).open();
    const written = [
      sample('F1', T0 + 1000, 12.345678901234567),
      sample('F2', T0 + 1000, -1e-300),
      sample('F1', T0 + 2000, 0.1 + 0.2, { quality: 'suspect', reason: 'out-of-range', origin: 'simulated' }),
    ];
    await store.write([group(1, written)]);
    const columns = await store.reader.samples('F1', T0, T0 + 2001);
    expect([...columns.timeMs]).toEqual([T0 + 1000, T0 + 2000]);
    expect(seen(columns.value)).toEqual([12.345678901234567, 0.1 + 0.2].map(kept));
    expect([[...columns.quality], [...columns.reason], [...columns.origin]]).toEqual([
      [0, 1],
      [0, 10],
      [0, 1],
    ]);
    expect([...(await store.reader.samples('F1', T0, T0 + 2000)).timeMs]).toEqual([T0 + 1000]);
    expect([...(await store.reader.samples('F2', 0, 4e12)).value]).toEqual([-1e-300]);
    expect(await store.reader.counts()).toEqual(
      new Map([
        ['F1', 2],
        ['F2', 1],
      ]),
    );
    const latest = await store.reader.latest(['F1', 'F2', 'F3']);
    const rounded = [...latest.values()].map((one) => ({ ...one, value: kept(one.value!) }));
    expect(new Map(rounded.map((one) => [one.channel, one]))).toEqual(
      new Map([written[2]!, written[1]!].map((one) => [one.channel, { ...one, value: kept(one.value!) }])),
    );
    await store.close();
  });

  it('keeps a missing sample as missing, with its reason and no value', async () => {
    const store = await (await fresh()).open();
    const gap = sample('F1', T0 + 60_000, null, { reason: 'power-cut' });
    await store.write([group(1, [sample('F1', T0, 5), gap])]);
    const columns = await store.reader.samples('F1', T0, T0 + HOUR);
    expect([...columns.value]).toEqual([5, Number.NaN]);
    expect([...columns.quality]).toEqual([0, 2]);
    expect([...columns.reason]).toEqual([0, 3]);
    expect((await store.reader.latest(['F1'])).get('F1')).toEqual(gap);
    const [partial] = (await store.reader.partials([rateSpec('F1')], T0, T0 + HOUR)).get('F1')!;
    expect(partial).toMatchObject({ good: 1, missing: { 3: 1 }, firstValue: 5, lastValue: 5 });
    await store.close();
  });

  it('changes nothing when groups are stored again', async () => {
    const store = await (await fresh()).open();
    const groups = [1, 2, 3].map((seq) =>
      group(
        seq,
        minutes('F1', 10 * seq, 10 * seq + 10, (i) => i),
      ),
    );
    await store.write(groups);
    await store.write(groups);
    await store.write(groups.slice(1));
    await store.rewind(1);
    await store.write(groups);
    expect(await store.cursor()).toBe(3);
    expect((await store.reader.counts()).get('F1')).toBe(30);
    expect([...(await store.reader.samples('F1', 0, 4e12)).value]).toEqual(Array.from({ length: 30 }, (_, k) => 10 + k));
    await store.close();
  });

  it('counts a redelivered reading once, the last record holding', async () => {
    const store = await (await fresh()).open();
    await store.write([group(1, [sample('F1', T0, 1), sample('F1', T0, 1), sample('F1', T0 + 1000, 2)])]);
    await store.write([group(2, [sample('F1', T0, 7), sample('F1', T0 + 1000, null)])]);
    const columns = await store.reader.samples('F1', 0, 4e12);
    expect([...columns.value]).toEqual([7, Number.NaN]);
    expect((await store.reader.counts()).get('F1')).toBe(2);
    await store.close();
  });

  it('puts a correction in the place of the reading, marked as entered by hand', async () => {
    const store = await (await fresh()).open();
    await store.write([
      group(
        1,
        minutes('F1', 0, 200, () => 6),
      ),
    ]);
    const partial = async () => (await store.reader.partials([rateSpec('F1')], T0, T0 + HOUR)).get('F1')!.at(0)!;
    expect(await partial()).toMatchObject({ good: 60, sum: 360, origins: 1 });
    const signed = { kind: 'correction', timeMs: T0 + 9 * HOUR, channel: 'F1', by: 'Li', why: 'misread' } as const;
    const corrections = [
      { ...signed, sampleTimeMs: T0, value: 7 },
      { ...signed, sampleTimeMs: T0 + 60_000, value: null },
    ];
    await store.write([{ seq: 2, records: corrections, sha256: '' }]);
    expect(await partial()).toMatchObject({ good: 59, missing: { 13: 1 }, sum: 355, origins: 5 });
    expect((await store.reader.counts()).get('F1')).toBe(200);
    await store.close();
  });

  it('puts late data into the hours they belong to', async () => {
    const store = await (await fresh()).open();
    const spec = rateSpec('F1');
    const partials = async () => [...(await store.reader.partials([spec], T0, T0 + 3 * HOUR)).get('F1')!];
    await store.write([group(1, [...minutes('F1', 0, 60, () => 6), ...minutes('F1', 120, 600, () => 6)])]);
    expect((await partials()).map(({ hourMs }) => hourMs)).toEqual([T0, T0 + 2 * HOUR]);
    await store.write([
      group(
        2,
        minutes('F1', 60, 120, () => 9),
      ),
    ]);
    const [, late] = await partials();
    expect(late).toMatchObject({ hourMs: T0 + HOUR, good: 60, sum: 540 });
    expect(late!.integral).toBeCloseTo((9 * 59) / 60, 12);
    await store.write([group(3, [sample('F1', T0 + HOUR, 69)])]);
    expect((await partials())[1]).toMatchObject({ good: 60, sum: 600, max: 69 });
    await store.close();
  });

  it('computes partials anew for a changed spec', async () => {
    const store = await (await fresh()).open();
    await store.write([
      group(
        1,
        minutes('F1', 0, 600, (i) => i % 60),
      ),
    ]);
    const integral = async (maxGapMs: number) =>
      (await store.reader.partials([{ ...rateSpec('F1'), maxGapMs }], T0, T0 + HOUR)).get('F1')!.at(0)!.integral;
    const bridged = await integral(180_000);
    expect(bridged).toBeGreaterThan(0);
    expect(await integral(1000)).toBe(0);
    expect(await integral(180_000)).toBe(bridged);
    await store.close();
  });

  it('keeps its cursor and its samples over a reopening', async () => {
    const bench = await fresh();
    const first = await bench.open();
    await first.write([
      group(
        1,
        minutes('F1', 0, 90, (i) => i),
      ),
      group(
        2,
        minutes('F2', 0, 90, () => null),
      ),
    ]);
    await first.close();
    const again = await bench.open();
    expect(await again.cursor()).toBe(2);
    await again.write([
      group(
        3,
        minutes('F1', 90, 100, (i) => i),
      ),
    ]);
    expect(await again.reader.counts()).toEqual(
      new Map([
        ['F1', 100],
        ['F2', 90],
      ]),
    );
    expect((await again.reader.latest(['F1'])).get('F1')!.value).toBe(99);
    await again.close();
  });

  it('is read while it is written', async () => {
    const store = await (await fresh()).open();
    const writing = (async () => {
      for (let seq = 1; seq <= 20; seq += 1)
        await store.write([
          group(
            seq,
            minutes('F1', 100 * seq, 100 * seq + 100, (i) => i),
          ),
        ]);
    })();
    let seen = 0;
    while (seen < 2000) {
      const { timeMs, value } = await store.reader.samples('F1', 0, 4e12);
      expect(timeMs.length).toBeGreaterThanOrEqual(seen);
      if (atomic) expect(timeMs.length % 100).toBe(0);
      for (const [k, time] of timeMs.entries()) expect(value[k]).toBe((time - T0) / 60_000);
      seen = timeMs.length;
    }
    await writing;
    await store.close();
  });

  it('takes groups ahead of a backlog, over a reopening, and ends as if they had come in order', async () => {
    const bench = await fresh();
    let store = await bench.open();
    if (store.ahead === undefined) return store.close();
    const groups = Array.from({ length: 9 }, (_, k) => {
      const own = minutes('F1', 10 * k, 10 * k + 10, (i) => i);
      // A correction of a reading of the group before, and of one that the backlog holds.
      return group(k + 1, k < 4 ? own : [...own, sample('F1', T0 + 60_000 * (10 * k - 1), -k), sample('F1', T0 + 60_000 * k, -k)]);
    });
    await store.write(groups.slice(0, 1));
    await store.ahead.write(groups.slice(6, 7), 6);
    expect([await store.cursor(), await store.ahead.span()]).toEqual([1, { afterSeq: 6, throughSeq: 7 }]);
    expect((await store.reader.latest(['F1'])).get('F1')).toMatchObject({ value: 69 });
    await store.close();
    store = await bench.open();
    await store.ahead!.write(groups.slice(6, 8), 99);
    expect(await store.ahead!.span()).toEqual({ afterSeq: 6, throughSeq: 8 });
    await store.write(groups.slice(1, 5));
    expect([await store.cursor(), await store.ahead!.span()]).toEqual([5, { afterSeq: 6, throughSeq: 8 }]);
    await store.write(groups.slice(5));
    expect([await store.cursor(), await store.ahead!.span()]).toEqual([9, null]);
    const due = Array.from({ length: 90 }, (_, i) => i);
    for (let k = 4; k < 9; k += 1) [due[10 * k - 1], due[k]] = [-k, -k];
    expect([...(await store.reader.samples('F1', 0, 4e12)).value]).toEqual(due);
    expect((await store.reader.counts()).get('F1')).toBe(90);
    await store.ahead!.write([group(10, [sample('F1', T0 + 90 * 60_000, 1)])], 9);
    await store.rewind(2);
    expect([await store.cursor(), await store.ahead!.span()]).toEqual([2, null]);
    await store.close();
  });

  it('keeps results beside the samples: the same again is the same, another revision stands beside the first', async () => {
    const bench = await fresh();
    const store = await bench.open();
    const { results } = store;
    const tags = { balance: 'water', kind: 'water', boundary: 'P 1, x=y', unit: 'm3', hours: '72' };
    const balance = (revision: string, imbalance: number): Result => ({
      measurement: 'balance',
      timeMs: T0,
      tags: { ...tags, revision },
      fields: { in: 7200, out: 7000.5, imbalance, verdict: 2, closurePercent: Number.NaN },
    });
    const known = (one: Result): Result => {
      const { closurePercent: _, ...fields } = one.fields as Record<string, number>;
      return { ...one, fields };
    };
    const root: Result = { measurement: 'root', timeMs: T0, tags: { sha256: 'ab'.repeat(32) }, fields: { seq: 12 } };
    expect(await results!.read('balance', 0, 4e12)).toEqual([]);
    await results!.write([balance('1', 199.5), root]);
    await results!.write([balance('1', 199.5), balance('2', -1.25)]);
    expect(await results!.read('balance', T0, T0 + 1)).toEqual([known(balance('1', 199.5)), known(balance('2', -1.25))]);
    expect(await results!.read('balance', T0 + 1, 4e12)).toEqual([]);
    expect(await results!.read('root', 0, 4e12)).toEqual([root]);
    expect(await store.reader.counts()).toEqual(new Map());
    await store.close();
    const again = await bench.open();
    expect(await again.results!.read('balance', 0, 4e12)).toHaveLength(2);
    await again.close();
  });

  it('keeps what the journal says was counted as it follows, each statement once, and has it again where it is filled again', async () => {
    const run = '2026-03-01T00:00:00.000Z';
    const counted = { polled: 3600, journalled: 3590, quarantined: 2, returned: 0, within: 7 };
    const statement = (state: IntakeStatement['state'], turn: number, polled: number): JournalRecord => ({
      kind: 'event',
      timeMs: T0 + HOUR + polled,
      source: 'GW 1',
      event: INTAKE,
      detail: statementText({ run, source: 'GW 1', hourMs: state === 'open' ? T0 + HOUR : T0, state, turn, ...counted, polled }),
    });
    const detail = brokenText({ run, countedMs: T0 + HOUR - 30_000, untilMs: T0 + HOUR + 90_000 });
    const broken: JournalRecord = { kind: 'event', timeMs: T0, source: 'collector', event: INTAKE_BROKEN, detail };
    const events = [
      statement('open', 0, 1800),
      statement('over', 1, 3600),
      statement('over', 2, 3601),
      statement('broken', 0, 1800),
      broken,
    ];
    const groups = events.map((event, k): JournalGroup => ({ ...group(k + 1, [sample('F1', T0 + 1000 * k, k)]), records: [event] }));
    groups.push(group(groups.length + 1, [sample('F1', T0, 1)]));
    const journal = {
      head: () => ({ seq: groups.length }),
      groups: (afterSeq: number) => Readable.from(groups.slice(afterSeq)) as AsyncIterable<JournalGroup>,
      waitFor: () => Promise.reject(new Error('at its end')),
    };
    const row = (turn: number, polled: number, seq: number): Result => ({
      measurement: 'intake',
      timeMs: T0,
      tags: { source: 'GW 1', run, turn: String(turn) },
      fields: { ...counted, polled, seq },
    });
    const uncounted = (timeMs: number, ms: number): Result => ({ measurement: 'uncounted', timeMs, tags: { run }, fields: { ms, seq: 5 } });
    for (const bench of [await fresh(), await fresh()]) {
      const store = await bench.open();
      for (let again = 0; again < 2; again++) {
        await follow(journal, store, { untilHead: true });
        expect(await store.cursor()).toBe(6);
        expect(await store.results!.read('intake', T0, T0 + HOUR)).toEqual([row(0, 1800, 4), row(1, 3600, 2), row(2, 3601, 3)]);
        expect(await store.results!.read('intake', T0 + 1, T0 + 9 * HOUR)).toEqual([]);
        expect(await store.results!.read('uncounted', 0, 4e12)).toEqual([uncounted(T0, 30_000), uncounted(T0 + HOUR, 90_000)]);
        await store.rewind(0);
      }
      expect((await store.reader.counts()).get('F1')).toBe(1);
      await store.close();
    }
  });

  it('answers questions that are asked at once', async () => {
    const store = await (await fresh()).open();
    await store.write([group(1, [...minutes('F1', 0, 300, (i) => i), ...minutes('F2', 0, 300, (i) => -i)])]);
    const ask = async (channel: string) => (await store.reader.samples(channel, 0, 4e12)).value;
    const partials = async () => (await store.reader.partials([rateSpec('F1'), rateSpec('F2')], T0, T0 + 5 * HOUR)).size;
    const [one, two, size, three] = await Promise.all([ask('F1'), ask('F2'), partials(), ask('F1')]);
    expect([one.at(-1), two.at(-1), three.at(-1)]).toEqual([299, -299, 299]);
    expect([one.length, two.length, size, three.length]).toEqual([300, 300, 2, 300]);
    await store.close();
  });
}
