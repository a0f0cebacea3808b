import { z } from 'zod';
import { id, instant } from './values.ts';

const hours = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d-(([01]\d|2[0-3]):[0-5]\d|24:00)$/)
  .describe('hours of the day in the plant offset, e.g. 08:00-11:00, end exclusive; over midnight in two parts');

/** The price of one unit of a medium from a date, one number or by the hours of the day. */
export const priceSchema = z.strictObject({
  medium: id,
  from: instant,
  to: instant.optional(),
  per: z.string().describe('unit that the price is of, e.g. kWh, t, m3'),
  currency: z.string().default('CNY'),
  value: z.number().positive().optional().describe('the same at every hour; exactly one of value and periods'),
  periods: z
    .array(
      z.strictObject({
        kind: z.enum(['sharp', 'peak', 'flat', 'valley']).describe('尖、峰、平、谷'),
        value: z.number().positive(),
        hours: z.array(hours).min(1).optional().describe('absent: the hours that no other period has'),
      }),
    )
    .min(1)
    .optional(),
  source: z.string().describe('contract or tariff sheet'),
});

export type Price = z.output<typeof priceSchema>;
