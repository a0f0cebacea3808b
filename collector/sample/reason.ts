/**
 * Why a sample is missing or suspect, in terms that an environmental officer recognises. The number is what stores keep, for ever:
 * a number is never reused.
 */
export const REASON_CODE = {
  none: 0,
  /** No answer in time, link lost, connection refused. */
  communication: 1,
  /** The device answered with an exception. */
  'device-exception': 2,
  'power-cut': 3,
  maintenance: 4,
  calibration: 5,
  /** The range was changed or is being changed. */
  'range-change': 6,
  'plant-stopped': 7,
  'clock-fault': 8,
  /** The first reading after a lost or late answer. */
  resynchronised: 9,
  'out-of-range': 10,
  frozen: 11,
  spike: 12,
  /** NaN, infinity or a value no instrument can mean. */
  garbage: 13,
  /** The payload did not parse. */
  unreadable: 14,
  /** The collector was not running. */
  'collector-stopped': 15,
  /** The publisher sent nothing where a message was due. */
  silent: 16,
  /** The instrument itself reports that it is out of order. */
  'device-fault': 17,
  /** The sender marked the value with a mark that says nothing we know. */
  'unknown-mark': 18,
  /** The parts of what was sent contradict each other (a mean outside its own extremes). */
  contradictory: 19,
  /** Below the detection limit: the value, where there is one, is the limit. */
  'below-detection': 20,
} as const;

export type Reason = keyof typeof REASON_CODE;

const BY_CODE = new Map<number, Reason>(Object.entries(REASON_CODE).map(([reason, code]) => [code, reason as Reason]));

/** @throws RangeError for a code that no release has written. */
export function reasonOf(code: number): Reason {
  const reason = BY_CODE.get(code);
  if (reason === undefined) throw new RangeError(`unknown reason code ${code}`);
  return reason;
}
