/** No instrument means this: devices and control systems write 1e38 and beyond for “no value”. As a float32, 1e38 is a little less than 1e38. */
const LEAST = Math.fround(1e38);

/** Whether a number is none that an instrument can mean: NaN, ±Infinity, |value| ≥ 1e38. */
export const isAbsurd = (value: number): boolean => !(Math.abs(value) < LEAST);
