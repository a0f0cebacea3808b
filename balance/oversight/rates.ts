import { QUALITY_CODE } from '../../collector/sample/sample.ts';
import type { SampleColumns } from '../../collector/stores/store.ts';
import type { Window } from '../window/window.ts';

/** How much of what was due arrived, and how much of it is good. Counts of readings. */
export interface Rates {
  readonly due: number;
  readonly received: number;
  readonly valid: number;
  /** 传输率 = received ÷ due; null where nothing was due. */
  readonly transmission: number | null;
  /** 有效率 = valid ÷ due, as for the transmission. */
  readonly validity: number | null;
  /** 传输有效率 = 传输率 × 有效率. */
  readonly effective: number | null;
}

/**
 * Transmission, validity and effective transmission rate.
 *
 * @throws RangeError where more arrived than was due, or more is valid than arrived.
 * @source renrendoc p-62656122 (传输有效率 = 传输率 × 有效率)
 */
export function rates(due: number, received: number, valid: number): Rates {
  if (received > due || valid > received || valid < 0) throw new RangeError(`${valid} valid of ${received} received of ${due} due`);
  if (due === 0) return { due, received, valid, transmission: null, validity: null, effective: null };
  const [transmission, validity] = [received / due, valid / due];
  return { due, received, valid, transmission, validity, effective: transmission * validity };
}

/** Rates of a window by the interval: a due time is received where a value came for it, valid where that is good. */
export function ratesOf(samples: SampleColumns, everyMs: number, { fromMs, toMs }: Window): Rates & { readonly everyMs: number } {
  const due = Math.floor((toMs - fromMs) / everyMs);
  const slots = new Uint8Array(due);
  let [received, valid] = [0, 0];
  for (let index = 0; index < samples.timeMs.length; index++) {
    const slot = Math.floor((samples.timeMs[index]! - fromMs) / everyMs);
    if (slot < 0 || slot >= due || Number.isNaN(samples.value[index])) continue;
    if (slots[slot] === 0) received++;
    const now = samples.quality[index] === QUALITY_CODE.good ? 2 : 1;
    if (now === 2 && slots[slot] !== 2) valid++;
    slots[slot] = Math.max(slots[slot]!, now);
  }
  return { ...rates(due, received, valid), everyMs };
}
