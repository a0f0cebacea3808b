import { isConvertible, isUnit } from '../../measures/units.ts';
import { waterNorm, waterNormIds } from '../../measures/water-norms.ts';
import type { Path } from '../document.ts';
import type { Draft } from '../draft.ts';
import { type Finding, fault } from '../finding.ts';
import { ENV } from '../schema.ts';

/** Water uses stand at streams of a water balance, intake comes from outside, and products count in units that convert. */
export function useFindings(draft: Draft): Finding[] {
  return [...draft.streams.flatMap(({ item, path }) => ofStream(draft, item, path)), ...ofProducts(draft)];
}

function ofStream(draft: Draft, stream: Draft['streams'][number]['item'], path: Path): Finding[] {
  if (stream.use === undefined) return [];
  const found: Finding[] = [];
  const medium = draft.media.find(({ item }) => item.id === stream.medium)?.item;
  const water = draft.balances.filter(({ item }) => item.kind === 'water').map(({ item }) => item.id);
  if (medium && !water.some((balance) => balance in stream.content || balance in medium.content)) {
    const zh = `${stream.id} 标了用水去向（use），但不在任何水平衡中：其介质 ${medium.id} 的 content 没有水平衡的含量`;
    found.push(
      fault('use.no-water', [...path, 'use'], zh, `${stream.id} has a use of water but is in no water balance: its content names none`),
    );
  }
  if (stream.use.includes('intake') && stream.from !== ENV) {
    const zh = `${stream.id} 标为取水，应来自厂外（from: ${ENV}）`;
    found.push(fault('use.intake', [...path, 'use'], zh, `${stream.id} is an intake and should come from ${ENV}`));
  }
  return found;
}

function ofProducts(draft: Draft): Finding[] {
  const found: Finding[] = [];
  const unitOf = new Map(draft.media.map(({ item }) => [item.id, item.unit]));
  for (const { item: product, path } of draft.products) {
    if (!isUnit(product.unit)) {
      const zh = `不认识产品 ${product.id} 的单位“${product.unit}”`;
      found.push(fault('product.unit', [...path, 'unit'], zh, `"${product.unit}" of the product ${product.id} is no known unit`));
      continue;
    }
    const mediumOf = (list: 'streams' | 'stocks', id: string) => draft[list].find(({ item }) => item.id === id)?.item.medium ?? '';
    for (const list of ['streams', 'stocks'] as const) {
      for (const [index, id] of (product[list] ?? []).entries()) {
        const unit = unitOf.get(mediumOf(list, id));
        if (unit === undefined || !isUnit(unit) || isConvertible(unit, product.unit)) continue;
        const zh = `${id} 以 ${unit} 计，不能换算为产品 ${product.id} 的 ${product.unit}`;
        const en = `${id} counts in ${unit}, which does not convert into ${product.unit} of the product ${product.id}`;
        found.push(fault('product.unit', [...path, list, index], zh, en));
      }
    }
    const { waterNorm: norm } = product;
    if (norm !== undefined && waterNormIds().includes(norm) && !isConvertible(product.unit, waterNorm(norm).per)) {
      const zh = `取水定额 ${norm} 以 ${waterNorm(norm).per} 产品计，${product.unit} 不能换算`;
      const en = `the norm ${norm} is per ${waterNorm(norm).per} of product, into which ${product.unit} does not convert`;
      found.push(fault('product.norm', [...path, 'waterNorm'], zh, en));
    }
  }
  return found;
}
