import { type IndicatorDefinition, indicatorDefinition } from '../../../config/measures/indicators.ts';
import { type Quantity, quotient, scaled, standardUncertainty, sum } from '../../window/quantity.ts';

type Text = { readonly zh: string; readonly en: string };

/** One term of an indicator: what its streams add up to. */
export interface IndicatorTerm {
  /** As in the formula. */
  readonly symbol: string;
  /** null where one of its parts is unknown. */
  readonly value: number | null;
  readonly unit: string;
  readonly u: number | null;
  /** Ids of the streams and stocks in it. */
  readonly of: readonly string[];
}

/** One indicator of the plant over the window. */
export interface Indicator {
  /** As in config/measures/indicators.yaml. */
  readonly id: string;
  readonly name: Text;
  /** The unit of the plant that it is of. */
  readonly boundary: string;
  /** The product that it is per unit of. */
  readonly product?: string;
  /** null where it cannot be computed; `remarks` says why. */
  readonly value: number | null;
  readonly unit: string;
  /** Standard uncertainty, k = 1; null where unknown. */
  readonly u: number | null;
  readonly formula: string;
  readonly source: string;
  /** to-confirm: the formula or a factor in it was not held against the text of its standard; `remarks` says which. */
  readonly status: 'confirmed' | 'to-confirm';
  readonly terms: readonly IndicatorTerm[];
  readonly remarks: readonly Text[];
  /** Norm that it is held against. */
  readonly reference?: {
    readonly id: string;
    readonly name: Text;
    readonly general: number;
    readonly advanced: number;
    readonly unit: string;
    readonly document: string;
    readonly source: Text;
    readonly status: 'confirmed' | 'to-confirm';
    /** The better of the two values that it keeps; null where neither, or where it is unknown. */
    readonly keeps: 'general' | 'advanced' | null;
  };
}

/** A term before it is printed. */
export interface Term {
  /** null where one of its parts is unknown. */
  readonly amount: Quantity | null;
  readonly unit: string;
  readonly of: readonly string[];
  /** Those of `of` that are unknown. */
  readonly unknown: readonly string[];
  readonly remarks?: readonly Text[];
}

/** A term of several parts, null where one of them is. */
export function termOf(unit: string, parts: readonly { readonly id: string; readonly amount: Quantity | null }[]): Term {
  const known = parts.flatMap(({ amount }) => (amount === null ? [] : [amount]));
  return {
    amount: known.length === parts.length ? sum(known) : null,
    unit,
    of: parts.map(({ id }) => id),
    unknown: parts.filter(({ amount }) => amount === null).map(({ id }) => id),
  };
}

/**
 * An indicator from its terms by the definition `id`: Σ over ÷ Σ under, in % where the definition says so, with the uncertainty of the
 * quotient (what the terms share counts once). Terms that `terms` lacks are 0. Without terms under the bar it is the sum itself.
 *
 * @throws RangeError for an id without a definition.
 */
export function indicatorOf(
  id: string,
  terms: ReadonlyMap<string, Term>,
  more: Pick<Indicator, 'boundary' | 'product' | 'reference'> & { readonly unit?: string },
): Indicator {
  const definition = indicatorDefinition(id);
  const [over, under] = [there(definition.over, terms), there(definition.under, terms)];
  const used = [...new Map([...over, ...under])];
  const remarks = definition.reason === null ? [] : [definition.reason];
  for (const [, term] of used) remarks.push(...(term.remarks ?? []));
  const value = quotientOf(definition, over, under, remarks);
  const { unit, ...rest } = more;
  return {
    id,
    name: { zh: definition.zh, en: definition.en },
    ...rest,
    value: value?.value ?? null,
    unit: unit ?? definition.unit,
    u: value === null ? null : finite(standardUncertainty(value)),
    formula: definition.formula,
    source: definition.source,
    status: definition.status,
    terms: used.map(([symbol, { amount, unit: termUnit, of }]) => ({
      symbol,
      value: amount?.value ?? null,
      unit: termUnit,
      u: amount === null ? null : finite(standardUncertainty(amount)),
      of,
    })),
    remarks,
  };
}

type Named = readonly (readonly [string, Term])[];

function there(symbols: readonly string[], terms: ReadonlyMap<string, Term>): Named {
  return symbols.flatMap((symbol) => (terms.has(symbol) ? [[symbol, terms.get(symbol)!] as const] : []));
}

function quotientOf(definition: IndicatorDefinition, over: Named, under: Named, remarks: Text[]): Quantity | null {
  const missing = [...over, ...under].filter(([, { amount }]) => amount === null);
  if (missing.length > 0) {
    const list = [...new Set(missing.flatMap(([, { unknown }]) => unknown))].join(', ');
    remarks.push({ zh: `未知量：${list}`, en: `unknown: ${list}` });
    return null;
  }
  const above = sum(over.map(([, { amount }]) => amount!));
  if (definition.under.length === 0) return above;
  const below = sum(under.map(([, { amount }]) => amount!));
  if (!(below.value > 0)) {
    const list = definition.under.join(' + ');
    remarks.push({ zh: `${list} 不为正，无法计算`, en: `${list} is not positive: nothing to divide by` });
    return null;
  }
  return scaled(quotient(above, below), definition.unit === '%' ? 100 : 1);
}

function finite(u: number): number | null {
  return Number.isFinite(u) ? u : null;
}
