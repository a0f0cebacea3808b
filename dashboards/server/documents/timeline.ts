import { z } from 'zod';
import { bilingual } from './names.ts';

const change = z.looseObject({
  from: z.string(),
  to: z.string(),
  kind: z.enum(['below', 'above', 'unsteady', 'unknown']),
  mean: z.number().nullable(),
});

export const timelineDocument = z.object({
  fromMs: z.number(),
  toMs: z.number(),
  duePerHour: z.number(),
  hours: z.array(z.object({ timeMs: z.number(), good: z.int(), suspect: z.int(), missing: z.int() })),
  production: z.array(
    z.looseObject({
      id: z.string(),
      name: bilingual,
      stream: z.string(),
      band: z.object({ low: z.number(), high: z.number(), unit: z.string() }),
      changes: z.array(change),
    }),
  ),
  tested: z.int().describe('metered streams that could be tested for steadiness'),
  unsteady: z.array(z.object({ stream: z.string(), largest: z.number(), changes: z.array(change) })),
});

export type ProductionChange = z.output<typeof change>;
export type TimelineDocument = z.output<typeof timelineDocument>;
