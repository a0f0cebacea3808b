import { z } from 'zod';
import { duration, id, instant } from './values.ts';

/** 堆场盘点: a stock of solid that is surveyed from time to time: its volume times its bulk density. */
export const pileSchema = z.strictObject({
  basis: z.enum(['as-received', 'dry']).describe('how the medium counts: as it lies there, or without its moisture'),
  methods: z
    .array(
      z.strictObject({
        id: id.describe('piles that name the same id are surveyed by the same method: its error is common to them'),
        name: z.string().min(1).describe('total station, drone, tape; who surveys by it'),
        uPercent: z.number().nonnegative().describe('what every survey by it has in common, % of the volume, k = 1'),
        source: z.string().min(1),
      }),
    )
    .min(1),
  densities: z
    .array(
      z.strictObject({
        id,
        value: z.number().positive(),
        u: z.number().nonnegative().describe('standard uncertainty, k = 1, in the unit of value'),
        unit: z.string().describe('t/m3, kg/m3: bulk density of the pile as it lies'),
        date: instant,
        source: z.string().min(1).describe('how it was found, by whom'),
      }),
    )
    .min(1)
    .describe('determinations of the bulk density; surveys that name the same one share its error'),
  surveys: z
    .array(
      z.strictObject({
        id: id.optional().describe('number of the sheet'),
        at: instant,
        volumeM3: z.number().nonnegative(),
        uM3: z.number().positive().describe("standard uncertainty of this survey alone, k = 1, without the method's"),
        density: id.describe('one of densities'),
        moisture: z
          .strictObject({
            percent: z.number().min(0).max(99).describe('mass of water ÷ mass as it lies'),
            u: z.number().nonnegative().describe('standard uncertainty, k = 1, percentage points'),
            sample: z.string().min(1),
          })
          .optional(),
        method: id.describe('one of methods'),
        by: z.string().min(1).describe('who surveyed'),
        file: z.string().optional().describe('the sheet or model'),
      }),
    )
    .default([])
    .describe('in order of time'),
  within: duration.default('24h').describe('how far beyond the last survey an end of a window may lie'),
});

export type Pile = z.output<typeof pileSchema>;
