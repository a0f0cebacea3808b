import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';

const text = z.strictObject({ zh: z.string(), en: z.string() });
const fileSchema = z.strictObject({
  version: z.literal(1),
  reason: text,
  indicators: z.array(
    z.strictObject({
      id: z.string(),
      zh: z.string(),
      en: z.string(),
      unit: z.string(),
      formula: z.string(),
      over: z.array(z.string()).min(1),
      under: z.array(z.string()),
      source: z.string(),
      status: z.enum(['confirmed', 'to-confirm']),
    }),
  ),
});

/** What an indicator is: a quotient of sums of terms, with where the formula comes from. */
export interface IndicatorDefinition {
  readonly id: string;
  readonly zh: string;
  readonly en: string;
  /** `%`, or the unit of what is divided; per product the unit of the product follows it. */
  readonly unit: string;
  readonly formula: string;
  /** Terms added up above and below the fraction bar. */
  readonly over: readonly string[];
  readonly under: readonly string[];
  readonly source: string;
  readonly status: 'confirmed' | 'to-confirm';
  /** Why it is to be confirmed. */
  readonly reason: { readonly zh: string; readonly en: string } | null;
}

let loaded: readonly IndicatorDefinition[] | undefined;

/** Every indicator, in the order of the file. */
export function indicatorDefinitions(): readonly IndicatorDefinition[] {
  if (loaded === undefined) {
    const { indicators, reason } = fileSchema.parse(parse(readFileSync(new URL('./indicators.yaml', import.meta.url), 'utf8')));
    loaded = indicators.map((indicator) => ({ ...indicator, reason: indicator.status === 'to-confirm' ? reason : null }));
  }
  return loaded;
}

/** @throws RangeError for an id that the file does not have. */
export function indicatorDefinition(id: string): IndicatorDefinition {
  const found = indicatorDefinitions().find((definition) => definition.id === id);
  if (found === undefined) throw new RangeError(`no indicator ${id}`);
  return found;
}
