import { z } from 'zod';

const reference = z.looseObject({
  rule: z.string(),
  document: z.string(),
  article: z.string().nullable(),
  status: z.enum(['in-force', 'superseded', 'to-confirm']).describe('to-confirm: not held against the text of its document'),
});

export const dutiesDocument = z.looseObject({
  classes: z.array(z.looseObject({ id: z.string(), duty: z.string(), by: z.array(reference) })),
  duties: z.array(
    reference.extend({
      duty: z.string(),
      due: z.string().nullable(),
      provisional: z.boolean(),
      to: z.array(z.string()).optional(),
    }),
  ),
  disclosures: z.array(reference),
  newer: z.array(z.looseObject({ document: z.string(), from: z.string().nullable() })),
});

export const disclosureDocument = z.looseObject({
  plant: z.string(),
  rule: z.object({ id: z.string(), document: z.string().nullable(), article: z.string().nullable(), toConfirm: z.boolean() }).nullable(),
  medium: z.string().nullable(),
  fields: z.array(z.object({ printed: z.string(), text: z.string().nullable(), missing: z.array(z.string()) })),
  reason: z.enum(['no-rule', 'no-fields-printed']).nullable(),
  published: z.boolean().describe('whether /public shows it'),
});

export type DutiesDocument = z.output<typeof dutiesDocument>;
export type DisclosureDocument = z.output<typeof disclosureDocument>;
