import { z } from 'zod';
import { FAMILIES, type Family } from './families/families.ts';

/**
 * A rule file: one document of one jurisdiction, with what it lays down as typed rules.
 *
 * What a source leaves open is `null`, and `unset` beside it says why. It is never filled from another jurisdiction.
 */

const partialDate = z
  .string()
  .regex(/^\d{4}(-\d\d(-\d\d)?)?$/)
  .describe('date, or only the month or the year where the source prints no more');
const slug = z.string().regex(/^[a-z0-9][a-z0-9.-]*$/);
const lines = z.tuple([z.int().positive(), z.int().positive()]).describe('first and last line in the source text');

export const quoteSchema = z.strictObject({ lines, text: z.string().min(1) });

export const documentSchema = z.strictObject({
  id: slug.describe('short id, unique within the jurisdiction'),
  number: z.string().nullable().describe('document number as printed'),
  title: z.string(),
  issuer: z.string().nullable(),
  issued: partialDate.nullable(),
  from: partialDate.nullable().describe('in force from; null: not printed, the date of issue counts'),
  to: partialDate.nullable().describe('first day on which it is no longer in force; null: no repeal is known'),
  supersededBy: z.string().nullable().describe('what took its place: a document number, or the id of a document held here'),
  status: z.enum(['in-force', 'superseded', 'to-confirm']),
  source: z.union([
    z.strictObject({ file: z.string(), lines }).describe('text shipped under config/rules/sources: quotes are proved against it'),
    z.strictObject({ reference: z.string(), seen: z.string() }).describe('a document not shipped: where its content was seen, and how'),
  ]),
  conflicts: z.array(z.string()).default([]).describe('what contradicts itself in the source, and which reading is taken'),
  unset: z.record(z.string(), z.string()).default({}),
});

const ruleFields = {
  id: slug,
  article: z.string().nullable(),
  lines: lines.optional(),
  quote: z.string().min(1).optional(),
  quotes: z.array(quoteSchema).default([]).describe('further passages that the content rests on'),
  reach: z
    .enum(['own', 'nationwide'])
    .default('own')
    .describe('nationwide: the text itself says that it holds everywhere, so a jurisdiction below need not incorporate it'),
  incorporates: z.array(z.string()).default([]).describe('ids of rules of another jurisdiction that this one says also hold here'),
  extractOf: z.string().optional().describe('id of the rule that this one reproduces: when that is superseded, verdicts say so'),
  status: z.enum(['in-force', 'superseded', 'to-confirm']).optional().describe('default: the status of the document'),
  unset: z.record(z.string(), z.string()).default({}),
};

/** Everything but the content, whose shape the family decides. */
export const ruleSchema = z.strictObject({
  ...ruleFields,
  family: z.enum(Object.keys(FAMILIES) as [Family, ...Family[]]),
  content: z.unknown().describe('typed by the family; null where the source is not held, with the reason in unset.content'),
});
export const ruleFileSchema = z.strictObject({ document: documentSchema, rules: z.array(ruleSchema) });

export const jurisdictionSchema = z.strictObject({
  id: slug,
  zh: z.string(),
  en: z.string(),
  parent: slug.nullable().describe('the jurisdiction above; null for the state'),
});

export type RuleDocument = z.output<typeof documentSchema>;
export type RuleFile = z.output<typeof ruleFileSchema>;
export type RuleEntry = z.output<typeof ruleSchema>;
export type Quote = z.output<typeof quoteSchema>;
export type Jurisdiction = z.output<typeof jurisdictionSchema>;
