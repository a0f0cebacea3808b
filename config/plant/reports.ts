import { z } from 'zod';

/** A report that `run` writes by itself, of the last complete 72 h at that time. */
export const reportScheduleSchema = z.strictObject({
  at: z.string().describe('when, as five cron fields in the plant offset: minute hour day month weekday, e.g. "30 8 * * 1"'),
  lang: z.enum(['zh', 'en']).default('zh'),
  pdf: z.boolean().default(false),
  pack: z.boolean().default(false).describe('write an evidence pack too'),
});

export type ReportSchedule = z.output<typeof reportScheduleSchema>;
