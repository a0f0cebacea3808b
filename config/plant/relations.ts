import { z } from 'zod';
import { factor, id, label } from './values.ts';

const head = { id, name: label };
const several = z.array(id).min(1);

/** What the streams of one balance are bound by beside the balance of each unit, in streams of that balance and its unit. */
export const relationSchema = z.discriminatedUnion('template', [
  z
    .strictObject({ template: z.literal('splitter'), ...head, in: id, out: z.array(id).min(2) })
    .describe('分流：the outlets have the composition of the inlet, so that each holds as much of it as its amount is of the inlet’s'),
  z
    .strictObject({
      template: z.literal('transfer'),
      ...head,
      from: id,
      to: id,
      coefficient: factor.describe('to = coefficient × from, in the unit of the balance; with its uncertainty'),
    })
    .describe('转移系数'),
  z
    .strictObject({ template: z.literal('mixer'), ...head, in: several, out: several })
    .describe('混合：Σ in = Σ out, of a part that is no unit of the plant'),
  z
    .strictObject({ template: z.literal('component'), ...head, of: id.describe('the balance of the component'), in: several, out: several })
    .describe('组分：Σ amount × content in = Σ amount × content out; amounts are of this balance, contents of the other, both reconciled'),
  z
    .strictObject({
      template: z.literal('conversion'),
      ...head,
      in: several,
      out: several,
      extent: id.describe('a stream of this balance, or a name that conversions have in common'),
      coefficient: z.number().describe('per unit of extent: made where positive, consumed where negative'),
    })
    .describe('转化：Σ in + coefficient × extent = Σ out'),
]);

export type Relation = z.output<typeof relationSchema>;

/** The streams that a relation names. */
export function streamsOf(relation: Relation): readonly string[] {
  switch (relation.template) {
    case 'splitter':
      return [relation.in, ...relation.out];
    case 'transfer':
      return [relation.from, relation.to];
    default:
      return [...relation.in, ...relation.out];
  }
}
