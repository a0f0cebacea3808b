import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { absenceRecords } from '../../../collector/recorder/absence.ts';
import { createRecorder } from '../../../collector/recorder/recorder.ts';
import { accountOf } from '../../../collector/sample/conservation.ts';
import { HOUR_MS } from '../../../collector/sample/hour.ts';
import { differenceOf, IntakeBook } from '../../../collector/sample/intake.ts';
import { type QualityChecks, qualityStage } from '../../../collector/sample/quality.ts';
import { REASON_CODE, type Reason } from '../../../collector/sample/reason.ts';
import type { Sample } from '../../../collector/sample/sample.ts';
import { pollBudgets } from '../../../collector/sources/budget.ts';
import { systemClock } from '../../../collector/sources/clock.ts';
import { DeadBand } from '../../../collector/sources/dead-band.ts';
import { InOrder } from '../../../collector/sources/in-order.ts';
import { crc16 } from '../../../collector/sources/modbus/framing.ts';
import { Outbox } from '../../../collector/sources/outbox.ts';
import type { Sink } from '../../../collector/sources/source.ts';
import { MemoryJournal } from '../recorder/memory-journal.ts';
import { readingsOf } from './gather.ts';
import { groupsOfPlant, slowLine } from './modbus/slow-line.ts';
import { randomFrom, VirtualClock, Wire } from './modbus/virtual-time.ts';
import { plantOf } from './plants.ts';

const START = Date.UTC(2026, 2, 1, 8);
const EVERY_MS = 10_000;
const LOOK_MS = 1_000;
const SPAN_MS = HOUR_MS;
/** Right at a due time, before it is taken. */
const CHANGED_MS = START + SPAN_MS / 2;

interface Course {
  readonly seed: number;
  /** Of the value between two looks, in registers. */
  readonly step: number;
  readonly leapOneIn: number;
  /** ms until an answer is sent, gone through in turn; null: none. */
  readonly delays: readonly (number | 'refused' | null)[];
  readonly change: { readonly absolute?: number };
  /** The plant file says something else half-way. */
  readonly later?: { readonly absolute?: number } | undefined;
}

interface Seen {
  /** Every look, as it was judged, in the order in which it was. */
  readonly looks: readonly Sample[];
  readonly kept: readonly Sample[];
  readonly intake: IntakeBook;
}

/** One channel looked at each second and due each ten, of a value that wanders and leaps, over an hour; what begins with 6 is suspect. */
async function looked({ seed, step, leapOneIn, delays, change, later }: Course): Promise<Seen> {
  const clock = new VirtualClock(START - 1_400, seed);
  const random = randomFrom(seed);
  let [value, asked] = [500, 0];
  const open = (): Wire =>
    new Wire((bytes, wire) => {
      const delay = delays[asked++ % delays.length]!;
      value = Math.floor(random() * leapOneIn) === 0 ? 100 + Math.floor(random() * 800) : value + Math.round((random() - 0.5) * 2 * step);
      value = Math.max(0, Math.min(1_000, value));
      if (delay === null) return;
      const refused = delay === 'refused';
      const body = refused ? Buffer.from([bytes[0]!, 0x83, 4]) : Buffer.from([bytes[0]!, 3, 2, value >> 8, value & 0xff]);
      clock.after(refused ? 20 : delay, () => wire.send(Buffer.concat([body, crc16(body)])));
    });
  const read = { device: 'd', unit: 1, table: 'holding', address: { pdu: 5 }, type: 'uint16', scale: 0.1, every: '10s' };
  const settings = { id: 'd', protocol: 'modbus-serial', path: '/dev/none', line: { baud: 9600 }, timeout: '5s', quiet: '500ms' };
  const plantWith = (own: Course['change']) => plantOf([settings], { a: { ...read, change: { ...own, sampling: '1s' } } });
  const source = slowLine(plantWith(change), 5_000, open, clock);
  const looks: Sample[] = [];
  const kept: Sample[] = [];
  const intake = new IntakeBook('run', () => clock.nowMs());
  const own = intake.of('d');
  const sink: Sink = {
    async samples(samples) {
      kept.push(...samples);
      own.journalled(samples);
    },
    async quarantine() {},
    async event() {},
    intake: own,
    judge(sample) {
      const doubtful = sample.quality === 'good' && Math.floor(sample.value! / 10) === 6;
      const judged: Sample = doubtful ? { ...sample, quality: 'suspect', reason: 'out-of-range' } : sample;
      looks.push(judged);
      return judged;
    },
  };
  await clock.during(
    (async () => {
      await source.start(sink);
      const passed = (ms: number) => new Promise<void>((resolve) => clock.after(ms, resolve));
      await passed(CHANGED_MS - START + 1_400);
      if (later !== undefined) source.read(groupsOfPlant(plantWith(later)));
      await passed(START + SPAN_MS + 12_000 - CHANGED_MS);
      await source.stop();
    })(),
  );
  return { looks, kept, intake };
}

const BANDS = [{}, { absolute: 0.1 }, { absolute: 0.45 }, { absolute: 3 }, { absolute: 1_000 }];

const course: fc.Arbitrary<Course> = fc.record({
  seed: fc.integer(),
  step: fc.constantFrom(0, 1, 3, 20),
  leapOneIn: fc.constantFrom(7, 100, 1_000),
  delays: fc.array(
    fc.oneof(
      { weight: 12, arbitrary: fc.integer({ min: 1, max: 400 }) },
      { weight: 1, arbitrary: fc.integer({ min: 900, max: 4_000 }) },
      { weight: 1, arbitrary: fc.constant('refused' as const) },
      { weight: 1, arbitrary: fc.constant(null) },
    ),
    { minLength: 1, maxLength: 60 },
  ),
  change: fc.constantFrom(...BANDS),
  later: fc.option(fc.constantFrom(...BANDS), { nil: undefined }),
});

describe('readings with a dead-band', () => {
  it('keep every due time, leave out nothing but looks within the dead-band, and account for all', async () => {
    const sums = { left: 0, kept: 0, missing: 0 };
    await fc.assert(
      fc.asyncProperty(course, async (one) => {
        const { looks, kept, intake } = await looked(one);
        // What is being asked when the plant file changes is finished as it was.
        const [old, now] = [one.change, one.later ?? one.change].map(({ absolute }) => absolute ?? 0) as [number, number];
        const bandAt = (timeMs: number): number => (timeMs < CHANGED_MS ? old : timeMs < CHANGED_MS + EVERY_MS ? Math.max(old, now) : now);

        // Nothing is kept that was not seen, and in the order in which it was.
        const placeOf = new Map(looks.map(({ timeMs, reason }, place) => [`${timeMs} ${reason}`, place]));
        const places = kept.map(({ timeMs, reason }) => placeOf.get(`${timeMs} ${reason}`) ?? -1);
        expect(places.every((place, at) => place > (places[at - 1] ?? -1))).toBe(true);
        expect(kept).toEqual(places.map((place) => looks[place]));

        // Between two kept ones every look is within the dead-band of the first, for the same reason, and near the line between them.
        const wrong = places.flatMap((from, at) => {
          const to = places[at + 1] ?? looks.length;
          const [first, second, band] = [looks[from]!, looks[to], bandAt(looks[from]!.timeMs)];
          return looks.slice(from + 1, to).filter(({ timeMs, value, reason }) => {
            if (reason !== first.reason || value === null || first.value === null) return reason !== first.reason || value !== first.value;
            if (second?.value == null) return Math.abs(value - first.value) > band;
            const line = first.value + ((second.value - first.value) * (timeMs - first.timeMs)) / (second.timeMs - first.timeMs);
            return Math.abs(value - first.value) > band || Math.abs(value - line) > 2 * band + 1e-9;
          });
        });
        expect(wrong).toEqual([]);
        expect([places[0], places.at(-1)]).toEqual([0, looks.length - 1]);

        // The account of the looks has no gap, and that of what is kept is the same, due time by due time.
        expect(accountOf(readingsOf(looks), LOOK_MS, START)).toMatchObject({ expected: 3600, unaccounted: 0 });
        const { expected, good, suspect, missing, unaccounted } = accountOf(readingsOf(kept), EVERY_MS, START, LOOK_MS);
        const missed = Object.values(missing).reduce((sum, count) => sum + count, 0);
        expect([expected, unaccounted, good + suspect + missed]).toEqual([360, 0, 360]);
        expect({ good, suspect, missing }).toEqual(dueOf(looks));

        // Polled is every look, and what is not journalled was within the dead-band.
        const counts = intake.totals().get('d')!;
        expect([counts.polled, counts.journalled, counts.within ?? 0]).toEqual([looks.length, kept.length, looks.length - kept.length]);
        expect(differenceOf(counts)).toBe(0);
        sums.left += counts.within ?? 0;
        sums.kept += kept.length;
        sums.missing += missed;
      }),
      {
        numRuns: 4,
        examples: [
          // Answers that come behind the next look are those of their own due times.
          [{ seed: 1, step: 1, leapOneIn: 1_000, delays: [1_300], change: { absolute: 1_000 } }],
          [{ seed: 2, step: 3, leapOneIn: 100, delays: [50], change: { absolute: 0.45 } }],
        ],
      },
    );
    // It was about something.
    expect(Math.min(sums.left, sums.kept, sums.missing)).toBeGreaterThan(0);
  });
});

/** What is kept of a value at each second, as the recorder journals it; 5, 65, 125, … s are due. */
async function keptOf(valueAt: (second: number) => number, band: number, seconds: number, checks: QualityChecks): Promise<Sample[]> {
  const journal = new MemoryJournal();
  const sink = createRecorder(journal, { simulated: false, judge: qualityStage(new Map([['a', checks]])) }).of('d');
  const outbox = new Outbox(sink, systemClock, new AbortController().signal, () => {});
  const inOrder = new InOrder(outbox, LOOK_MS, undefined, new DeadBand({ keepMs: 60_000, bandOf: new Map([['a', band]]) }, sink.judge));
  for (let second = 0; second < seconds; second++) {
    const timeMs = START - 5_000 + second * LOOK_MS;
    inOrder.due(timeMs, [], () => ({ reason: 'communication', batches: [] }));
    inOrder.giveBatch({
      channels: ['a'],
      timeMs,
      origin: 'device',
      values: Float64Array.of(valueAt(second)),
      reasons: Uint8Array.of(REASON_CODE.none),
      raw: { kind: 'same', text: null },
    });
  }
  inOrder.end();
  await outbox.empty();
  return journal.samples;
}

const told = (samples: readonly Sample[]): [number, number | null, Reason][] =>
  samples.map(({ timeMs, value, reason }) => [(timeMs - START) / LOOK_MS + 5, value, reason]);

describe('checks of readings with a dead-band', () => {
  it('see every look: what stirs within the dead-band is not frozen, what stands still is', async () => {
    const frozen = { forMs: 150_000, within: 0.01 };
    const stirs = (second: number): number => (second % 20 === 13 ? 7.3 : 7);
    expect(told(await keptOf(stirs, 0.5, 400, { frozen })).every(([, , reason]) => reason === 'none')).toBe(true);
    const stands = told(await keptOf(() => 7, 0.5, 400, { frozen }));
    // The look in which it is told for frozen first, and before it the last that was good.
    expect(stands).toEqual([
      [0, 7, 'none'],
      [5, 7, 'none'],
      [65, 7, 'none'],
      [125, 7, 'none'],
      [150, 7, 'frozen'],
      ...[185, 245, 305, 365, 399].map((second) => [second, 7, 'frozen']),
    ]);
  });

  it('see a leap between two due times, and a limit that is passed within the dead-band', async () => {
    const leaps = (second: number): number => (second === 30 ? 90 : second === 100 ? 50.3 : 50);
    const kept = told(await keptOf(leaps, 1, 130, { changePerMinute: 60, limits: [0, 50.2] }));
    expect(kept).toEqual([
      [0, 50, 'none'],
      [5, 50, 'none'],
      [29, 50, 'none'],
      [30, 90, 'out-of-range'],
      [31, 50, 'none'],
      [65, 50, 'none'],
      [100, 50.3, 'out-of-range'],
      [101, 50, 'none'],
      [125, 50, 'none'],
      [129, 50, 'none'],
    ]);
  });

  it('leave no look before the one that moved where the line to it passes those between within the dead-band', async () => {
    const ramp = (second: number): number => (second < 6 ? 0 : second - 5);
    expect(told(await keptOf(ramp, 4.5, 16, {})).map(([second]) => second)).toEqual([0, 5, 10, 15]);
    const tooth = (second: number): number => (second < 10 ? ramp(second) : 10 - second + 5);
    expect(told(await keptOf(tooth, 4.5, 16, {})).map(([second]) => second)).toEqual([0, 5, 10, 15]);
    const leap = (second: number): number => (second < 10 ? 0 : 20);
    expect(told(await keptOf(leap, 4.5, 16, {})).map(([second]) => second)).toEqual([0, 5, 9, 10, 15]);
  });
});

/** Looks at a value that stands at 5, each so long behind the one before. */
function lookedAt() {
  const gathered: Sample[] = [];
  const sink = {
    samples: async (samples: readonly Sample[]) => void gathered.push(...samples),
    quarantine: async () => {},
    event: async () => {},
  };
  const outbox = new Outbox(sink, systemClock, new AbortController().signal, () => {});
  const inOrder = new InOrder(outbox, LOOK_MS, undefined, new DeadBand({ keepMs: EVERY_MS, bandOf: new Map([['a', 1]]) }));
  let timeMs = START + 1_000;
  const look = (passedMs: number) => {
    timeMs += passedMs;
    const sample = { channel: 'a', timeMs, value: 5, quality: 'good', reason: 'none', origin: 'device', raw: null } as const;
    inOrder.due(Math.floor(timeMs / LOOK_MS) * LOOK_MS, [], () => ({ reason: 'communication', batches: [] }));
    inOrder.give([sample], timeMs);
  };
  return { look, gathered, empty: () => outbox.empty() };
}

describe('a dead-band behind a clock that was set', () => {
  it.each([-3_600_000, -1_500, 601 * EVERY_MS])('begins anew: what was not seen did not stand still, %i ms', async (leapMs) => {
    const { look, gathered, empty } = lookedAt();
    for (const passedMs of [0, 1_000, 1_000, 1_000]) look(passedMs);
    look(leapMs);
    look(1_000);
    await empty();
    const at = gathered.map((sample) => sample.timeMs - START);
    // The first, the last before the leap, and the first behind it.
    expect(at).toEqual([1_000, 4_000, 4_000 + leapMs]);
  });

  it('misses every due time of a while that is longer than many looks, and is no leap by how often readings are due', async () => {
    const { look, gathered, empty } = lookedAt();
    look(0);
    look(1_000);
    look(700_000);
    await empty();
    const missing = gathered.filter(({ value }) => value === null).map(({ timeMs }) => timeMs - START);
    // From the first look that nobody made on.
    expect(missing).toEqual([3_000, ...Array.from({ length: 70 }, (_, index) => (index + 1) * EVERY_MS)]);
    expect(gathered.filter(({ value }) => value !== null).map(({ timeMs }) => timeMs - START)).toEqual([1_000, 2_000, 702_000]);
  });
});

describe('what is asked for looks', () => {
  const settings = { id: 'd', protocol: 'modbus-tcp', framing: 'rtu', host: '127.0.0.1', line: { baud: 9600 } };
  const read = (pdu: number, more: object) => ({ device: 'd', unit: 1, table: 'holding', address: { pdu }, type: 'uint16', ...more });
  const plant = (...more: object[]) => plantOf([settings], Object.fromEntries(more.map((one, at) => [`m${at}`, read(at, one)])));

  it('is in the poll budget as often as it is asked', () => {
    const looked = pollBudgets(plant({ every: '60s', change: { sampling: '1s' } }))[0]!;
    const { utilisation, shortestEveryMs } = pollBudgets(plant({ every: '1s' }))[0]!;
    expect(looked).toMatchObject({ utilisation, shortestEveryMs });
    expect(utilisation).toBeGreaterThan(50 * pollBudgets(plant({ every: '60s' }))[0]!.utilisation);
  });

  it('is joined in requests with what is due as often and looked at as often', () => {
    const change = { absolute: 2, sampling: '1s' };
    const groups = groupsOfPlant(
      plant({ every: '1s' }, { change }, { change: { sampling: '1s' } }, { every: '10s', change }, { every: '60s' }),
    );
    expect(groups.map(({ everyMs, keepMs, reads }) => [everyMs, keepMs, reads.length, reads[0]!.items.length])).toEqual([
      [1_000, undefined, 1, 1],
      [1_000, 10_000, 1, 1],
      [1_000, 60_000, 1, 2],
      [60_000, undefined, 1, 1],
    ]);
  });
});

describe('a collector that does not run', () => {
  it('misses each due time of a channel with a dead-band, and the first look behind the last record', () => {
    const read = { device: 'd', unit: 1, table: 'holding', address: { pdu: 5 }, type: 'uint16', every: '10s', change: { sampling: '2s' } };
    const { channels } = plantOf([{ id: 'd', protocol: 'modbus-tcp', host: '127.0.0.1' }], { a: read, b: { ...read, change: undefined } });
    const missed = [...absenceRecords(channels.values(), START + 13_500, START + 40_000)]
      .flat()
      .flatMap((record) =>
        record.kind === 'sample' ? [`${record.sample.channel} ${(record.sample.timeMs - START) / 1000} ${record.sample.reason}`] : [],
      );
    const due = [20, 30].flatMap((second) => ['a', 'b'].map((id) => `${id} ${second} collector-stopped`));
    expect(missed).toEqual(['a 14 collector-stopped', ...due]);
  });
});

/** What the due times of the hour were answered by, from every look: each time of looking has one, in order, two where one is late. */
function dueOf(looks: readonly Sample[]): { good: number; suspect: number; missing: Partial<Record<Reason, number>> } {
  const found = { good: 0, suspect: 0, missing: {} as Partial<Record<Reason, number>> };
  const slots = new Map<number, Sample[]>();
  for (const look of looks) {
    const slot = Math.floor(look.timeMs / LOOK_MS);
    slots.set(slot, [...(slots.get(slot) ?? []), look]);
  }
  for (let dueMs = START; dueMs < START + HOUR_MS; dueMs += EVERY_MS) {
    const slot = dueMs / LOOK_MS;
    const answer = slots.get(slot)?.at(-1) ?? slots.get(slot + 1)![0]!;
    if (answer.quality === 'missing') found.missing[answer.reason] = (found.missing[answer.reason] ?? 0) + 1;
    else found[answer.quality]++;
  }
  return found;
}
