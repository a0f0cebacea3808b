import { convert } from '../../config/measures/units.ts';
import type { Plant } from '../../config/plant/plant.ts';
import { type Relation, streamsOf } from '../../config/plant/relations.ts';
import type { Template } from '../network/template-schema.ts';
import { type Quantity, quantity, quotient } from '../window/quantity.ts';
import type { BalanceFlows } from './flows.ts';
import type { StreamAmount } from './stream-amount.ts';

/** The relations of one balance as rows over its flows and over quantities of their own. */
export interface Related {
  readonly templates: readonly Template[];
  /** What the rows name beside flows; null: not known, left to the network. */
  readonly quantities: readonly { readonly id: string; readonly value: Quantity | null }[];
  /** Flows that the rows name. */
  readonly streams: ReadonlySet<string>;
}

/** What one unit of a stream holds in the unit of a balance; null where it is not known, undefined where it holds nothing. */
export type ContentIn = (balance: string, stream: string) => Quantity | null | undefined;

/**
 * The relations of a balance as templates of the network. Amounts of a splitter, coefficients and contents are measured quantities with
 * their uncertainty, correlated with the flows through common sources. null where the balance has none.
 */
export function relationsOf(
  plant: Plant,
  { definition, flows }: BalanceFlows,
  amounts: ReadonlyMap<string, StreamAmount>,
  contentIn: ContentIn,
): Related | null {
  const { relations = [] } = definition;
  if (relations.length === 0) return null;
  const quantities = new Map<string, Quantity | null>();
  const has = new Set(flows.map(({ id }) => id));
  const templates = relations.flatMap((relation): Template[] => {
    const name = relation.id;
    switch (relation.template) {
      case 'splitter':
        return relation.out.map((out): Template => {
          const id = `share ${name} ${out}`;
          quantities.set(id, shareOf(plant, amounts, out, relation.in));
          return { template: 'transfer', name: `${name} ${out}`, from: relation.in, to: out, coefficient: id };
        });
      case 'transfer': {
        const { value, u } = relation.coefficient;
        quantities.set(`coefficient ${name}`, quantity(value, [[`coefficient ${name}`, u]]));
        return [{ template: 'transfer', name, from: relation.from, to: relation.to, coefficient: `coefficient ${name}` }];
      }
      case 'mixer':
        return [{ template: 'mixer', name, in: relation.in, out: relation.out }];
      case 'conversion': {
        if (!has.has(relation.extent)) quantities.set(`extent ${relation.extent}`, null);
        const extent = has.has(relation.extent) ? relation.extent : `extent ${relation.extent}`;
        return [{ template: 'conversion', name, in: relation.in, out: relation.out, extent, coefficient: relation.coefficient }];
      }
      default: {
        const [into, out] = [relation.in, relation.out].map((ids) =>
          ids.flatMap((stream): [string, string][] => {
            const content = perFlow(contentIn, relation.of, definition.id, stream);
            if (content === undefined) return [];
            const id = `content ${relation.of} ${stream}`;
            quantities.set(id, content);
            return [[stream, id]];
          }),
        );
        return into!.length > 0 && out!.length > 0 ? [{ template: 'component', name, in: into!, out: out! }] : [];
      }
    }
  });
  return {
    templates,
    quantities: [...quantities].map(([id, value]) => ({ id, value })),
    streams: new Set(
      relations.flatMap((relation: Relation) => [...streamsOf(relation), ...('extent' in relation ? [relation.extent] : [])]),
    ),
  };
}

/** Amount of an outlet ÷ amount of the inlet; null where one is not known or the inlet carries nothing. */
function shareOf(plant: Plant, amounts: ReadonlyMap<string, StreamAmount>, out: string, into: string): Quantity | null {
  const [part, whole] = [amounts.get(out)?.amount, amounts.get(into)?.amount];
  if (!part || !whole || whole.value === 0) return null;
  const unitOf = (id: string) => plant.media.get(plant.streams.get(id)!.medium)!.unit;
  const share = quotient(part, whole);
  const step = convert(1, unitOf(out), unitOf(into));
  return quantity(
    share.value * step,
    [...share.parts].map(([source, u]) => [source, u * step] as const),
  );
}

/** Content of the component per unit of this balance: flows are counted in the latter. */
function perFlow(contentIn: ContentIn, of: string, balance: string, stream: string): Quantity | null | undefined {
  const [component, own] = [contentIn(of, stream), contentIn(balance, stream)];
  if (component === undefined) return undefined;
  if (component === null || own === null || own === undefined || own.value === 0) return null;
  return quotient(component, own);
}
