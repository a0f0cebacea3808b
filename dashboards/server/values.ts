import type { Sample } from '../../collector/sample/sample.ts';
import type { Plant } from '../../config/plant/plant.ts';
import type { Label } from '../../config/plant/schema.ts';
import { durationMs } from '../../config/plant/time.ts';

/** One channel and its newest sample, as the live board shows it. */
export interface ValueRow {
  readonly channel: string;
  readonly meter: string;
  readonly name: Label;
  readonly kind: string;
  readonly unit: string;
  /** Age beyond which the value counts as stale; null where nothing is expected at fixed times. */
  readonly staleAfterMs: number | null;
  /** null before the first sample. */
  readonly sample: Pick<Sample, 'timeMs' | 'value' | 'quality' | 'reason' | 'origin'> | null;
}

/** A value is stale once this many readings in a row have failed to come. */
const MISSED = 3;

export function valueRows(plant: Plant, latest: ReadonlyMap<string, Sample>): ValueRow[] {
  return [...plant.channels.values()].map(({ id, meter, kind, unit, read }) => {
    const sample = latest.get(id);
    return {
      channel: id,
      meter: meter.id,
      name: meter.name,
      kind,
      unit,
      staleAfterMs: read?.every === undefined ? null : MISSED * durationMs(read.every),
      sample: sample === undefined ? null : shown(sample),
    };
  });
}

/** A sample without its raw bytes. */
export function shown({ timeMs, value, quality, reason, origin }: Sample): NonNullable<ValueRow['sample']> {
  return { timeMs, value, quality, reason, origin };
}
