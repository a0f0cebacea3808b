import { z } from 'zod';
import { stateSchema } from './steam.ts';
import { channelId, factor } from './values.ts';

/** Where a gas volume is brought to the reference conditions of its medium's unit, and by what state that can be done or done again. */
export const gasSchema = z
  .strictObject({
    compensated: z
      .enum(['meter', 'flow-computer', 'system', 'here'])
      .describe('where: in the meter, in a flow computer beside it, in a control system, or here from the state below'),
    raw: channelId.optional().describe('with a state: volume as it flows, from which the compensation done elsewhere is recomputed'),
    state: z
      .strictObject({
        pressure: stateSchema('MPa, kPa, bar'),
        gauge: z.boolean().describe('true: above the atmosphere, which then must be given; false: absolute'),
        atmosphere: stateSchema('kPa').optional().describe('air pressure at the place'),
        temperature: stateSchema('degC'),
        moisturePercent: factor.optional().describe('vapour, % of the wet volume; where the unit counts dry gas'),
        compressibility: factor.optional().describe('Z at the meter ÷ Z at reference conditions; absent: 1'),
      })
      .optional()
      .describe('of the gas at the meter'),
  })
  .describe('体积量的温压补偿');

export type Gas = z.output<typeof gasSchema>;
export type GasState = NonNullable<Gas['state']>;
