import { z } from 'zod';
import { nameSchema } from './names.ts';

const sample = z.object({
  timeMs: z.number().describe('UTC, milliseconds since 1970'),
  value: z.number().nullable().describe('in the meter’s own unit; null exactly where the quality is missing'),
  quality: z.enum(['good', 'suspect', 'missing']),
  reason: z.string(),
  origin: z.string(),
});
const row = z.object({
  channel: z.string(),
  meter: z.string(),
  name: nameSchema,
  kind: z.string(),
  unit: z.string(),
  staleAfterMs: z.number().nullable().describe('age beyond which it counts as stale; null where nothing is expected at fixed times'),
  sample: sample.nullable().describe('null before the first'),
});
export const valuesDocument = z.object({ nowMs: z.number(), values: z.array(row) });

export type ShownSample = z.output<typeof sample>;
export type ValueRow = z.output<typeof row>;
export type ValuesDocument = z.output<typeof valuesDocument>;
