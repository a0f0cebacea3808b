import { z } from 'zod';
import { gasStateSchema, monitorSchema } from './monitors.ts';
import { declarationSchema, limitSchema, permitSchema } from './permit.ts';
import { channelId, id, label } from './values.ts';

/** An outfall (排放口) with its monitors, its permit and what an officer holds against it. */
export const outfallSchema = z.strictObject({
  id,
  name: label,
  unit: id,
  kind: z.enum(['water', 'gas']),
  streams: z.array(id).default([]),
  monitored: z.record(z.string(), channelId).default({}).describe('pollutant code → concentration channel'),
  flow: channelId.optional().describe('channel of the discharge itself: a counter or a rate'),
  gas: gasStateSchema.optional(),
  limits: z.array(limitSchema).optional().describe('permitted concentrations'),
  permit: permitSchema.optional(),
  declared: z.array(declarationSchema).optional().describe('stops, start-ups, shutdowns and service that the plant declared'),
  monitors: z.array(monitorSchema).optional().describe('quality register of the monitors'),
  treatment: z
    .strictObject({
      electricity: channelId.optional().describe('what the treatment works use'),
      load: channelId.optional().describe('load of the plant before it: a rate or a counter'),
    })
    .optional()
    .describe('what runs with the discharge, and is held against it'),
  sulphur: z
    .strictObject({
      brought: z.array(id).min(1).describe('streams that bring the sulphur: fuel, feed, ore'),
      kept: z.array(id).default([]).describe('streams that carry it off otherwise: gypsum, acid, ash'),
      monitor: z
        .strictObject({ percent: z.number().positive(), source: z.string().min(1) })
        .describe('standard uncertainty of the monitored amount of SO2, in per cent of it, and what it rests on'),
    })
    .optional()
    .describe('what the monitored SO2 is held against, by the plant’s balance of factor S'),
  substitution: z
    .strictObject({ profile: z.string(), reason: z.string().min(1).describe('who asked for this profile, and where') })
    .optional()
    .describe('profile of config/measures by which missing amounts are substituted; absent: only a confirmed one is applied'),
  disposal: z.strictObject({ mode: label.optional(), to: label.optional() }).optional().describe('排放方式与去向, for the public record'),
});

export type Outfall = z.output<typeof outfallSchema>;
