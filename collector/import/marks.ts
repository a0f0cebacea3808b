import type { JournalGroup } from '../journal/record.ts';
import type { Reason } from '../sample/reason.ts';
import type { Sample } from '../sample/sample.ts';
import { samplesOf } from '../stores/rows.ts';

/** What a person says was the matter with a channel's readings; `none` takes back what was said. */
export const MARKS = ['maintenance', 'calibration', 'range-change', 'plant-stopped', 'power-cut', 'device-fault', 'none'] as const;
export type Mark = (typeof MARKS)[number];

/** Event by which a group of the journal that marks readings is known. */
export const MARKED = 'marked';

export interface Marking {
  readonly channels: ReadonlySet<string>;
  /** UTC ms, [fromMs, toMs). */
  readonly fromMs: number;
  readonly toMs: number;
  readonly mark: Mark;
  /** Readings that have a value keep their quality. */
  readonly missingOnly: boolean;
}

/**
 * The readings that a mark changes, as they are to stand in the journal from now on, by time: the reason of those that are missing is the
 * one that was given, and those that are good or suspect become suspect with it. Value, time, origin and raw text stay as they came, and
 * the journal keeps the records of before. A reading that was not there because the power was cut has no value to doubt: of a power cut
 * only what is missing is marked.
 */
export async function markedReadings(groups: AsyncIterable<JournalGroup>, marking: Marking): Promise<Sample[]> {
  const { channels, fromMs, toMs, mark } = marking;
  const { now, unmarked } = await withAndWithoutMarks(groups, channels, fromMs, toMs);
  const missingOnly = marking.missingOnly || mark === 'power-cut';
  const changed: Sample[] = [];
  for (const [key, sample] of now) {
    const next = mark === 'none' ? (unmarked.get(key) ?? sample) : markedSample(sample, mark, missingOnly);
    if (next.quality !== sample.quality || next.reason !== sample.reason) changed.push(next);
  }
  return changed.sort((a, b) => a.timeMs - b.timeMs || (a.channel < b.channel ? -1 : 1));
}

function markedSample(sample: Sample, reason: Reason, missingOnly: boolean): Sample {
  if (sample.quality === 'missing') return { ...sample, reason };
  return missingOnly ? sample : { ...sample, quality: 'suspect', reason };
}

/**
 * The last record of each reading of [fromMs, toMs), UTC ms, of the channels, and the last that is no mark; both by time and channel, in the
 * order in which the journal first has them.
 */
export async function withAndWithoutMarks(
  groups: AsyncIterable<JournalGroup>,
  channels: { has(channel: string): boolean },
  fromMs: number,
  toMs: number,
): Promise<{ readonly now: ReadonlyMap<string, Sample>; readonly unmarked: ReadonlyMap<string, Sample> }> {
  const now = new Map<string, Sample>();
  const unmarked = new Map<string, Sample>();
  for await (const group of groups) {
    const ofMark = group.records.some((record) => record.kind === 'event' && record.event === MARKED);
    for (const sample of samplesOf([group])) {
      if (!channels.has(sample.channel) || sample.timeMs < fromMs || sample.timeMs >= toMs) continue;
      const key = `${sample.timeMs} ${sample.channel}`;
      now.set(key, sample);
      if (!ofMark) unmarked.set(key, sample);
    }
  }
  return { now, unmarked };
}
