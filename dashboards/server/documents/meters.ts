import { z } from 'zod';
import { nameSchema } from './names.ts';

const verification = z.object({
  certificate: z.string(),
  date: z.string(),
  due: z.string(),
  by: z.string().optional(),
  kind: z.string(),
  overdue: z.boolean(),
});
const row = z.object({
  id: z.string(),
  name: nameSchema,
  kind: z.string(),
  unit: z.string(),
  place: z.string().nullable(),
  status: z.enum(['qualified', 'limited', 'out-of-service']),
  instrument: z.string().nullable(),
  accuracy: z.string().nullable(),
  device: z.string().nullable(),
  channels: z.array(z.string()),
  points: z.array(z.string()),
  due: z.string().nullable().describe('day until which its verification holds'),
  overdue: z.boolean(),
  commissioned: z.boolean(),
});
export const metersDocument = z.array(row);

export const meterDocument = row.extend({
  maker: z.string().nullable(),
  model: z.string().nullable(),
  serial: z.string().nullable(),
  assetNumber: z.string().nullable(),
  verification: verification.nullable(),
  signed: z.object({ by: z.string(), at: z.string(), face: z.number(), reading: z.number() }).nullable(),
  ratios: z.array(z.looseObject({ from: z.string() })),
  replacements: z.array(z.looseObject({ at: z.string() })),
  reads: z.array(
    z.object({
      channel: z.string(),
      kind: z.string(),
      unit: z.string(),
      range: z.tuple([z.number(), z.number()]).nullable(),
      read: z.record(z.string(), z.unknown()).nullable(),
    }),
  ),
  streams: z.array(z.string()).describe('streams whose amount it measures'),
});

export type MeterRow = z.output<typeof row>;
export type MeterDocument = z.output<typeof meterDocument>;
