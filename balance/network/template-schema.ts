import { z } from 'zod';

const quantity = z.string().min(1);
const name = z.string().min(1);
const products = z.array(z.tuple([quantity, quantity]));

/**
 * Rows of `equations` by pattern. Every field names quantities of the problem; units that the quantities state are converted.
 *
 * ```json
 * { "template": "splitter", "name": "S1", "in": "F1", "out": ["F2", "F3"], "same": [["c1", "c2", "c3"], ["T1", "T2", "T3"]] }
 * { "template": "transfer", "name": "dust to filter", "from": "F1", "to": "F4", "coefficient": 0.03 }
 * { "template": "transfer", "name": "P to acid", "from": "P_rock", "to": "P_acid", "coefficient": "k_P" }
 * { "template": "mixer", "name": "M1", "in": ["F1", "F2"], "out": ["F3"] }
 * { "template": "component", "name": "P in M1", "in": [["F1", "c1"], ["F2", "c2"]], "out": [["F3", "c3"]] }
 * { "template": "conversion", "name": "SO2 to SO3", "in": ["SO2_in"], "out": ["SO2_out"], "extent": "xi", "coefficient": -1 }
 * ```
 */
export const templateSchema = z.discriminatedUnion('template', [
  z
    .strictObject({
      template: z.literal('splitter'),
      name,
      in: quantity,
      out: z.array(quantity).min(1),
      same: z.array(z.array(quantity).min(2)).default([]),
    })
    .describe('flow in = Σ flows out, and every list of same (concentration, temperature: inlet, then outlets) has one value'),
  z
    .strictObject({
      template: z.literal('transfer'),
      name,
      from: quantity,
      to: quantity,
      coefficient: z.union([z.number(), quantity]),
    })
    .describe('to = coefficient × from; the coefficient is a number, or a quantity of unit 1 with its own σ'),
  z
    .strictObject({ template: z.literal('mixer'), name, in: z.array(quantity).min(1), out: z.array(quantity).min(1) })
    .describe('Σ flows in = Σ flows out'),
  z
    .strictObject({ template: z.literal('component'), name, in: products.min(1), out: products.min(1), lost: quantity.optional() })
    .describe('Σ flow × content in = Σ flow × content out + lost: a component, or heat with enthalpies'),
  z
    .strictObject({
      template: z.literal('conversion'),
      name,
      in: z.array(quantity).min(1),
      out: z.array(quantity).min(1),
      extent: quantity,
      coefficient: z.number(),
    })
    .describe('Σ in + coefficient × extent = Σ out for one substance: made where the coefficient is positive, consumed where negative'),
]);

export type Template = z.input<typeof templateSchema>;
