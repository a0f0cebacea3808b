import { z } from 'zod';
import { channelId } from './values.ts';

/** A pressure or temperature: a constant with its uncertainty, or the channel that reads it. */
export const stateSchema = (unit: string) =>
  z.union([
    z
      .strictObject({ value: z.number(), u: z.number().nonnegative().default(0), unit: z.string(), source: z.string().optional() })
      .describe(`constant, in ${unit}; u: standard uncertainty, k = 1`),
    z.strictObject({ meter: channelId }).describe('channel whose mean over the window is used'),
  ]);

/**
 * What one unit of water or steam holds as heat, from its state by IAPWS-IF97: pressure and temperature, or pressure and dryness of wet
 * steam.
 */
export const steamContentSchema = z.strictObject({
  steam: z.strictObject({
    pressure: stateSchema('MPa, kPa, bar'),
    gauge: z.boolean().describe('true: above the atmosphere, which then must be given; false: absolute'),
    atmosphere: stateSchema('kPa').optional().describe('air pressure at the place'),
    temperature: stateSchema('degC').optional(),
    dryness: z
      .strictObject({ value: z.number().min(0).max(1), u: z.number().nonnegative(), source: z.string() })
      .optional()
      .describe('mass of vapour ÷ mass of wet steam, declared with its uncertainty; in place of a temperature'),
    referenceC: z
      .number()
      .min(0)
      .max(95)
      .optional()
      .describe('heat is counted above water at this temperature and 101.325 kPa; absent: above the zero of IF97 (0.01 degC)'),
  }),
});

export type SteamContent = z.output<typeof steamContentSchema>;
export type SteamState = SteamContent['steam']['pressure'];
