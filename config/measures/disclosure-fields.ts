import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';

const part = z.enum([
  'name',
  'scale',
  'representative',
  'address',
  'production-address',
  'materials',
  'products',
  'pollutants',
  'mode',
  'destination',
  'concentrations',
  'amounts',
  'limits',
  'caps',
  'multiple',
  'over-limit',
  'over-cap',
  'fees',
]);
const fileSchema = z.strictObject({ version: z.literal(1), fields: z.record(z.string(), z.array(part).min(1)) });

/** A part of a public record. */
export type DisclosurePart = z.output<typeof part>;

let fields: ReadonlyMap<string, readonly DisclosurePart[]> | null = null;

/** What a field as a rule prints it asks for; null where nobody has said. */
export function partsOfField(printed: string): readonly DisclosurePart[] | null {
  fields ??= new Map(
    Object.entries(fileSchema.parse(parse(readFileSync(new URL('disclosure-fields.yaml', import.meta.url), 'utf8'))).fields),
  );
  return fields.get(printed) ?? null;
}
