import { reasonOf } from '../../collector/sample/reason.ts';
import { QUALITY_CODE } from '../../collector/sample/sample.ts';
import type { SampleColumns } from '../../collector/stores/store.ts';
import { merged, type Span } from './spans.ts';

/** Why data are marked (标记): by the station's own flags or by what the plant declared. */
export type MarkLabel = 'stopped' | 'start-up' | 'shutdown' | 'maintenance' | 'calibration' | 'fault' | 'communication' | 'out-of-range';

/** One mark on the data of one monitor. */
export interface Mark extends Span {
  readonly label: MarkLabel;
  readonly by: 'station' | 'declared';
}

/** Marked time as one event, whatever the labels within it. */
export interface MarkedEvent extends Span {
  readonly labels: readonly MarkLabel[];
  /** Longer than what a mark must last to count; null where no rule says how long. */
  readonly counts: boolean | null;
}

const LABEL: Readonly<Record<string, MarkLabel>> = {
  'plant-stopped': 'stopped',
  maintenance: 'maintenance',
  calibration: 'calibration',
  'range-change': 'maintenance',
  'device-fault': 'fault',
  'power-cut': 'fault',
  communication: 'communication',
  'out-of-range': 'out-of-range',
};

/** Marks that a station set on its readings, readings one interval apart with one label joined. */
export function stationMarks(samples: SampleColumns, everyMs: number): Mark[] {
  const marks: { label: MarkLabel; by: 'station'; fromMs: number; toMs: number }[] = [];
  for (let index = 0; index < samples.timeMs.length; index++) {
    if (samples.quality[index] === QUALITY_CODE.good) continue;
    const label = LABEL[reasonOf(samples.reason[index]!)];
    if (label === undefined) continue;
    const fromMs = samples.timeMs[index]!;
    const last = marks.at(-1);
    if (last?.label === label && fromMs <= last.toMs) last.toMs = fromMs + everyMs;
    else marks.push({ label, by: 'station', fromMs, toMs: fromMs + everyMs });
  }
  return marks;
}

/**
 * Marks as events: time marked without a break is one event across labels, so that an event that changes its label half way is not lost as
 * two short ones.
 *
 * @param overMinutes how long an event must last to count; null where no rule says.
 * @source 生态环境部公告2022年第21号; the joining as a published client does it
 */
export function markedEvents(marks: readonly Mark[], overMinutes: number | null): MarkedEvent[] {
  return merged(marks).map(({ fromMs, toMs }) => ({
    fromMs,
    toMs,
    labels: [...new Set(marks.filter((mark) => mark.fromMs < toMs && mark.toMs > fromMs).map(({ label }) => label))],
    counts: overMinutes === null ? null : toMs - fromMs > overMinutes * 60_000,
  }));
}
