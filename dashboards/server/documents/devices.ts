import { z } from 'zod';

const state = z.enum(['stopped', 'connecting', 'online', 'waiting']);

export const sourcesDocument = z.array(
  z.object({
    id: z.string(),
    state,
    lastSuccessMs: z.number().nullable(),
    lastError: z.string().nullable(),
    counts: z.record(z.string(), z.number()).describe('since start'),
    intake: z
      .object({
        polled: z.int(),
        journalled: z.int(),
        quarantined: z.int(),
        returned: z.int(),
        within: z.int().optional().describe('looks within a dead-band, which are not kept'),
      })
      .optional()
      .describe('records since start: polled = journalled + quarantined + returned + within + on their way; absent where nobody counts'),
  }),
);
export const busDocument = z.array(
  z.object({
    device: z.string(),
    protocol: z.string(),
    address: z.string(),
    channels: z.int(),
    state: state.nullable().describe('null where nothing is being read'),
    budget: z
      .object({
        requests: z.int(),
        utilisation: z.number().describe('share of the time in which the line is busy while every unit answers'),
        roundMs: z.number(),
        shortestEveryMs: z.number(),
        verdict: z.enum(['ok', 'tight', 'full']),
        dead: z.array(z.object({ units: z.int(), utilisation: z.number(), roundMs: z.number() })).describe('with that many dead units'),
      })
      .nullable()
      .describe('null where nothing is polled'),
    lateCycles: z.int().nullable().describe('cycles that began late since the start'),
  }),
);

export type SourcesDocument = z.output<typeof sourcesDocument>;
export type BusDocument = z.output<typeof busDocument>;
