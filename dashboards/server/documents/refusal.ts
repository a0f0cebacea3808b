import { z } from 'zod';

const saidFault = z.object({ code: z.string(), place: z.string(), zh: z.string(), en: z.string() });
export const faultsSchema = z.array(saidFault);
export const refusalSchema = z.object({
  error: z.string().describe('a stable code'),
  faults: faultsSchema.optional().describe('what to put right, where whoever asks can'),
});
export const doneSchema = z.object({ done: z.literal(true) });

/** What is wrong, where, in Chinese and English. */
export type SaidFault = z.output<typeof saidFault>;
