import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';

const fileSchema = z.strictObject({
  version: z.literal(1),
  source: z.strictObject({ zh: z.string(), en: z.string() }),
  status: z.enum(['confirmed', 'to-confirm']),
  norms: z.array(
    z.strictObject({
      id: z.string(),
      zh: z.string(),
      en: z.string(),
      per: z.enum(['t']),
      document: z.string(),
      general: z.number().positive(),
      advanced: z.number().positive(),
    }),
  ),
});

/** A water-intake norm: m3 per `per` of product. */
export interface WaterNorm {
  readonly id: string;
  readonly zh: string;
  readonly en: string;
  readonly per: 't';
  readonly document: string;
  /** 通用值: existing plants. */
  readonly general: number;
  /** 先进值: new or rebuilt plants. */
  readonly advanced: number;
  readonly source: { readonly zh: string; readonly en: string };
  readonly status: 'confirmed' | 'to-confirm';
}

let loaded: z.output<typeof fileSchema> | undefined;

function table(): z.output<typeof fileSchema> {
  loaded ??= fileSchema.parse(parse(readFileSync(new URL('./water-norms.yaml', import.meta.url), 'utf8')));
  return loaded;
}

/** Ids of all norms, as `products[].waterNorm` names them. */
export function waterNormIds(): readonly string[] {
  return table().norms.map(({ id }) => id);
}

/** @throws RangeError for another id; the check of a plant file refuses it before. */
export function waterNorm(id: string): WaterNorm {
  const { norms, source, status } = table();
  const norm = norms.find((candidate) => candidate.id === id);
  if (norm === undefined) throw new RangeError(`no water-intake norm ${id}`);
  return { ...norm, source, status };
}
