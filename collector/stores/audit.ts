import type { JournalGroup } from '../journal/record.ts';
import { HOUR_MS, hourOf } from '../sample/hour.ts';
import type { Sample } from '../sample/sample.ts';
import { piecesOf } from './pieces.ts';
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

/** What is compared with the store. */
export interface Audited {
  groups(afterSeq: number): AsyncIterable<JournalGroup>;
  /** A group before which no sample of the span was journalled; the journal's start where it is not given. */
  readonly afterSeq?: number;
}

export interface AuditOptions {
  /** Called after each piece with the share of the samples that have been compared, 0 to 1. */
  readonly onProgress?: (done: number) => void;
  /** Samples held in memory at a time. */
  readonly most?: number;
}

/**
 * Reads a span back from a store and compares it with the journal: counts and sums per channel and hour. An engine's word that it
 * stored something is no proof: VictoriaMetrics answers 204 to what it drops.
 *
 * Only what the store says it has stored is asked for: groups after its cursor are left out. Times are UTC, ms, [fromMs, toMs). A long span
 * is gone through in pieces: memory does not grow with it.
 */
export async function auditStore(
  store: Store,
  journal: Audited,
  fromMs: number,
  toMs: number,
  { onProgress, most }: AuditOptions = {},
): Promise<Audit> {
  const stretch = { groups: journal.groups.bind(journal), afterSeq: journal.afterSeq ?? 0, untilSeq: await store.cursor(), fromMs, toMs };
  const aside = await refusedIn(store, fromMs, toMs);
  const differences: Difference[] = [];
  let [samples, hours, quarantined] = [0, 0, 0];
  for await (const piece of piecesOf(stretch, most)) {
    for (const [channel, byTime] of piece.byChannel) {
      const columns = await store.reader.samples(channel, piece.fromMs, piece.toMs);
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
    onProgress?.(piece.done);
  }
  // By channel and hour, however the pieces were cut.
  const order = new Map([...new Set(differences.map(({ channel }) => channel))].map((channel, index) => [channel, index]));
  differences.sort((a, b) => order.get(a.channel)! - order.get(b.channel)! || a.hourMs - b.hourMs);
  return { engine: store.engine, fromMs, toMs, samples, hours, differences, quarantined };
}

/** What the engine refused of a span, by time and channel. */
async function refusedIn(store: Store, fromMs: number, toMs: number): Promise<Set<string>> {
  const aside = new Set<string>();
  for await (const { sample } of store.quarantine?.each() ?? []) {
    if (sample.timeMs >= fromMs && sample.timeMs < toMs) aside.add(`${sample.timeMs} ${sample.channel}`);
  }
  return aside;
}

/** Stores the samples of the hours that differ again, from the journal, piece by piece. Whether it helped only another audit tells. */
export async function repairStore(
  store: Store,
  journal: Audited,
  differences: readonly Difference[],
  { most }: Pick<AuditOptions, 'most'> = {},
): Promise<{ readonly restored: number }> {
  const wanted = new Set(differences.map(({ channel, hourMs }) => `${hourMs} ${channel}`));
  const hours = new Set(differences.map(({ hourMs }) => hourMs));
  const [first, last] = [...hours].reduce(([a, b], hourMs) => [Math.min(a, hourMs), Math.max(b, hourMs)], [Infinity, -Infinity]);
  const span = { fromMs: first!, toMs: last! + HOUR_MS, hours };
  const stretch = { groups: journal.groups.bind(journal), afterSeq: journal.afterSeq ?? 0, untilSeq: await store.cursor(), ...span };
  let restored = 0;
  for await (const { byChannel } of piecesOf(stretch, most)) {
    const again: Sample[] = [];
    for (const [channel, byTime] of byChannel) {
      for (const sample of byTime.values()) if (wanted.has(`${hourOf(sample.timeMs)} ${channel}`)) again.push(sample);
    }
    if (again.length > 0) await store.restore(again);
    restored += again.length;
  }
  return { restored };
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
