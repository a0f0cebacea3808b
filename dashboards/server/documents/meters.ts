import { z } from 'zod';
import { nameSchema } from './names.ts';

const verification = z.object({
  certificate: z.string(),
  date: z.string(),
  due: z.string().optional().describe('as the certificate states it'),
  interval: z.object({ months: z.int(), origin: z.string() }).optional().describe('set by the plant'),
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
  due: z
    .string()
    .nullable()
    .describe('last day on which its verification holds: the earliest of certificate, the plant’s interval, the regulation’s period'),
  dueBy: z.enum(['certificate', 'plant', 'regulation']).nullable().describe('what set that day'),
  dueToConfirm: z.boolean().describe('the regulation’s period that set it is still to be confirmed'),
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
