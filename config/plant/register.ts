import { z } from 'zod';
import { label } from './values.ts';

/** What a public record says of the plant itself, as it is registered. Nothing of it is needed to measure. */
export const registerSchema = z
  .strictObject({
    representative: z.string().min(1).optional().describe('法人代表'),
    address: label.optional().describe('企业所在地址'),
    productionAddress: label.optional().describe('生产车间所在地址'),
    scale: z.string().min(1).optional().describe('规模'),
    region: z.string().min(1).optional().describe('administrative region whose pollution load the plant counts to'),
    fees: z.string().min(1).optional().describe('排污费交纳情况'),
  })
  .describe('what a public record says of the plant');

export type Register = z.output<typeof registerSchema>;
