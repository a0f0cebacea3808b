import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';

const rule = {
  from: z.iso.date().nullable(),
  status: z.enum(['confirmed', 'to-confirm']),
  source: z.string().nullable(),
  reason: z.union([z.string(), z.strictObject({ zh: z.string(), en: z.string() })]).optional(),
};
const fileSchema = z.strictObject({
  version: z.literal(2),
  sources: z.record(z.string(), z.string()),
  validity: z.array(
    z.strictObject({
      kind: z.enum(['gas', 'water']),
      period: z.enum(['hour', 'day', 'month']),
      atLeast: z.partialRecord(z.enum(['minutes', 'hours', 'days', 'share']), z.number().positive()).optional(),
      atMost: z.strictObject({ abnormal: z.int().nonnegative() }).optional(),
      ...rule,
    }),
  ),
  effectiveRate: z.array(z.strictObject({ atLeast: z.number().positive().max(1), ...rule })),
  marks: z.array(z.strictObject({ kind: z.enum(['gas', 'water', 'any']), sectors: z.array(z.string()), ...rule })),
  markedTime: z.array(z.strictObject({ overMinutes: z.number().positive(), ...rule })),
  substitution: z.array(
    z.strictObject({
      id: z.string(),
      kind: z.enum(['gas', 'water']),
      unusableBelow: z.number().min(0).max(1).nullable(),
      bands: z.array(
        z.strictObject({
          cause: z.enum(['out-of-control', 'other', 'any']),
          availability: z.tuple([z.number(), z.number()]).describe('from, to; the upper end belongs to the band only where it is 1'),
          hoursAtMost: z.number().positive().nullable().describe('longest missing stretch of the band'),
          largestOfHours: z.int().positive().optional(),
          largestDaySince: z.literal('passed-check').optional(),
        }),
      ),
      ...rule,
    }),
  ),
  accounting: z.array(z.strictObject({ missingAtMost: z.number().min(0).max(1), ...rule })),
});

type File = z.output<typeof fileSchema>;
export type ValidityRule = File['validity'][number];
export type RateRule = File['effectiveRate'][number];
export type SubstitutionProfile = File['substitution'][number];
export type MarkedTimeRule = File['markedTime'][number];
export type AccountingRule = File['accounting'][number];

let file: File | null = null;
const read = (): File => {
  file ??= fileSchema.parse(parse(readFileSync(new URL('monitoring.yaml', import.meta.url), 'utf8')));
  return file;
};

/** The confirmed rule for the validity of a period's mean; null where no text at hand states one. */
export function validityRule(kind: 'gas' | 'water', period: 'hour' | 'day'): ValidityRule | null {
  return read().validity.find((one) => one.kind === kind && one.period === period && one.status === 'confirmed') ?? null;
}

/** The pass line of the effective transmission rate at a date (`YYYY-MM-DD`); null before the first. */
export function effectiveRateRule(date: string): RateRule | null {
  const inForce = read().effectiveRate.filter((one) => one.status === 'confirmed' && (one.from === null || one.from <= date));
  return inForce.toSorted((a, b) => (a.from ?? '').localeCompare(b.from ?? '')).at(-1) ?? null;
}

/**
 * The profile by which missing amounts are substituted: the one that a plant file names, whatever its status, else a confirmed one in force
 * at the date. null where there is none: nothing is substituted then.
 */
export function substitutionProfile(kind: 'gas' | 'water', date: string, named: string | null): SubstitutionProfile | null {
  const fitting = read().substitution.filter((one) => one.kind === kind && (one.from === null || one.from <= date));
  if (named !== null) return fitting.find(({ id }) => id === named) ?? null;
  return fitting.filter(({ status }) => status === 'confirmed').at(-1) ?? null;
}

/** How long marked time must last to be one event, at a date; its status says whether that is confirmed. */
export function markedTimeRule(date: string): MarkedTimeRule | null {
  return (
    read()
      .markedTime.filter(({ from }) => from === null || from <= date)
      .at(-1) ?? null
  );
}

/** How much of a year's time may be missing for its automatic data to count. */
export function accountingRule(date: string): AccountingRule | null {
  return (
    read()
      .accounting.filter(({ from }) => from === null || from <= date)
      .at(-1) ?? null
  );
}

/** Rules that are known of and not applied, because no text at hand states them. */
export function rulesToConfirm(): readonly ValidityRule[] {
  return read().validity.filter(({ status }) => status === 'to-confirm');
}

/** Where a rule was read. */
export function sourceOf(id: string | null): string | null {
  return id === null ? null : (read().sources[id] ?? null);
}
