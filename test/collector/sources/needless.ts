import type { Sample } from '../../../collector/sample/sample.ts';

/** How a channel is looked at. Times in ms. */
interface Looks {
  readonly everyMs: number;
  readonly samplingMs: number;
  readonly band: number;
}

/**
 * Of what was kept of a channel what there was no need to keep: neither due, nor the first or the last, nor of another reason than the one
 * before, nor beyond the dead-band of it, nor right before such a one.
 */
export function needless(kept: readonly Sample[], { everyMs, samplingMs, band }: Looks): Sample[] {
  const moved = (from: Sample | undefined, to: Sample | undefined): boolean =>
    from === undefined ||
    to === undefined ||
    from.reason !== to.reason ||
    (from.value !== null && to.value !== null && Math.abs(to.value - from.value) > band);
  /** A look that is answered late is one of the time of looking before. */
  const due = ({ timeMs }: Sample): boolean => timeMs % everyMs < 2 * samplingMs;
  return kept.filter((one, at) => !due(one) && !moved(kept[at - 1], one) && !moved(one, kept[at + 1]));
}
