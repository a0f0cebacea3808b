import { convert, isConvertible } from '../../../config/measures/units.ts';
import { waterNorm } from '../../../config/measures/water-norms.ts';
import type { Product } from '../../../config/plant/products.ts';
import type { WaterUse } from '../../../config/plant/use.ts';
import type { BalanceFlows } from '../flows.ts';
import { type Indicator, indicatorOf, type Term, termOf } from './indicator.ts';

/** The uses that each term adds up. */
const TERMS: Readonly<Record<string, readonly WaterUse[]>> = {
  Vi: ['intake'],
  Vcy: ['circulating', 'cooling-circulating'],
  Vs: ['series'],
  Vco: ['consumed'],
  Vd: ['drained', 'drained-compliant'],
  Vdc: ['drained-compliant'],
  Vih: ['unconventional'],
  Vl: ['leaked'],
  Vcr: ['cooling-circulating'],
  Vcf: ['cooling-makeup'],
  Vgr: ['process-reused'],
  Vgf: ['process-makeup'],
  Vb: ['steam'],
  Vbr: ['condensate'],
  Vw: ['reused'],
};

/** Ratios of water by the terms that streams must have: what the formula's bar cannot do without. */
const RATIOS: readonly (readonly [id: string, ...needs: (readonly string[])[]])[] = [
  ['water-reuse', ['Vi'], ['Vcy', 'Vs']],
  ['water-leakage', ['Vi'], ['Vl']],
  ['water-drainage', ['Vi'], ['Vd']],
  ['condensate-return', ['Vb'], ['Vbr']],
  ['cooling-circulation', ['Vcf'], ['Vcr']],
  ['process-reuse', ['Vgf'], ['Vgr']],
  ['wastewater-reuse', ['Vd'], ['Vw']],
  ['unconventional-water', ['Vi'], ['Vih']],
  ['compliant-drainage', ['Vd'], ['Vdc']],
];

/** The terms that the streams of a water balance have, in its unit. */
export function waterTerms({ flows, definition }: Pick<BalanceFlows, 'flows' | 'definition'>): ReadonlyMap<string, Term> {
  const terms = new Map<string, Term>();
  for (const [symbol, uses] of Object.entries(TERMS)) {
    const parts = flows.filter(({ stream }) => uses.some((use) => stream.use?.includes(use)));
    if (parts.length > 0) {
      terms.set(
        symbol,
        termOf(
          definition.unit,
          parts.map(({ id, load }) => ({ id, amount: load })),
        ),
      );
    }
  }
  return terms;
}

/**
 * The water indicators that the uses of a balance's streams allow: a ratio is there where streams name what stands above and below its
 * bar, the intake per unit of product for each product, held against its norm where it names one. A ratio whose terms no stream bears is
 * left out, never 0.
 *
 * @param produced what was produced of each product
 */
export function waterIndicators(
  balance: Pick<BalanceFlows, 'flows' | 'definition'>,
  boundary: string,
  produced: readonly { readonly product: Product; readonly amount: Term }[],
): readonly Indicator[] {
  const terms = waterTerms(balance);
  const ratios = RATIOS.filter(([, ...needs]) => needs.every((need) => need.some((symbol) => terms.has(symbol)))).map(([id]) =>
    indicatorOf(id, terms, { boundary }),
  );
  if (!terms.has('Vi')) return ratios;
  const { unit } = balance.definition;
  const perProduct = produced.map(({ product, amount }) => {
    const indicator = indicatorOf('water-intake-per-product', new Map([...terms, ['Q', amount]]), {
      boundary,
      product: product.id,
      unit: `${unit}/${product.unit}`,
    });
    return product.waterNorm === undefined ? indicator : heldAgainst(indicator, product.waterNorm, unit, product.unit);
  });
  return [...ratios, ...perProduct];
}

/** The norm in the unit of the indicator; where the balance counts in mass, a m3 of water is taken as 1 t. */
function heldAgainst(indicator: Indicator, id: string, unit: string, productUnit: string): Indicator {
  const norm = waterNorm(id);
  const water = isConvertible('m3', unit) ? convert(1, 'm3', unit) : convert(1, 't', unit);
  const step = water * convert(1, productUnit, norm.per);
  const [general, advanced] = [norm.general * step, norm.advanced * step];
  const { value } = indicator;
  const keeps = value === null || value > general ? null : value > advanced ? 'general' : 'advanced';
  const { zh, en, document, source, status } = norm;
  const reference = { id, name: { zh, en }, general, advanced, unit: indicator.unit, document, source, status, keeps } as const;
  return { ...indicator, reference };
}
