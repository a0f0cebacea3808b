/** A value as the client package hands it over: the number of its type and what it holds. */
export interface Variant {
  readonly dataType: number;
  /** 0: one value; otherwise an array of them. */
  readonly arrayType: number;
  readonly value: unknown;
}

/** Numbers of the built-in types. @source OPC UA Part 6 (OPC 10000-6), 5.1.2 */
const [BOOLEAN, INT64, UINT64, DOUBLE] = [1, 8, 9, 11];

/** The number that a variant holds; null for texts, times, structures, arrays and nothing at all. */
export function numberOf({ dataType, arrayType, value }: Variant): number | null {
  if (arrayType !== 0 || dataType > DOUBLE) return null;
  if (dataType === BOOLEAN) return typeof value === 'boolean' ? Number(value) : null;
  if (dataType === INT64 || dataType === UINT64) return wide(value, dataType === INT64);
  return typeof value === 'number' ? value : null;
}

/** 64 bits come as a pair of 32, the higher first. */
function wide(value: unknown, signed: boolean): number | null {
  if (!Array.isArray(value) || value.length !== 2) return null;
  const [high, low] = value as [unknown, unknown];
  if (typeof high !== 'number' || typeof low !== 'number') return null;
  const bits = (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0);
  return Number(signed ? BigInt.asIntN(64, bits) : bits);
}
