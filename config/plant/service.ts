import { z } from 'zod';
import { instant } from './values.ts';

/** 停用: when a stream carries nothing because it cannot. */
export const serviceSchema = z
  .array(
    z.strictObject({
      from: instant,
      to: instant.optional().describe('absent: until further notice'),
      reason: z.string().min(1).describe('a closed and locked valve, a blind, a unit that stands still, with its document'),
    }),
  )
  .min(1)
  .describe('times in which the stream is out of service and carries exactly nothing');

export type OutOfService = z.output<typeof serviceSchema>[number];
