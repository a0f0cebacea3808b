import { z } from 'zod';

export const storesDocument = z.object({
  collecting: z.boolean().describe('false: nothing is being read, and what follows is what the plant file says'),
  journalSeq: z.int().nullable().describe('last group of the journal'),
  disk: z
    .object({ usedShare: z.number(), fullSinceMs: z.number().nullable().describe('since when 90 % are used; null while there is room') })
    .nullable(),
  stores: z.array(
    z.object({
      engine: z.string(),
      place: z.string().nullable(),
      cursor: z.int().nullable().describe('last group of the journal that it holds'),
      behind: z.int().nullable().describe('groups that it does not hold yet'),
      away: z
        .object({ sinceMs: z.number(), zh: z.string(), en: z.string() })
        .nullable()
        .describe('why it takes no readings; null while it does'),
      refused: z.int().nullable().describe('readings that it refused for good since the start'),
      quarantined: z.int().nullable().describe('readings that it refused and that lie in quarantine'),
    }),
  ),
});

const trouble = z.object({
  of: z.string().describe('the engine and its place, or the source'),
  reason: z.string().describe('what was said of the first of them; empty: reasons of which there were too many to tell apart'),
  count: z.int(),
  things: z.int().describe('channels'),
  first: z.string().describe('when the first came, ISO 8601'),
  last: z.string(),
});
const setAside = z.object({
  kind: z.enum(['refused', 'payload']),
  of: z.string(),
  at: z.string(),
  channel: z.string().nullable(),
  time: z.string().nullable(),
  value: z.number().nullable(),
  reason: z.string(),
  raw: z.string().nullable(),
});

/** As `quarantine --json` prints it. */
export const quarantineDocument = z.object({
  from: z.string().describe('payloads from then on'),
  to: z.string(),
  refused: z.array(trouble).describe('readings that stores refused, by engine and reason'),
  payloads: z.array(trouble).describe('what came and could not be read, by source and reason'),
});
export const setAsideDocument = z.object({ records: z.array(setAside) });

export type StoresDocument = z.output<typeof storesDocument>;
export type QuarantineDocument = z.output<typeof quarantineDocument>;
export type SetAsideDocument = z.output<typeof setAsideDocument>;
