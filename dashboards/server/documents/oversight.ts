import { z } from 'zod';
import { nameSchema } from './names.ts';

const stretch = { from: z.string(), to: z.string() };

const rates = z.looseObject({
  due: z.number(),
  received: z.number(),
  transmission: z.number().nullable(),
  validity: z.number().nullable(),
  effective: z.number().nullable(),
});
const mass = z.looseObject({
  unit: z.string(),
  measured: z.number(),
  substituted: z.number(),
  hours: z.looseObject({ measured: z.number(), substituted: z.number(), unknown: z.number() }),
});
const cap = z.looseObject({
  code: z.string(),
  cap: z.number(),
  unit: z.string(),
  per: z.string(),
  from: z.string(),
  used: z.number().describe('share of the cap'),
  over: z.boolean(),
  projectedOver: z.boolean().nullable(),
});
const monitor = z.looseObject({
  code: z.string(),
  name: z.string().nullable(),
  channel: z.string(),
  unit: z.string(),
  rates: rates.nullable(),
  required: z.object({ effective: z.number(), source: z.string().nullable() }).nullable(),
  pass: z.boolean().nullable(),
  hours: z.object({ all: z.int(), valid: z.int() }),
  days: z.array(z.looseObject({ date: z.string(), validHours: z.number(), mean: z.number().nullable(), valid: z.boolean() })),
  over: z.array(
    z.looseObject({ ...stretch, basis: z.string(), limit: z.number(), limitUnit: z.string(), source: z.string(), peak: z.number() }),
  ),
  marks: z.array(z.looseObject({ ...stretch, labels: z.array(z.string()) })),
  mass: mass.nullable(),
  caps: z.array(cap),
});
const contradiction = z.looseObject({
  balance: z.string(),
  stream: z.string(),
  unit: z.string(),
  monitored: z.number(),
  byBalance: z.number(),
  u: z.number(),
  z: z.number(),
  significant: z.boolean(),
  wouldSettle: z.array(z.string()),
});
const outfall = z.looseObject({
  id: z.string(),
  name: nameSchema,
  kind: z.enum(['water', 'gas']),
  permit: z.object({ number: z.string(), expires: z.string().nullable() }).nullable(),
  monitors: z.array(monitor),
  signs: z.array(z.looseObject({ ...stretch, sign: z.string(), codes: z.array(z.string()).optional() })),
  contradictions: z.array(contradiction),
});

export const oversightDocument = z.looseObject({
  plant: z.string(),
  simulated: z.boolean(),
  window: z.looseObject(stretch),
  outfalls: z.array(outfall),
  toConfirm: z
    .array(z.object({ kind: z.string(), period: z.string(), reason: nameSchema.nullable() }))
    .describe('rules that are known of and not applied'),
});

export type OutfallDocument = z.output<typeof outfall>;
export type OversightDocument = z.output<typeof oversightDocument>;
