/** Longest text that `putDecimal` and `putTime` write, and what they may write over behind it. */
export const MOST_DECIMAL_BYTES = 40;

/** The four digits of each number below 10,000 as the bytes of one word. */
const FOUR = Uint32Array.from({ length: 10_000 }, (_, n) => {
  const digit = (power: number): number => 48 + (Math.floor(n / power) % 10);
  return digit(1000) | (digit(100) << 8) | (digit(10) << 16) | (digit(1) << 24);
});
const [MINUS, POINT, ZERO] = [45, 46, 48];
const POWER = Float64Array.from({ length: 10 }, (_, n) => 10 ** n);
/** Below this the digits that follow would not tell a number from its neighbours. */
const SMALLEST = 0.0625;
const WHOLE_BELOW = 1e16;
/** With six decimals fifteen digits. */
const MILLIONTHS_BELOW = 1e9;
const MILLION = 1e6;
/** So many digits tell any double from its neighbours. */
const DIGITS = 17;

/**
 * Writes a finite number as decimal text that reads back as the same double, and returns where the text ends. Bytes behind that may have
 * been written over too, up to `MOST_DECIMAL_BYTES` in all.
 *
 * Texts of the language take four times as long, more than all else that is done with a reading. What meters deliver is therefore written
 * digit by digit: whole numbers, numbers of at most six decimals, and 32-bit floats, whose digits come out of exact arithmetic. What is
 * none of these becomes a text first. A 32-bit float may have a digit more than its shortest text, seventeen at most.
 */
export function putDecimal(into: DataView, start: number, value: number): number {
  let [at, size] = [start, value];
  if (value < 0) {
    into.setUint8(at++, MINUS);
    size = -value;
  }
  if (!(size < WHOLE_BELOW)) return putText(into, start, value);
  const whole = Math.floor(size);
  if (whole === size) return putWhole(into, at, whole);
  if (size >= MILLIONTHS_BELOW) return putText(into, start, value);
  const millionths = Math.round(size * MILLION);
  if (millionths / MILLION === size) {
    // A number of up to fifteen digits whose quotient is this double: no shorter text is.
    at = putWhole(into, at, whole);
    into.setUint8(at, POINT);
    return withoutZeros(into, putEight(into, at + 1, (millionths - whole * MILLION) * 100));
  }
  if (Math.fround(size) !== size || size < SMALLEST) return putText(into, start, value);
  // At most 2⁻²⁷ fine and 24 bits wide: neither product is rounded.
  const billionths = (size - whole) * 1e9;
  const first = Math.floor(billionths);
  at = putWhole(into, at, whole);
  const decimals = DIGITS - (whole === 0 ? 0 : at - start - (value < 0 ? 1 : 0));
  const unit = POWER[decimals - 9]!;
  const second = Math.round((billionths - first) * unit);
  if (second === unit) return putText(into, start, value);
  into.setUint8(at, POINT);
  const leading = Math.floor(first / 1e8);
  into.setUint8(at + 1, ZERO + leading);
  putEight(into, at + 2, first - leading * 1e8);
  putEight(into, at + 10, second * POWER[17 - decimals]!);
  return withoutZeros(into, at + 1 + decimals);
}

/** Writes a time in ms since 1970. */
export function putTime(into: DataView, at: number, timeMs: number): number {
  if (!(timeMs >= 1e12 && timeMs < 1e13) || !Number.isInteger(timeMs)) return putText(into, at, timeMs);
  const high = Math.floor(timeMs / 1e8);
  const leading = Math.floor(high / 1e4);
  into.setUint8(at, ZERO + leading);
  into.setUint32(at + 1, FOUR[high - leading * 1e4]!, true);
  return putEight(into, at + 5, timeMs - high * 1e8);
}

function putEight(into: DataView, at: number, number: number): number {
  const high = Math.floor(number / 1e4);
  into.setUint32(at, FOUR[high]!, true);
  into.setUint32(at + 4, FOUR[number - high * 1e4]!, true);
  return at + 8;
}

/** @param whole below 10¹⁶. */
function putWhole(into: DataView, at: number, whole: number): number {
  if (whole >= 1e8) {
    const high = Math.floor(whole / 1e8);
    return putEight(into, putWhole(into, at, high), whole - high * 1e8);
  }
  let digits = 1;
  while (digits < 8 && whole >= POWER[digits]!) digits += 1;
  putEight(into, at, whole * POWER[8 - digits]!);
  return at + digits;
}

function withoutZeros(into: DataView, end: number): number {
  let at = end;
  while (into.getUint8(at - 1) === ZERO) at -= 1;
  return at;
}

function putText(into: DataView, at: number, value: number): number {
  const text = String(value);
  for (let i = 0; i < text.length; i += 1) into.setUint8(at + i, text.charCodeAt(i));
  return at + text.length;
}
