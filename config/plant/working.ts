import { z } from 'zod';
import { id, instant, label } from './values.ts';

const clock = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/);

/** 班次与生产周期: how the plant itself counts its time, beside the production day. */
export const workingSchema = z.strictObject({
  shifts: z
    .array(
      z.strictObject({ id, name: label, from: clock.describe('start, HH:MM in the offset of the plant; it lasts until the next one') }),
    )
    .min(2)
    .optional()
    .describe('one of them starts with the production day'),
  cycles: z
    .array(
      z.strictObject({
        id,
        name: label.optional(),
        from: instant,
        to: instant.describe('exclusive'),
        batches: z.int().positive().default(1).describe('how many batches (批次) it holds'),
        source: z.string().min(1).describe('batch record that says so'),
      }),
    )
    .min(1)
    .optional()
    .describe('production cycles (生产周期) or batches, in order of time; they do not overlap'),
});

export type Working = z.output<typeof workingSchema>;
