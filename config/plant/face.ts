import type { Meter } from './schema.ts';
import { instantMs } from './time.ts';

/** How far a meter's face and its reading are apart. */
export interface FaceDifference {
  /** What the face would show by the reading: the reading times the display ratio in force. */
  readonly displayed: number;
  /** Face less displayed, in the meter's unit. */
  readonly difference: number;
  /** Maximum permissible error at this value and the smallest step of the reading; null where the ledger states no accuracy. */
  readonly permissible: number | null;
  /** Null where nobody can say. */
  readonly agrees: boolean | null;
}

/**
 * The face value of a meter beside its reading of the same moment (UTC ms). They agree where they are no further apart than the meter's
 * maximum permissible error and one step of the reading; the transmission of a number adds no error of its own.
 */
export function faceDifference(meter: Meter, face: number, reading: number, atMs: number, offsetMinutes: number): FaceDifference {
  const inForce = meter.ratios
    .map(({ from, display }) => ({ fromMs: instantMs(from, offsetMinutes), display }))
    .filter(({ fromMs }) => fromMs <= atMs)
    .sort((a, b) => a.fromMs - b.fromMs)
    .at(-1);
  const displayed = reading * (inForce?.display ?? 1);
  const difference = face - displayed;
  const error = permissibleError(meter, face);
  const permissible = error === null ? null : error + (meter.resolution ?? 0) * (inForce?.display ?? 1);
  return { displayed, difference, permissible, agrees: permissible === null ? null : Math.abs(difference) <= permissible };
}

function permissibleError({ accuracy, range }: Meter, face: number): number | null {
  if (accuracy === undefined) return null;
  if ('percentOfReading' in accuracy) return (accuracy.percentOfReading / 100) * Math.abs(face);
  if ('absolute' in accuracy) return accuracy.absolute;
  return range === undefined ? null : (accuracy.percentOfSpan / 100) * (range[1] - range[0]);
}
