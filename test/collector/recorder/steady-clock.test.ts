import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeRecord } from '../../../collector/journal/codec.ts';
import type { JournalRecord } from '../../../collector/journal/record.ts';
import { createRecorder } from '../../../collector/recorder/recorder.ts';
import { type ClockNews, SteadyClock } from '../../../collector/recorder/steady-clock.ts';
import { accountOf } from '../../../collector/sample/conservation.ts';
import { HOUR_MS, type Readings } from '../../../collector/sample/hour.ts';
import { REASON_CODE } from '../../../collector/sample/reason.ts';
import { QUALITY_CODE, type Sample } from '../../../collector/sample/sample.ts';
import { Schedule } from '../../../collector/sources/schedule.ts';

const START = Date.UTC(2026, 2, 1, 8);
const MINUTE = 60_000;
const YEAR_2036 = Date.UTC(2036, 0, 1);

/** A machine whose wall clock someone sets, and whose time passes when the test says so. */
class Machine {
  monotonicMs = 5_000;
  offsetMs = START;
  readonly news: ClockNews[] = [];
  readonly clock: SteadyClock;

  constructor(lastMs: number | null = null) {
    this.clock = new SteadyClock(
      { nowMs: () => Math.floor(this.offsetMs + this.monotonicMs - 5_000), after: () => () => {}, random: () => 0 },
      // With a part of a millisecond, as such clocks have; the wall clock has none.
      () => this.monotonicMs + ((this.monotonicMs / 7) % 1),
      (news) => this.news.push(news),
      lastMs,
    );
  }

  pass(ms: number): void {
    this.monotonicMs += ms;
  }

  setWall(timeMs: number): void {
    this.offsetMs = timeMs - (this.monotonicMs - 5_000);
  }
}

/** Reads every minute for some hours, and sets the wall clock when told to. */
async function collected(hours: number, set: ReadonlyMap<number, (machine: Machine) => void>) {
  const machine = new Machine();
  const records: JournalRecord[] = [];
  // What breaks the rules of the journal is refused, as the journal itself would.
  const journal = { append: async (list: readonly JournalRecord[]) => records.push(...list.filter(encodeRecord)) };
  const recorder = createRecorder(journal, { simulated: false, clockDoubted: () => machine.clock.doubted });
  const schedule = new Schedule([{ everyMs: MINUTE }], machine.clock.nowMs());
  const sample = (timeMs: number): Sample => ({
    channel: 'm',
    timeMs,
    value: 1,
    quality: 'good',
    reason: 'none',
    origin: 'device',
    raw: null,
  });
  for (let second = 1; second <= hours * 3600; second++) {
    machine.pass(1000);
    set.get(second)?.(machine);
    for (const _due of schedule.take(machine.clock.nowMs())) await recorder.samples([sample(machine.clock.nowMs())]);
  }
  const samples = records.flatMap((record) => (record.kind === 'sample' ? [record.sample] : []));
  const readings: Readings = {
    timeMs: Float64Array.from(samples, ({ timeMs }) => timeMs),
    value: Float64Array.from(samples, () => 1),
    quality: Uint8Array.from(samples, ({ quality }) => QUALITY_CODE[quality]),
    reason: Uint8Array.from(samples, ({ reason }) => REASON_CODE[reason]),
    origin: new Uint8Array(samples.length),
  };
  return { machine, samples, readings };
}

describe('a clock that jumps to 2036 and back', () => {
  it('loses no reading, dates none in 2036, and marks what was read meanwhile', async () => {
    const { machine, samples, readings } = await collected(
      3,
      new Map([
        [3700, (one: Machine) => one.setWall(YEAR_2036)],
        [5500, (one: Machine) => one.setWall(START + 5500_000)],
      ]),
    );
    expect(machine.news.map(({ event }) => event)).toEqual(['clock-doubted', 'clock-returned']);
    expect(machine.news[0]!.step.stepMs / (YEAR_2036 - START)).toBeCloseTo(1, 3);
    expect(Math.max(...samples.map(({ timeMs }) => timeMs))).toBeLessThanOrEqual(START + 3 * HOUR_MS);
    for (const hour of [0, 1, 2]) {
      const account = accountOf(readings, MINUTE, START + hour * HOUR_MS);
      // The first reading is due one minute after the start.
      expect([account.expected, account.unaccounted, account.additional]).toEqual([60, hour === 0 ? 1 : 0, 0]);
    }
    const suspect = samples.filter(({ quality }) => quality === 'suspect');
    expect(suspect.every(({ reason }) => reason === 'clock-fault')).toBe(true);
    expect(suspect.length).toBe(30);
    expect(suspect.every(({ timeMs }) => timeMs >= START + 3700_000 && timeMs <= START + 5500_000)).toBe(true);
  });

  it('is believed after an hour without another step, and from then on followed', async () => {
    const { machine, samples } = await collected(3, new Map([[1800, (one: Machine) => one.setWall(YEAR_2036)]]));
    expect(machine.news.map(({ event }) => event)).toEqual(['clock-doubted', 'clock-accepted']);
    expect(samples.filter(({ reason }) => reason === 'clock-fault').length).toBeGreaterThanOrEqual(59);
    expect(samples.at(-1)).toMatchObject({ quality: 'good' });
    expect(samples.at(-1)!.timeMs).toBeGreaterThan(YEAR_2036);
  });
});

describe('the steady clock', () => {
  it('follows a correction of up to a minute, and journals it', () => {
    const machine = new Machine();
    machine.pass(10_000);
    machine.setWall(START + 10_000 + 30_000);
    expect(machine.clock.doubted).toBe(false);
    expect(machine.clock.nowMs()).toBe(START + 40_000);
    expect(machine.news).toMatchObject([{ event: 'clock-corrected', step: { stepMs: 30_000 } }]);
  });

  it('takes slewing for what it is', () => {
    const machine = new Machine();
    for (let second = 0; second < 3600; second++) {
      machine.pass(1000);
      machine.offsetMs += 0.5;
      expect(machine.clock.nowMs()).toBe(Math.floor(machine.offsetMs + machine.monotonicMs - 5_000));
    }
    expect(machine.news).toEqual([]);
  });

  it('doubts a clock that stands before the journal', () => {
    expect(new Machine(START + HOUR_MS).clock.doubted).toBe(true);
    expect(new Machine(START - HOUR_MS).clock.doubted).toBe(false);
  });

  it('never runs backwards by more than a correction, and never leaves what really passed by more than one, while in doubt', () => {
    const step = fc.record({ waitMs: fc.integer({ min: 100, max: 600_000 }), setMs: fc.option(fc.integer({ min: -3e11, max: 3e11 })) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
        const machine = new Machine();
        let [before, trusted] = [machine.clock.nowMs(), machine.clock.nowMs()];
        let passed = 0;
        for (const { waitMs, setMs } of steps) {
          machine.pass(waitMs);
          passed += waitMs;
          if (setMs !== null) machine.offsetMs += setMs;
          const accepted = machine.news.length;
          const now = machine.clock.nowMs();
          expect(now).toBe(Math.round(now));
          if (machine.news.slice(accepted).some(({ event }) => event === 'clock-accepted')) return;
          if (!machine.clock.doubted) trusted = now - passed;
          else expect(Math.abs(now - trusted - passed)).toBeLessThanOrEqual(60_000);
          expect(now).toBeGreaterThanOrEqual(before - 60_000);
          before = now;
        }
      }),
    );
  });
});
