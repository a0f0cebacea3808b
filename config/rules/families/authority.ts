import { z } from 'zod';

/** What a plant or an authority makes public. */
export const disclosureSchema = z.strictObject({
  who: z.array(z.string()).describe('classes, or compulsory, voluntary, listed, authority'),
  publishedBy: z.enum(['plant', 'authority']),
  what: z.enum([
    'emissions',
    'list',
    'evaluation-result',
    'acceptance-result',
    'agreement',
    'reduction-targets',
    'compliance-lists',
    'audit-result',
  ]),
  medium: z.string().nullable().describe('as printed'),
  fields: z.array(z.string()).default([]).describe('as printed'),
  verifiedBy: z.string().nullable().default(null),
  encouraged: z.boolean().default(false).describe('鼓励: the text asks for it and does not bind'),
});

/** How the list of plants that must audit comes about. */
export const listingSchema = z.strictObject({
  classes: z.array(z.string()),
  proposes: z.string().nullable(),
  confirms: z.string().nullable(),
  cycle: z.enum(['yearly', 'batches']).nullable(),
  medium: z.string().nullable().default(null),
  written: z.boolean().default(false).describe('the plant is told in writing'),
  evidence: z.array(z.string()).default([]).describe('what must be attached, as printed'),
  fields: z.array(z.string()).default([]),
});

/** Who does what when plants are evaluated, accepted, supervised; what follows for a plant. */
export const supervisionSchema = z.strictObject({
  topic: z.enum([
    'competence',
    'acceptance',
    'routing',
    'permit',
    'restart',
    'funding',
    'environmental-impact',
    'spot-check',
    'confidentiality',
    'conflict-of-interest',
    'survey',
    'quota',
    'deemed-not-audited',
    'follow-up',
    'roll-up',
    'expertise',
  ]),
  items: z.array(z.strictObject({ by: z.string().nullable().default(null), text: z.string() })),
});

/** What a breach costs. Amounts in yuan. */
export const penaltySchema = z.strictObject({
  items: z.array(
    z.strictObject({
      classes: z.array(z.string()),
      text: z.string(),
      law: z.string().nullable().default(null),
      fromYuan: z.number().nullable().default(null),
      toYuan: z.number().nullable().default(null),
      by: z.string().nullable().default(null),
    }),
  ),
});

/** A grant as a formula: of a sum, piece by piece, up to a cap. Amounts in yuan. */
export const subsidySchema = z.strictObject({
  grants: z.array(
    z.strictObject({
      of: z.enum(['audit-cost', 'investment', 'fixed-investment', 'actual-investment', 'pilot-audit']),
      text: z.string(),
      pieces: z
        .array(z.strictObject({ upToYuan: z.number().nullable(), percent: z.number() }))
        .describe('percent of the part of the sum up to that amount and above the one before; null: without end'),
      capYuan: z.number().nullable(),
    }),
  ),
});

/** How savings, options and costs are accounted. */
export const savingsSchema = z.strictObject({
  items: z.array(
    z.strictObject({
      topic: z.enum([
        'cost-account',
        'option-class',
        'order',
        'indicator',
        'exclusion',
        'carry-over',
        'before-after',
        'target-floor',
        'cause',
        'statistics',
      ]),
      text: z.string(),
    }),
  ),
});
