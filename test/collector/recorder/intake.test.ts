import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { keepIntake } from '../../../collector/recorder/intake-journal.ts';
import { createRecorder } from '../../../collector/recorder/recorder.ts';
import type { SampleBatch } from '../../../collector/sample/batch.ts';
import { differenceOf, type IntakeCounts } from '../../../collector/sample/intake.ts';
import { REASON_CODE } from '../../../collector/sample/reason.ts';
import type { Sample } from '../../../collector/sample/sample.ts';
import type { Clock } from '../../../collector/sources/clock.ts';
import { InOrder } from '../../../collector/sources/in-order.ts';
import type { Held } from '../../../collector/sources/mqtt/broker.ts';
import { handOver, type Read } from '../../../collector/sources/mqtt/hand-over.ts';
import { Outbox } from '../../../collector/sources/outbox.ts';
import type { Quarantined, Sink } from '../../../collector/sources/source.ts';
import { intakeResults } from '../../../collector/stores/intake.ts';
import type { Result } from '../../../collector/stores/results.ts';
import { MemoryJournal } from './memory-journal.ts';

const T0 = Date.UTC(2026, 2, 1, 6);
let dir = '';
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'liangheng-intake-'));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

/** Waits pass at once; the minutes of the counts come when a test says so. */
class Quick implements Clock {
  now = T0;
  nowMs = (): number => this.now;
  after(_delayMs: number, callback: () => void): () => void {
    const timer = setImmediate(callback);
    return () => clearImmediate(timer);
  }
  random = (): number => 0.5;
}
const still = (clock: Quick) => ({ nowMs: () => clock.now, after: () => () => {} });

const sample = (channel: string, timeMs: number, value: number | null = 1): Sample => ({
  channel,
  timeMs,
  value,
  quality: value === null ? 'missing' : 'good',
  reason: value === null ? 'unreadable' : 'none',
  origin: 'device',
  raw: '41a0',
});
const batchOf = (values: readonly number[], timeMs: number): SampleBatch => ({
  channels: values.map((_, i) => `c${i}`),
  timeMs,
  origin: 'device',
  values: Float64Array.from(values),
  reasons: Uint8Array.from(values, (value) => REASON_CODE[Number.isNaN(value) ? 'communication' : 'none']),
  raw: { kind: 'same', text: '41a0' },
});
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Of one run of a collector: a device that is polled, and a broker. */
async function begin(journal: MemoryJournal, clock: Quick, folder: string) {
  const lastMs = journal.samples.reduce<number | null>((most, { timeMs }) => Math.max(most ?? timeMs, Math.floor(timeMs)), null);
  const intake = await keepIntake(journal, folder, still(clock), lastMs);
  const recorder = createRecorder(journal, { simulated: false, intake: intake.book });
  const stop = new AbortController();
  const sink = recorder.of('device');
  const outbox = new Outbox(sink, clock, stop.signal, () => {});
  return { intake, recorder, stop, outbox, answers: new InOrder(outbox, 1_000, sink.intake) };
}

/** A broker that sends again what was not acknowledged. */
class Broker {
  #unacknowledged: Read[] = [];
  #id = 1;

  publish(timeMs: number, parses: boolean): void {
    const link = { acknowledge: (ids: readonly number[]) => this.#acknowledge(ids), giveUp: () => {} };
    const message: Held = { topic: 't', payload: Buffer.from('x'), retained: false, again: false, id: this.#id++, link };
    const aside: Quarantined[] = parses ? [] : [{ timeMs, source: 'broker', reason: 'no JSON', raw: 'x' }];
    this.#unacknowledged.push({ message, samples: [sample('m', timeMs, parses ? 1 : null)], quarantined: aside });
  }

  /** Everything that is not acknowledged, to a collector. */
  async deliver(sink: Sink): Promise<void> {
    const reads = this.#unacknowledged.slice();
    if (reads.length > 0) await handOver(sink, reads).catch(() => undefined);
  }

  get waiting(): number {
    return this.#unacknowledged.length;
  }

  #acknowledge(ids: readonly number[]): void {
    this.#unacknowledged = this.#unacknowledged.filter(({ message }) => !ids.includes(message.id!));
  }
}

type Step =
  | { readonly do: 'batch'; readonly values: readonly number[]; readonly stepMs: number }
  | { readonly do: 'one'; readonly stepMs: number }
  | { readonly do: 'message'; readonly parses: boolean }
  | { readonly do: 'full'; readonly full: boolean }
  | { readonly do: 'tell' | 'kill' | 'restart' | 'turn' };

/** Steps between readings; a fraction of a millisecond breaks the rules of the journal. */
const stepMs = fc.oneof(fc.integer({ min: 1_000, max: 900_000 }), fc.constant(1_000.5));
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ do: fc.constant('batch' as const), values: fc.array(anyValue(), { minLength: 1, maxLength: 9 }), stepMs }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('one' as const), stepMs }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('message' as const), parses: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('full' as const), full: fc.boolean() }) },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constantFrom('tell' as const, 'tell' as const, 'turn' as const, 'restart' as const, 'kill' as const) }),
  },
);
function anyValue(): fc.Arbitrary<number> {
  return fc.oneof(fc.integer({ min: 0, max: 99 }), fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY));
}

const sumOf = (rows: readonly Result[], field: string): number => rows.reduce((sum, { fields }) => sum + fields[field]!, 0);
/** What a store would hold: of one source, run and hour the last. */
function stored(journal: MemoryJournal): { readonly intake: Result[]; readonly uncounted: Result[] } {
  const last = new Map(
    intakeResults(journal.written)
      .filter(({ measurement }) => measurement === 'intake')
      .map((one) => [`${one.timeMs} ${one.tags.run} ${one.tags.source}`, one]),
  );
  return { intake: [...last.values()], uncounted: intakeResults(journal.written).filter(({ measurement }) => measurement === 'uncounted') };
}

describe('what was polled', () => {
  it('is journalled, in quarantine, given back or still on its way, exactly, whatever is bad, full or killed', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 60 }), async (steps) => {
        const folder = await mkdtemp(join(dir, 'run-'));
        const [journal, clock, broker] = [new MemoryJournal(), new Quick(), new Broker()];
        let run = await begin(journal, clock, folder);
        /** What the journal held when the run began. */
        let before = { samples: 0, quarantined: 0 };
        let timeMs = T0;
        let kills = 0;
        const totals = (): IntakeCounts[] => [...run.intake.book.totals().values()];
        const counted = (what: keyof IntakeCounts): number => totals().reduce((sum, one) => sum + (one[what] ?? 0), 0);
        const settle = async (): Promise<void> => {
          journal.full = false;
          for (let rounds = 0; broker.waiting > 0 && rounds < 50; rounds++) await broker.deliver(run.recorder.of('broker'));
          await run.outbox.empty();
          expect(totals().map(differenceOf)).toEqual(totals().map(() => 0));
          expect(counted('journalled')).toBe(journal.samples.length - before.samples);
          expect(counted('quarantined')).toBe(journal.quarantined.length - before.quarantined);
        };
        const again = async (): Promise<void> => {
          clock.now += 1_000;
          before = { samples: journal.samples.length, quarantined: journal.quarantined.length };
          run = await begin(journal, clock, folder);
        };
        for (const one of steps) {
          clock.now = Math.max(clock.now, Math.ceil(timeMs));
          if (one.do === 'batch') {
            timeMs += one.stepMs;
            run.answers.giveBatch(batchOf(one.values, timeMs));
          } else if (one.do === 'one') {
            timeMs += one.stepMs;
            run.answers.giveOne(sample('c0', timeMs));
          } else if (one.do === 'message') {
            broker.publish(Math.floor(timeMs), one.parses);
            await broker.deliver(run.recorder.of('broker'));
          } else if (one.do === 'full') journal.full = one.full;
          else if (one.do === 'turn') await turn();
          else if (one.do === 'tell') await run.intake.tell(clock.now).catch(() => undefined);
          else if (one.do === 'restart') {
            await settle();
            await run.intake.stop();
            await again();
          } else {
            // Nothing of this run is heard of any more, and what it holds is gone.
            journal.full = true;
            run.stop.abort();
            await run.outbox.empty();
            journal.full = false;
            kills++;
            await again();
          }
          for (const onItsWay of totals().map(differenceOf)) expect(onItsWay).toBeGreaterThanOrEqual(0);
        }
        await settle();
        await run.intake.stop();
        const { intake, uncounted } = stored(journal);
        expect(new Set(uncounted.map(({ tags }) => tags.run)).size > 0).toBe(kills > 0);
        const { run: last } = run.intake.book;
        for (const { tags, fields } of intake) if (tags.run === last) expect(differenceOf(fields as unknown as IntakeCounts)).toBe(0);
        if (kills > 0) return;
        expect(sumOf(intake, 'journalled')).toBe(journal.samples.length);
        expect(sumOf(intake, 'quarantined')).toBe(journal.quarantined.length);
        expect(await readdir(folder)).toEqual([]);
      }),
      { numRuns: 80 },
    );
  });

  it('shows a batch that is dropped on the way, and a payload that quarantine forgets', async () => {
    class Lossy extends Outbox {
      override giveBatch(batch: SampleBatch): void {
        if (batch.channels.length !== 3) super.giveBatch(batch);
      }
    }
    const [journal, clock] = [new MemoryJournal(), new Quick()];
    const { intake, recorder } = await begin(journal, clock, await mkdtemp(join(dir, 'run-')));
    const sink = recorder.of('device');
    const outbox = new Lossy(sink, clock, new AbortController().signal, () => {});
    const answers = new InOrder(outbox, 1_000, sink.intake);
    answers.giveBatch(batchOf([1, 2], T0));
    answers.giveBatch(batchOf([1, 2, 3], T0 + 1_000));
    await outbox.empty();
    const broker = new Broker();
    broker.publish(T0, false);
    const forgetful = { ...recorder.of('broker'), quarantine: () => Promise.resolve() };
    await broker.deliver(forgetful);
    const [device, mqtt] = [...intake.book.totals().values()];
    expect(device).toEqual({ polled: 5, journalled: 2, quarantined: 0, returned: 0 });
    expect(mqtt).toEqual({ polled: 2, journalled: 1, quarantined: 0, returned: 0 });
    expect([device!, mqtt!].map(differenceOf)).toEqual([3, 1]);
    await intake.stop();
    expect(sumOf(stored(journal).intake, 'polled')).toBe(7);
  });

  it('of which a sample breaks the rules of the journal keeps the others, and its reason', async () => {
    const [journal, clock] = [new MemoryJournal(), new Quick()];
    const { recorder, intake, outbox, answers } = await begin(journal, clock, await mkdtemp(join(dir, 'run-')));
    answers.giveBatch(batchOf([1, Number.POSITIVE_INFINITY, 3, Number.NaN], T0));
    answers.giveBatch(batchOf([7, 8], T0 + 0.5));
    await outbox.empty();
    expect(journal.samples.map(({ channel, value }) => [channel, value])).toEqual([
      ['c0', 1],
      ['c2', 3],
      ['c3', null],
    ]);
    expect(journal.quarantined.map(({ source, timeMs, reason, raw }) => [source, timeMs, reason, raw])).toEqual([
      ['device', T0, 'c1: a value is finite or missing, not Infinity', '41a0'],
      ['device', T0, `c0: a time is a whole number of milliseconds, not ${T0 + 0.5}`, '41a0'],
      ['device', T0, `c1: a time is a whole number of milliseconds, not ${T0 + 0.5}`, '41a0'],
    ]);
    expect([...recorder.latest().keys()]).toEqual(['c0', 'c2', 'c3']);
    expect(intake.book.totals().get('device')).toEqual({ polled: 6, journalled: 3, quarantined: 3, returned: 0 });
    await intake.stop();
  });
});

describe('a count', () => {
  const told = (journal: MemoryJournal): string[] =>
    journal.records.flatMap((record) =>
      record.kind === 'event' ? [`${record.source} ${record.event} ${record.detail.replace(/run=\S+ /, '')}`] : [],
    );
  const hour = (n: number): string => `hour=2026-03-01T${String(6 + n).padStart(2, '0')}:00:00.000Z`;

  it('is told when it has changed, at the end of its hour and of the run, and of late records again', async () => {
    const [journal, clock] = [new MemoryJournal(), new Quick()];
    const { intake, recorder } = await begin(journal, clock, await mkdtemp(join(dir, 'run-')));
    const sink = recorder.of('device');
    const take = async (timeMs: number): Promise<void> => {
      sink.intake!.samples([sample('c0', timeMs)]);
      await sink.samples([sample('c0', timeMs)]);
    };
    await take(T0);
    for (const minute of [1, 2, 60, 61]) await intake.tell(T0 + 60_000 * minute);
    await take(T0 + 1_000);
    await take(T0 + 3_600_000);
    await intake.tell(T0 + 62 * 60_000);
    clock.now = T0 + 63 * 60_000;
    await intake.stop();
    expect(told(journal)).toEqual([
      `device intake ${hour(0)} state=open turn=0 polled=1 journalled=1 quarantined=0 returned=0`,
      `device intake ${hour(0)} state=over turn=1 polled=1 journalled=1 quarantined=0 returned=0`,
      `device intake ${hour(0)} state=over turn=2 polled=2 journalled=2 quarantined=0 returned=0`,
      `device intake ${hour(1)} state=open turn=0 polled=1 journalled=1 quarantined=0 returned=0`,
      `device intake ${hour(1)} state=stopped turn=1 polled=1 journalled=1 quarantined=0 returned=0`,
    ]);
  });

  it('of a run that was killed is told by the next as far as it had been, and how long nobody counted', async () => {
    const [journal, clock, folder] = [new MemoryJournal(), new Quick(), await mkdtemp(join(dir, 'run-'))];
    const first = await begin(journal, clock, folder);
    const [a, b] = [first.recorder.of('a'), first.recorder.of('b')];
    const take = async (sink: Sink, timeMs: number): Promise<void> => {
      sink.intake!.samples([sample('c0', timeMs)]);
      await sink.samples([sample('c0', timeMs)]);
    };
    await take(b, T0);
    await first.intake.tell(T0 + 58 * 60_000);
    await take(a, T0 + 58.2 * 60_000);
    await first.intake.tell(T0 + 59 * 60_000);
    await take(a, T0 + 61.5 * 60_000);
    // Killed here.
    clock.now = T0 + 70 * 60_000;
    const second = await begin(journal, clock, folder);
    const { run } = second.intake.book;
    await second.intake.stop();
    expect(told(journal).slice(2)).toEqual([
      `b intake ${hour(0)} state=broken turn=0 polled=1 journalled=1 quarantined=0 returned=0`,
      `a intake ${hour(0)} state=broken turn=0 polled=1 journalled=1 quarantined=0 returned=0`,
      'collector intake-broken counted=2026-03-01T06:59:00.000Z until=2026-03-01T07:01:30.000Z',
    ]);
    const { intake, uncounted } = stored(journal);
    expect(intake.map(({ tags }) => [tags.source, tags.run === run])).toEqual([
      ['b', false],
      ['a', false],
    ]);
    expect(uncounted.map(({ timeMs, fields }) => [timeMs - T0, fields.ms])).toEqual([
      [0, 60_000],
      [3_600_000, 90_000],
    ]);
    // A third that follows an orderly end says nothing.
    const third = await begin(journal, clock, folder);
    await third.intake.stop();
    expect(told(journal)).toHaveLength(5);
  });

  it('is told in each minute, and not any more once the run has ended: the next finds nothing of it', async () => {
    const [journal, clock, folder] = [new MemoryJournal(), new Quick(), await mkdtemp(join(dir, 'run-'))];
    const waits: { delayMs: number; callback: () => void; cancelled: boolean }[] = [];
    const after = (delayMs: number, callback: () => void): (() => void) => {
      const wait = { delayMs, callback, cancelled: false };
      waits.push(wait);
      return () => {
        wait.cancelled = true;
      };
    };
    const intake = await keepIntake(journal, folder, { nowMs: () => clock.now, after }, null);
    for (let minute = 0; minute < 3; minute++) {
      const wait = waits.at(-1)!;
      // At the beginning of the next minute.
      clock.now += wait.delayMs;
      expect((clock.now % 60_000) - 2_000).toBe(0);
      intake.book.of('a').samples([sample('c0', clock.now)]);
      wait.callback();
      await intake.tell(clock.now);
    }
    expect(told(journal).length).toBeGreaterThan(0);
    await intake.stop();
    expect(waits.at(-1)!.cancelled).toBe(true);
    expect(await readdir(folder)).toEqual([]);
  });

  it('of hours that have been forgotten goes on apart, so that the sum holds', async () => {
    const [journal, clock] = [new MemoryJournal(), new Quick()];
    const { intake, recorder } = await begin(journal, clock, await mkdtemp(join(dir, 'run-')));
    const sink = recorder.of('device');
    for (const days of [0, 3, 6, 9]) {
      clock.now = T0 + days * 86_400_000;
      sink.intake!.samples([sample('c0', T0)]);
      await sink.samples([sample('c0', T0)]);
      await intake.tell(clock.now);
      await intake.tell(clock.now);
    }
    await intake.stop();
    const { intake: rows } = stored(journal);
    expect(rows.map(({ tags }) => tags.run!.replace(/^.*Z/, ''))).toEqual(['', '+0', '+1']);
    expect(sumOf(rows, 'journalled')).toBe(4);
  });
});
