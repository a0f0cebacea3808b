import { z } from 'zod';
import { instantMs } from './time.ts';
import { duration, instant } from './values.ts';

/** What an outfall is permitted: limits, caps, when limits do not hold, and the stops that the plant declared. All of it dated. */

/** Of two entries of one code and basis the later one holds from its own beginning on. */
const dates = {
  from: instant.optional().describe('in force from; absent: always was'),
  to: instant.optional().describe('no longer in force from here on'),
};
const code = z.string().describe('pollutant code, as in monitored');
const source = z.string().min(1).describe('permit or standard that states it');

/** A permitted concentration and the mean that it is held against. */
export const limitSchema = z.strictObject({
  code,
  value: z.number().positive(),
  unit: z.string(),
  basis: z.enum(['instant', 'hour', 'day']).describe('what the limit is held against: every reading, the hour mean or the day mean'),
  converted: z.boolean().optional().describe('gas: held against the value converted to the reference oxygen'),
  ...dates,
  source,
});

/** A permitted amount of one year or of a stated span. */
export const capSchema = z.strictObject({
  code,
  value: z.number().positive(),
  unit: z.string().describe('t or kg'),
  per: z.enum(['year', 'quarter', 'month']).default('year'),
  ...dates,
  source,
});

/** States in which limits do not hold, as the permit says, and for how long at most. */
export const exemptionSchema = z.strictObject({
  state: z.enum(['start-up', 'shutdown']),
  longest: duration.describe('longest exempt time of one start-up or shutdown'),
  codes: z.array(z.string()).min(1).optional().describe('absent: every pollutant'),
  ...dates,
  source,
});

/** A stop, start-up, shutdown or service that the plant declared. Nothing is exempt that was not declared. */
export const declarationSchema = z.strictObject({
  state: z.enum(['stopped', 'start-up', 'shutdown', 'maintenance', 'fault']),
  from: instant,
  to: instant,
  declaredAt: instant.describe('when it was declared'),
  codes: z.array(z.string()).min(1).optional().describe('monitors it concerns; absent: all of the outfall'),
  document: z.string().min(1).describe('the declaration or the reply to it'),
});

/** The permit of an outfall. */
export const permitSchema = z.strictObject({
  number: z.string().min(1),
  ...dates,
  issuedBy: z.string().optional(),
  caps: z.array(capSchema).default([]),
  exempt: z.array(exemptionSchema).default([]),
});

/** When an entry holds, UTC ms: from its beginning to its end, or to the beginning of a later one that takes its place. */
export function holdingSpan<T extends { readonly from?: string | undefined; readonly to?: string | undefined }>(
  one: T,
  all: readonly T[],
  same: (a: T, b: T) => boolean,
  offsetMinutes: number,
): { readonly fromMs: number; readonly toMs: number } {
  const start = ({ from }: T): number => (from === undefined ? Number.NEGATIVE_INFINITY : instantMs(from, offsetMinutes));
  const fromMs = start(one);
  const later = all.filter((other) => same(one, other) && start(other) > fromMs).map(start);
  return { fromMs, toMs: Math.min(one.to === undefined ? Number.POSITIVE_INFINITY : instantMs(one.to, offsetMinutes), ...later) };
}

export type Limit = z.output<typeof limitSchema>;
export type Cap = z.output<typeof capSchema>;
export type Exemption = z.output<typeof exemptionSchema>;
export type Declaration = z.output<typeof declarationSchema>;
