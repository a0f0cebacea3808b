import { z } from 'zod';

const points = z.object({
  timeMs: z.array(z.number()),
  value: z.array(z.number().nullable()),
  quality: z.array(z.string()),
  reason: z.array(z.string()),
});

/** Where every reading went that was due in the full hours of the stretch: expected = good + suspect + missing + unaccounted. */
const account = z.looseObject({
  fromMs: z.number(),
  toMs: z.number(),
  expected: z.int().nullable().describe('null where nothing says when a reading is due'),
  good: z.int(),
  suspect: z.int(),
  missing: z.record(z.string(), z.int()).describe('by reason'),
  unaccounted: z.int().describe('due times of which nothing is recorded: anything but 0 is a hidden gap'),
  additional: z.int(),
});

export const trendDocument = z.object({
  channel: z.string(),
  kind: z.string(),
  unit: z.string(),
  fromMs: z.number(),
  toMs: z.number(),
  readings: z.int().describe('how many there are; `raw` may be thinned'),
  raw: points,
  corrected: z.object({
    unit: z.string(),
    how: z.enum(['amount', 'mean']).describe('of each hour'),
    ratios: z.array(z.object({ fromMs: z.number(), ratio: z.number() })),
    hours: z.array(z.object({ timeMs: z.number(), value: z.number().nullable(), coveredHours: z.number() })),
  }),
  account: account.nullable().describe('null where no source reads it, or no full hour lies within'),
  gaps: z.array(z.object({ fromMs: z.number(), toMs: z.number(), reason: z.string() })),
  events: z.array(z.object({ timeMs: z.number(), event: z.string(), before: z.number(), after: z.number() })),
});

export const samplesDocument = z.object({
  channel: z.string(),
  unit: z.string(),
  points,
  next: z.string().nullable().describe('cursor of the next page'),
});

export const framesDocument = z.object({
  frames: z.array(
    z.object({
      timeMs: z.number(),
      value: z.number().nullable(),
      quality: z.string(),
      reason: z.string(),
      origin: z.string(),
      raw: z.string().nullable(),
    }),
  ),
  events: z.array(z.object({ timeMs: z.number(), event: z.string(), detail: z.string() })),
});

export type TrendDocument = z.output<typeof trendDocument>;
export type SamplesDocument = z.output<typeof samplesDocument>;
export type FramesDocument = z.output<typeof framesDocument>;
