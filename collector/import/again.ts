import type { JournalGroup } from '../journal/record.ts';
import type { Judge } from '../sample/quality.ts';
import type { Reason } from '../sample/reason.ts';
import type { Sample } from '../sample/sample.ts';
import { withAndWithoutMarks } from './marks.ts';

/** What was kept beside a reading, decoded as the plant file says today; null where it cannot be. */
export type DecodeRaw = (raw: string, sample: Sample) => { readonly value: number | null; readonly reason: Reason } | null;

export interface DecodingAgain {
  /** By channel. */
  readonly decoders: ReadonlyMap<string, DecodeRaw>;
  /** The plausibility checks of the plant file, fresh. */
  readonly judge: Judge;
  /** UTC ms, [fromMs, toMs). */
  readonly fromMs: number;
  readonly toMs: number;
  /** The checks see the readings of so long before `fromMs` too, as they stand: what leaps or has stood still shows only beside them. */
  readonly leadMs: number;
}

export interface DecodedAgain {
  /** Readings that say something else now, as they are to stand in the journal from now on, by time. */
  readonly changed: readonly Sample[];
  /** What these said before. */
  readonly before: readonly Sample[];
  /** Of these, those that a person has marked, with their marks: to be written behind `changed`, as marks. */
  readonly marked: readonly Sample[];
  /** Readings with registers, and those without: nothing arrived, or a person entered them. */
  readonly read: number;
  readonly without: number;
}

/** Reasons that follow from the value alone: another value has its own. */
const OF_THE_VALUE: readonly Reason[] = ['garbage', 'unknown-mark', 'device-fault', 'out-of-range', 'spike', 'frozen'];
/** What the checks had said, or might have, of a reading that was good when they saw it. */
const OF_THE_CHECKS: readonly Reason[] = ['none', 'out-of-range', 'spike', 'frozen'];

/** A reading with what its registers say now; null where they cannot be decoded. It has still to be judged. */
export function decodedAgain(sample: Sample, decode: DecodeRaw): Sample | null {
  const decoded = sample.raw === null ? null : decode(sample.raw, sample);
  if (decoded === null) return null;
  const { value, reason } = decoded;
  if (value === null) return { ...sample, value, quality: 'missing', reason };
  const kept = OF_THE_VALUE.includes(sample.reason) ? reason : sample.reason === 'none' ? reason : sample.reason;
  return { ...sample, value, quality: kept === 'none' ? 'good' : 'suspect', reason: kept };
}

/**
 * The readings of channels whose registers say something else by the plant file of today. Time, origin and registers stay as they came,
 * and so do doubts that do not follow from the value (a clock in doubt, a resynchronised line) and what a person marked; the journal keeps
 * the records of before. What a person corrected by hand has no registers and stays.
 */
export async function readingsDecodedAgain(groups: AsyncIterable<JournalGroup>, asked: DecodingAgain): Promise<DecodedAgain> {
  const { decoders, judge, fromMs, toMs, leadMs } = asked;
  const { now, unmarked } = await withAndWithoutMarks(groups, decoders, fromMs - leadMs, toMs);
  const changed: Sample[] = [];
  const before: Sample[] = [];
  const marked: Sample[] = [];
  let read = 0;
  let without = 0;
  const inOrder = [...now].sort(([, a], [, b]) => a.timeMs - b.timeMs || (a.channel < b.channel ? -1 : 1));
  for (const [key, sample] of inOrder) {
    const own = unmarked.get(key) ?? sample;
    if (sample.timeMs < fromMs) {
      if (OF_THE_CHECKS.includes(own.reason)) judge({ ...own, quality: 'good', reason: 'none' });
      continue;
    }
    const again = decodedAgain(own, decoders.get(sample.channel)!);
    if (again === null) {
      without += 1;
      continue;
    }
    read += 1;
    const next = judge(again);
    if (next.value === own.value && next.quality === own.quality && next.reason === own.reason) continue;
    changed.push(next);
    before.push(own);
    if (own !== sample) marked.push(withMark(next, sample));
  }
  return { changed, before, marked, read, without };
}

/** A mark over the decoded reading: what is missing has its reason, what has a value is suspect with it, or as good as it is. */
function withMark(next: Sample, { quality, reason }: Sample): Sample {
  if (next.quality === 'missing') return { ...next, reason };
  return reason === 'none' || quality === 'good' ? next : { ...next, quality: 'suspect', reason };
}
