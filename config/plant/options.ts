import { z } from 'zod';
import { CAUSE_ASPECTS } from './use.ts';
import { id, instant, label } from './values.ts';

/** Units of money as the forms print them, in yuan. */
export const MONEY_UNITS = { 元: 1, 万元: 10_000, 亿元: 100_000_000 } as const;

const money = z.strictObject({
  amount: z.number().nonnegative(),
  unit: z.enum(Object.keys(MONEY_UNITS) as [keyof typeof MONEY_UNITS, ...(keyof typeof MONEY_UNITS)[]]),
});
const stretch = z.strictObject({ from: instant, to: instant.describe('exclusive') });

/** The round of the audit (本轮审核): what was finished before it does not count as its result. */
export const auditRoundSchema = z.strictObject({
  from: instant,
  to: instant.optional(),
  costLimit: money.optional().describe('from this investment on an option is of medium or high cost; the plant sets it, no rule does'),
  auditCost: money.optional().describe('what the audit cost, by its invoices: some places pay part of it'),
});

/** What an option saves, measured: an amount per unit of product in a window before and in one after. */
export const savingSchema = z.strictObject({
  balance: id.describe('the balance in whose unit the amounts count'),
  streams: z.array(id).min(1).describe('streams whose amounts add up to what is saved of'),
  product: id.describe('product that both amounts are divided by'),
  before: stretch,
  after: stretch,
  production: z
    .strictObject({ perYear: z.number().positive(), source: z.string() })
    .optional()
    .describe('yearly production in the unit of the product: the saving of a year is worked out with it'),
});

/** A cleaner-production option (清洁生产方案) from proposal to result. */
export const optionSchema = z.strictObject({
  id,
  name: label,
  cost: z.enum(['no-low', 'medium-high']).describe('无/低费, 中/高费'),
  unit: id.optional().describe('where'),
  aspect: z.enum(CAUSE_ASPECTS).optional(),
  proposed: instant,
  decided: z.strictObject({ at: instant, accepted: z.boolean(), reason: z.string().optional() }).optional(),
  done: instant.optional().describe('finished and running'),
  investment: money.optional(),
  fixedInvestment: money.optional().describe('how much of the investment is fixed assets (固定资产投资)'),
  benefit: money
    .extend({ source: z.string().describe('who worked it out from what') })
    .optional()
    .describe('economic benefit of a year'),
  saves: z.array(savingSchema).default([]),
});

export type AuditRound = z.output<typeof auditRoundSchema>;
export type Option = z.output<typeof optionSchema>;
export type Saving = z.output<typeof savingSchema>;
export type Money = z.output<typeof money>;
