import { z } from 'zod';

const bounds = z.strictObject({ over: z.number().optional(), upTo: z.number().optional().describe('inclusive') });

/**
 * How long a verification (检定) of a type of instrument holds, by the verification regulation that it falls under. Calibrations (校准) and
 * confirmations (计量确认) have no interval by regulation: the plant sets it.
 */
export const verificationIntervalSchema = z.strictObject({
  rows: z.array(
    z.strictObject({
      instruments: z
        .array(z.string().min(2))
        .min(1)
        .describe('words that a meter’s type of instrument may contain; over all rows the longest one decides'),
      name: z.string().describe('what the regulation is about'),
      regulation: z.string().nullable().describe('number of the regulation; null: none is known'),
      periods: z
        .array(
          z.strictObject({
            boreMm: bounds.optional().describe('nominal bore that the period is for'),
            class: bounds.optional().describe('number of the accuracy class that the period is for'),
            settlement: z.boolean().optional().describe('for meters of trade settlement alone, or for all others alone'),
            months: z.int().positive().nullable().describe('null: not known, and seen says why'),
            seen: z.string().min(1).describe('where the number was read, or that it was read nowhere'),
          }),
        )
        .min(1),
    }),
  ),
});
export type VerificationIntervals = z.output<typeof verificationIntervalSchema>;
