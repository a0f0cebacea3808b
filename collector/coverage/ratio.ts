/**
 * Coverage ratio of one kind of meter at one level: R = n ÷ N × 100 %.
 *
 * `required` counts the metering points that the rule asks for (N, exempt points left out), `fitted` those with a meter (n). Both are
 * counts. With N = 0 there is nothing to cover and the ratio is `null`, never 100 %. The ratio is not rounded.
 *
 * A point with a main and a check meter counts once.
 *
 * @throws RangeError when fitted > required (a meter stands at no required point), or when one is not a count.
 * @source 云经资源〔2007〕518号 附件一 注3
 */
export function coverageRatio(fitted: number, required: number): number | null {
  checkCounts(fitted, required);
  return required === 0 ? null : (fitted / required) * 100;
}

/**
 * Whether n of N reaches a threshold in %, compared in whole numbers: n × 100 ≥ threshold × N. 18 of 19 (94.7 %) does not reach 95 %.
 * `threshold` may have up to six decimals.
 *
 * @throws RangeError when fitted > required, when required is 0, or when one is not a count.
 */
export function reaches(fitted: number, required: number, thresholdPercent: number): boolean {
  checkCounts(fitted, required);
  if (required === 0) throw new RangeError('nothing is required: there is no ratio to compare');
  const millionths = BigInt(Math.round(thresholdPercent * 1e6));
  return BigInt(fitted) * 100_000_000n >= millionths * BigInt(required);
}

function checkCounts(fitted: number, required: number): void {
  if (!Number.isSafeInteger(fitted) || fitted < 0) throw new RangeError(`fitted is not a count: ${fitted}`);
  if (!Number.isSafeInteger(required) || required < 0) throw new RangeError(`required is not a count: ${required}`);
  if (fitted > required) throw new RangeError(`fitted ${fitted} > required ${required}: a meter stands at no required point`);
}
