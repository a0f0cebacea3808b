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
