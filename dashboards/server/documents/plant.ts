import { z } from 'zod';
import { nameSchema } from './names.ts';

export const healthSchema = z.object({ ok: z.literal(true) });
export const readySchema = z.object({ ready: z.boolean() });

export const plantDocument = z.object({
  id: z.string(),
  name: nameSchema,
  jurisdiction: z.string(),
  offsetMinutes: z.int().describe('minutes east of UTC'),
  simulated: z.boolean().describe('true: no reading of this plant is real'),
  counts: z.object({ units: z.int(), meters: z.int(), channels: z.int(), points: z.int() }),
  points: z.record(z.string(), z.object({ name: nameSchema, unit: z.string() })),
  units: z.record(
    z.string(),
    z.object({ name: nameSchema, level: z.enum(['plant', 'workshop', 'equipment']), parent: z.string().nullable() }),
  ),
  streams: z.record(
    z.string(),
    z.object({
      name: nameSchema,
      from: z.string(),
      to: z.string(),
      by: z.string().describe('how its amount is known'),
      channel: z.string().nullable().describe('the one channel that measures it'),
    }),
  ),
  balances: z.record(z.string(), z.object({ kind: z.string(), unit: z.string(), tolerancePercent: z.number().nullable() })),
  outfalls: z.record(
    z.string(),
    z.object({
      name: nameSchema,
      kind: z.string(),
      limits: z
        .array(
          z.object({
            code: z.string(),
            value: z.number(),
            unit: z.string(),
            basis: z.string(),
            from: z.string().nullable(),
            to: z.string().nullable(),
            source: z.string(),
          }),
        )
        .describe('permitted concentrations, and from when to when each holds where the plant file says so'),
    }),
  ),
});

export const stateDocument = z.object({
  nowMs: z.number(),
  store: z.enum(['ok', 'away']),
  caughtUp: z.boolean().describe('the store holds what the journal held at the start'),
  behind: z.int().nullable().describe('groups of the journal that the local store does not hold yet'),
  disk: z
    .object({ usedShare: z.number(), almostFull: z.boolean().describe('from 90 % on') })
    .nullable()
    .describe('the disk of the journal'),
  storesAway: z.array(z.string()).describe('engines that take no readings at the moment: these wait in the journal'),
  collecting: z.boolean(),
  sources: z.object({ online: z.int(), total: z.int() }),
  newestMs: z.number().nullable(),
  clock: z.enum(['ok', 'wrong']).describe('wrong: there are readings from the future'),
});

export type PlantDocument = z.output<typeof plantDocument>;
export type StateDocument = z.output<typeof stateDocument>;
