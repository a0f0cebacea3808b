import type { Reason } from '../../sample/reason.ts';
import type { Quality } from '../../sample/sample.ts';

/**
 * What a status code says of a value, by its upper half; the lower half holds flags.
 *
 * Good values are good, and those that someone set by hand (GoodLocalOverride) are suspect. Of an uncertain value nothing is assumed: it is
 * suspect with what the code says, and missing where it is merely the last one that was known. Bad ones are missing.
 *
 * @source OPC UA Part 6 (OPC 10000-6), annex A.2: StatusCodes; Part 8 (OPC 10000-8), 6.3: what they mean for measurements
 */
const KNOWN: Readonly<Record<number, readonly [Quality, Reason]>> = {
  150: ['suspect', 'unknown-mark'], // GoodLocalOverride
  16527: ['missing', 'communication'], // UncertainNoCommunicationLastUsableValue
  16528: ['missing', 'communication'], // UncertainLastUsableValue
  16529: ['suspect', 'unknown-mark'], // UncertainSubstituteValue
  16530: ['suspect', 'unknown-mark'], // UncertainInitialValue
  16531: ['suspect', 'device-fault'], // UncertainSensorNotAccurate
  16532: ['suspect', 'out-of-range'], // UncertainEngineeringUnitsExceeded
  16533: ['suspect', 'device-fault'], // UncertainSubNormal
  16904: ['suspect', 'maintenance'], // UncertainTransducerInManual
  16906: ['suspect', 'calibration'], // UncertainSensorCalibration
  32773: ['missing', 'communication'], // BadCommunicationError
  32778: ['missing', 'communication'], // BadTimeout
  32780: ['missing', 'communication'], // BadShutdown
  32781: ['missing', 'communication'], // BadServerNotConnected
  32782: ['missing', 'communication'], // BadServerHalted
  32817: ['missing', 'communication'], // BadNoCommunication
  32818: ['missing', 'silent'], // BadWaitingForInitialData
  32828: ['missing', 'out-of-range'], // BadOutOfRange
  32901: ['missing', 'communication'], // BadRequestTimeout
  32906: ['missing', 'communication'], // BadNotConnected
  32907: ['missing', 'device-fault'], // BadDeviceFailure
  32908: ['missing', 'device-fault'], // BadSensorFailure
  32909: ['missing', 'maintenance'], // BadOutOfService
  32923: ['missing', 'silent'], // BadNoData
};

/** Severity in the two highest bits: 0 good, 1 uncertain, 2 and 3 bad. */
export function readStatus(code: number): { readonly quality: Quality; readonly reason: Reason } {
  const known = KNOWN[code >>> 16];
  if (known !== undefined) return { quality: known[0], reason: known[1] };
  const severity = code >>> 30;
  if (severity === 0) return { quality: 'good', reason: 'none' };
  return severity === 1 ? { quality: 'suspect', reason: 'unknown-mark' } : { quality: 'missing', reason: 'device-exception' };
}
