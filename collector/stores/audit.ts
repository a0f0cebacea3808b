import type { JournalGroup } from '../journal/record.ts';
import { HOUR_MS, hourOf } from '../sample/hour.ts';
import type { Sample } from '../sample/sample.ts';
import { samplesOf } from './rows.ts';
import type { Store } from './store.ts';

/** Number of samples, and the sum of the values present. */
export interface CountAndSum {
  readonly count: number;
  readonly sum: number;
}

/** An hour of a channel that a store does not hold as the journal has it. */
export interface Difference {
  readonly channel: string;
  readonly hourMs: number;
  readonly journal: CountAndSum;
  /** Of the samples at the journal's times; others that the store holds are not counted. */
  readonly store: CountAndSum;
}

export interface Audit {
  readonly engine: string;
  readonly fromMs: number;
  readonly toMs: number;
  /** Samples of the span in the journal, a channel and time counted once. */
  readonly samples: number;
  /** Channel-hours compared. */
  readonly hours: number;
  readonly differences: readonly Difference[];
  /** Samples that the engine had refused with a reason: they lie in quarantine and are no difference. */
  readonly quarantined: number;
}

/**
 * Reads a span back from a store and compares it with the journal: counts and sums per channel and hour. An engine's word that it
 * stored something is no proof: VictoriaMetrics answers 204 to what it drops.
 *
 * Only what the store says it has stored is asked for: groups after its cursor are left out. Times are UTC, ms, [fromMs, toMs).
 *
 * @param groups of the journal that may hold samples of the span.
 */
export async function auditStore(store: Store, groups: AsyncIterable<JournalGroup>, fromMs: number, toMs: number): Promise<Audit> {
  const journal = await spanOf(groups, await store.cursor(), fromMs, toMs);
  const aside = new Set((await store.quarantine?.list())?.map(({ sample }) => `${sample.timeMs} ${sample.channel}`));
  const differences: Difference[] = [];
  let [samples, hours, quarantined] = [0, 0, 0];
  for (const [channel, byTime] of journal) {
    const columns = await store.reader.samples(channel, fromMs, toMs);
    const stored = new Map<number, number>();
    for (let i = 0; i < columns.timeMs.length; i += 1) stored.set(columns.timeMs[i]!, columns.value[i]!);
    for (const [hourMs, ofHour] of hoursOf(byTime)) {
      const due = ofHour.filter(({ timeMs }) => !aside.has(`${timeMs} ${channel}`));
      const held = due.filter(({ timeMs }) => stored.has(timeMs)).map(({ timeMs }) => stored.get(timeMs)!);
      samples += ofHour.length;
      quarantined += ofHour.length - due.length;
      hours += 1;
      const [ours, theirs] = [countAndSum(due.map(({ value }) => value ?? Number.NaN)), countAndSum(held)];
      if (!agree(ours, theirs)) differences.push({ channel, hourMs, journal: ours.stated, store: theirs.stated });
    }
  }
  return { engine: store.engine, fromMs, toMs, samples, hours, differences, quarantined };
}

/** Stores the samples of the hours that differ again, from the journal. Whether it helped only another audit tells. */
export async function repairStore(
  store: Store,
  groups: AsyncIterable<JournalGroup>,
  differences: readonly Difference[],
): Promise<{ readonly restored: number }> {
  const wanted = new Set(differences.map(({ channel, hourMs }) => `${hourMs} ${channel}`));
  const [from, to] = [Math.min(...differences.map(({ hourMs }) => hourMs)), Math.max(...differences.map(({ hourMs }) => hourMs)) + HOUR_MS];
  const again: Sample[] = [];
  for (const [channel, byTime] of await spanOf(groups, await store.cursor(), from, to)) {
    for (const sample of byTime.values()) if (wanted.has(`${hourOf(sample.timeMs)} ${channel}`)) again.push(sample);
  }
  await store.restore(again);
  return { restored: again.length };
}

/** What the journal holds of a span, by channel and time: the last record of each. */
async function spanOf(
  groups: AsyncIterable<JournalGroup>,
  untilSeq: number,
  fromMs: number,
  toMs: number,
): Promise<Map<string, Map<number, Sample>>> {
  const found = new Map<string, Map<number, Sample>>();
  for await (const group of groups) {
    if (group.seq > untilSeq) break;
    for (const sample of samplesOf([group])) {
      if (sample.timeMs < fromMs || sample.timeMs >= toMs) continue;
      const byTime = found.get(sample.channel) ?? new Map<number, Sample>();
      found.set(sample.channel, byTime.set(sample.timeMs, sample));
    }
  }
  return found;
}

function hoursOf(byTime: ReadonlyMap<number, Sample>): Map<number, Sample[]> {
  const hours = new Map<number, Sample[]>();
  for (const sample of byTime.values()) {
    const hourMs = hourOf(sample.timeMs);
    const known = hours.get(hourMs);
    if (known) known.push(sample);
    else hours.set(hourMs, [sample]);
  }
  return hours;
}

interface Summed {
  readonly stated: CountAndSum;
  readonly present: number;
  /** Of the absolute values: what rounding is measured against. */
  readonly size: number;
}

function countAndSum(values: readonly number[]): Summed {
  const present = values.filter((value) => !Number.isNaN(value));
  const sum = present.reduce((total, value) => total + value, 0);
  return {
    stated: { count: values.length, sum },
    present: present.length,
    size: present.reduce((total, value) => total + Math.abs(value), 0),
  };
}

/** An engine that keeps 12 digits agrees. */
const agree = (a: Summed, b: Summed): boolean =>
  a.stated.count === b.stated.count && a.present === b.present && Math.abs(a.stated.sum - b.stated.sum) <= 1e-11 * Math.max(a.size, b.size);
