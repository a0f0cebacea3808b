/**
 * The integer that packed decimal digits stand for, the lowest byte first; null where a digit is none (meters fill what they do not
 * know with FF).
 *
 * @param signed the highest bit of the highest byte is a minus sign.
 */
export function fromBcd(bytes: Uint8Array, signed = false): number | null {
  let value = 0;
  let sign = 1;
  for (let at = bytes.length - 1; at >= 0; at--) {
    let byte = bytes[at]!;
    if (signed && at === bytes.length - 1 && (byte & 0x80) !== 0) {
      sign = -1;
      byte &= 0x7f;
    }
    const [high, low] = [byte >> 4, byte & 0x0f];
    if (high > 9 || low > 9) return null;
    value = value * 100 + high * 10 + low;
  }
  return value === 0 ? 0 : sign * value;
}
