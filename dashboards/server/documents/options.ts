import { z } from 'zod';
import { bilingual } from './names.ts';

const side = z.object({
  from: z.string(),
  to: z.string(),
  amount: z.number().nullable(),
  u: z.number().nullable(),
  production: z.number().nullable(),
  productionU: z.number().nullable(),
  specific: z.number().nullable().describe('amount per unit of product'),
});
const saving = z.object({
  balance: z.string(),
  streams: z.array(z.string()),
  product: z.string(),
  unit: z.string().describe('of the amount per unit of product'),
  before: side,
  after: side,
  saved: z.object({ percent: z.number(), U: z.number().describe('expanded uncertainty, k = 2') }).nullable(),
  why: z.string().nullable().describe('what is not known, where nothing could be computed'),
  perYear: z.object({ value: z.number(), U: z.number(), unit: z.string(), source: z.string() }).nullable(),
});
const option = z.object({
  id: z.string(),
  name: bilingual,
  cost: z.enum(['no-low', 'medium-high']),
  state: z.enum(['proposed', 'accepted', 'refused', 'done']),
  proposed: z.string(),
  done: z.string().nullable(),
  counts: z.boolean().describe('false: finished before the round began'),
  investment: z.number().nullable().describe('万元'),
  benefit: z.number().nullable().describe('万元 a year'),
  saves: z.array(saving),
});

export const optionsDocument = z.object({
  round: z.looseObject({ from: z.string(), to: z.string().nullable() }).nullable().describe('of the audit; null: no register is kept'),
  options: z.array(option),
  sums: z.array(
    z.looseObject({
      cost: z.enum(['no-low', 'medium-high']),
      proposed: z.int(),
      done: z.int(),
      donePercent: z.number().nullable(),
      investmentDone: z.number(),
      investmentAhead: z.number(),
      benefitDone: z.number(),
      benefitAhead: z.number(),
    }),
  ),
});

export type OptionSaving = z.output<typeof saving>;
export type OptionsDocument = z.output<typeof optionsDocument>;
