import { z } from 'zod';
import { instant } from './values.ts';

/** What one unit of a medium holds by a laboratory's composite samples, each valid for the time over which it was drawn. */
export const compositesSchema = z.strictObject({
  composites: z
    .array(
      z.strictObject({
        from: instant,
        to: instant.describe('end of its validity, exclusive'),
        value: z.number(),
        u: z.number().nonnegative().describe('standard uncertainty, k = 1: sampling and laboratory'),
        sample: z.string().min(1).describe('number, how it was drawn, laboratory and method'),
      }),
    )
    .min(1)
    .describe('混合样; they do not overlap'),
  unit: z.string().describe('of the values: unit of the balance per unit of the medium, e.g. kg/t, %, mg/L'),
});

export type Composites = z.output<typeof compositesSchema>;
