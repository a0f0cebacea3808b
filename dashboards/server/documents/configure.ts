import { z } from 'zod';
import { faultsSchema } from './refusal.ts';

export const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
export const fileDocument = z.object({ name: z.string(), text: z.string(), sha256 });
export const savedDocument = z.object({ sha256 });

const difference = z.looseObject({
  section: z.string(),
  id: z.string(),
  change: z.enum(['added', 'removed', 'changed']),
  effects: z.array(z.string()),
  fields: z.array(z.object({ path: z.string(), before: z.unknown(), after: z.unknown() })),
});
export const checkDocument = z.object({
  faults: faultsSchema,
  warnings: faultsSchema,
  differences: z.array(difference).describe('empty while there is a fault'),
  budgets: z.array(z.looseObject({ device: z.string(), utilisation: z.number() })),
});
export const ledgerDocument = checkDocument.extend({ text: z.string(), sha256, matched: z.int(), notInLedger: z.array(z.string()) });

const guess = z.looseObject({
  table: z.string(),
  address: z.int(),
  base: z.int(),
  type: z.string(),
  order: z.string(),
  scale: z.number(),
  value: z.number().nullable(),
  plausible: z.boolean(),
});
export const probeDocument = z.looseObject({
  guesses: z.array(guess),
  requests: z.array(z.looseObject({ table: z.string(), address: z.int(), outcome: z.string(), frames: z.array(z.string()) })),
});

export type FileDocument = z.output<typeof fileDocument>;
export type CheckDocument = z.output<typeof checkDocument>;
export type LedgerDocument = z.output<typeof ledgerDocument>;
export type Guess = z.output<typeof guess>;
export type ProbeDocument = z.output<typeof probeDocument>;
