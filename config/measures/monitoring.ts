import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';

const rule = {
  from: z.iso.date().nullable(),
  status: z.enum(['confirmed', 'to-confirm']),
  source: z.string().nullable(),
  reason: z.string().optional(),
};
const fileSchema = z.strictObject({
  version: z.literal(1),
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
});

type File = z.output<typeof fileSchema>;
export type ValidityRule = File['validity'][number];
export type RateRule = File['effectiveRate'][number];

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

/** Rules that are known of and not applied, because no text at hand states them. */
export function rulesToConfirm(): readonly ValidityRule[] {
  return read().validity.filter(({ status }) => status === 'to-confirm');
}

/** Where a rule was read. */
export function sourceOf(id: string | null): string | null {
  return id === null ? null : (read().sources[id] ?? null);
}
