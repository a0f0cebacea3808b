import { z } from 'zod';
import { id, instant, label } from './values.ts';

/** 正常生产条件: the band in which the load of the plant or a part of it counts as normal production, where it comes from and who signed. */
export const productionSchema = z.strictObject({
  id,
  name: label,
  stream: id.describe('the stream whose hourly amount is the load; it is metered'),
  low: z.number().nonnegative(),
  high: z.number().positive(),
  unit: z.string().describe('amount per time, e.g. t/h'),
  origin: z.string().describe('where the band comes from: design, operating records of a period, permit'),
  signed: z.strictObject({ by: z.string(), at: instant }),
  from: instant.optional(),
  to: instant.optional(),
});

export type NormalProduction = z.output<typeof productionSchema>;
