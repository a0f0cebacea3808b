import { z } from 'zod';
import type { Path } from './document.ts';
import { plantSchema } from './schema.ts';

/** What the schema knows at a place: the keys it allows, and the values that a literal key may have. */
export interface KnownKeys {
  readonly keys: readonly string[];
  values(key: string): readonly string[];
}

/**
 * The keys that the plant schema allows at `path`, following the file's own values where the schema branches on one (`by`, `protocol`,
 * `engine`); where branches cannot be told apart, the keys of those that share most keys with the value.
 */
export function knownKeys(root: unknown, path: Path): KnownKeys {
  let [schemas, value]: [z.core.$ZodType[], unknown] = [branches(plantSchema, root), root];
  for (const step of path) {
    const next = typeof value === 'object' && value !== null ? (value as Record<string | number, unknown>)[step] : undefined;
    schemas = schemas.flatMap((schema) => child(schema, step)).flatMap((schema) => branches(schema, next));
    value = next;
  }
  const objects = schemas.filter((schema): schema is z.ZodObject => schema instanceof z.ZodObject);
  const shared = (object: z.ZodObject) =>
    Object.keys(object.shape).filter((key) => typeof value === 'object' && value !== null && key in value).length;
  const most = Math.max(0, ...objects.map(shared));
  const nearest = objects.filter((object) => shared(object) === most);
  return {
    keys: [...new Set(nearest.flatMap((object) => Object.keys(object.shape)))],
    values: (key) =>
      objects.flatMap((object) => (object.shape[key] instanceof z.ZodLiteral ? [...object.shape[key].values].map(String) : [])),
  };
}

function unwrapped(schema: z.core.$ZodType): z.core.$ZodType {
  let inner = schema;
  while (inner instanceof z.ZodOptional || inner instanceof z.ZodDefault || inner instanceof z.ZodNullable) inner = inner.unwrap();
  return inner;
}

function branches(schema: z.core.$ZodType, value: unknown): z.core.$ZodType[] {
  const inner = unwrapped(schema);
  if (inner instanceof z.ZodDiscriminatedUnion) {
    const key = inner.def.discriminator;
    const said = typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined;
    const options = inner.options as z.ZodObject[];
    const chosen = options.filter((option) => option.shape[key] instanceof z.ZodLiteral && option.shape[key].values.has(said as string));
    return chosen.length > 0 ? chosen : options;
  }
  return inner instanceof z.ZodUnion ? inner.options.flatMap((option) => branches(option, value)) : [inner];
}

function child(schema: z.core.$ZodType, step: string | number): z.core.$ZodType[] {
  if (schema instanceof z.ZodObject) return schema.shape[step] ? [schema.shape[step]] : [];
  if (schema instanceof z.ZodArray) return [schema.element];
  if (schema instanceof z.ZodRecord) return [schema.valueType];
  return [];
}
