/**
 * A number with the independent sources of its uncertainty.
 *
 * Each part is sensitivity × standard uncertainty (k = 1) of one source, with its sign, in the unit of the value. Two quantities that
 * name the same source are correlated through it, which is how a meter that serves two streams, a factor that two loads share, or a
 * derived stream keeps its covariance: u²(a) = Σ a_s², cov(a, b) = Σ a_s·b_s. A source whose size nobody knows is `Infinity`.
 *
 * @source JCGM 100:2008 (GUM) 5.1.2, 5.2.2, F.1.2.3: correlation through common sources
 */
export interface Quantity {
  readonly value: number;
  readonly parts: ReadonlyMap<string, number>;
}

/** A value with its parts; parts of size 0 are left out, two entries of one source add up. */
export function quantity(value: number, parts: Iterable<readonly [string, number]> = []): Quantity {
  const sum = new Map<string, number>();
  for (const [source, part] of parts) if (part !== 0) sum.set(source, (sum.get(source) ?? 0) + part);
  return { value, parts: sum };
}

/** k·a for an exactly known k. */
export function scaled(a: Quantity, k: number): Quantity {
  if (k === 0) return quantity(0);
  return quantity(
    a.value * k,
    [...a.parts].map(([source, part]) => [source, part * k]),
  );
}

/** Σ of the terms. */
export function sum(terms: readonly Quantity[]): Quantity {
  return quantity(
    terms.reduce((total, term) => total + term.value, 0),
    terms.flatMap((term) => [...term.parts]),
  );
}

/** a·b to first order: parts b·∂a + a·∂b. */
export function product(a: Quantity, b: Quantity): Quantity {
  return { value: a.value * b.value, parts: sum([scaled(a, b.value), scaled(b, a.value)]).parts };
}

/** u(a), k = 1; `Infinity` where a source of unknown size is in it. */
export function standardUncertainty(a: Quantity): number {
  const parts = [...a.parts.values()];
  return parts.every(Number.isFinite) ? Math.hypot(...parts) : Number.POSITIVE_INFINITY;
}

/** cov(a, b) = Σ over common sources; 0 where they have none. */
export function covariance(a: Quantity, b: Quantity): number {
  let total = 0;
  for (const [source, part] of a.parts) total += part * (b.parts.get(source) ?? 0);
  return total;
}

/**
 * a ÷ b to first order: parts ∂a ÷ b − a·∂b ÷ b². What both share counts with its sign, so that a ÷ a is 1 without uncertainty.
 *
 * @throws RangeError where b is 0.
 */
export function quotient(a: Quantity, b: Quantity): Quantity {
  if (b.value === 0) throw new RangeError('division by 0');
  return { value: a.value / b.value, parts: sum([scaled(a, 1 / b.value), scaled(b, -a.value / b.value ** 2)]).parts };
}
