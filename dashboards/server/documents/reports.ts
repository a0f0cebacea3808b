import { z } from 'zod';
import { nextSchema } from './page.ts';
import { faultsSchema } from './refusal.ts';

/** A report that was asked for, as it is kept beside its files. */
export const jobSchema = z.object({
  id: z.string(),
  state: z.enum(['running', 'done', 'failed']),
  by: z.string(),
  madeMs: z.number(),
  from: z.string().nullable(),
  to: z.string().nullable(),
  lang: z.enum(['zh', 'en']),
  pack: z.boolean(),
  faults: faultsSchema,
});
export const jobDocument = jobSchema.extend({
  files: z.array(z.object({ name: z.string(), bytes: z.int() })).describe('written so far'),
  of: z.int().describe('files that it writes in all'),
});

export const jobsDocument = z.object({ reports: z.array(jobDocument), next: nextSchema });

export type Job = z.output<typeof jobSchema>;
export type JobsDocument = z.output<typeof jobsDocument>;
export type JobDocument = z.output<typeof jobDocument>;
