import { z } from 'zod';
import { channelId, duration, id, instant } from './values.ts';

/**
 * The quality register (质控台账) of the monitors of an outfall: what they are, and every calibration, drift check and comparison with a
 * reference method, with its limit and verdict. Without it no missing amount can be substituted.
 */

const done = {
  id,
  at: instant,
  by: z.string().min(1).describe('who did it'),
  verdict: z.enum(['passed', 'failed']),
  source: z.string().min(1).describe('sheet or report that holds it, and the standard that sets the limit'),
};
const limit = {
  absolute: z.number().positive().optional().describe('in the unit of the channel'),
  percent: z.number().positive().optional().describe('of the reference value; of the full scale for a drift'),
};

/** One entry of the register. */
export const qualityEntrySchema = z.discriminatedUnion('kind', [
  z
    .strictObject({
      kind: z.literal('calibration'),
      ...done,
      standard: z.number().nonnegative().describe('value of the standard gas or solution, unit of the channel'),
      found: z.number().describe('reading before the adjustment'),
      limit: z.strictObject(limit),
    })
    .describe('calibration with a standard; the reading before the adjustment is held against the limit'),
  z
    .strictObject({
      kind: z.literal('drift-check'),
      ...done,
      point: z.enum(['zero', 'span']),
      standard: z.number().nonnegative(),
      found: z.number(),
      limit: z.strictObject(limit),
    })
    .describe('zero or span drift (漂移核查), in per cent of the full scale'),
  z
    .strictObject({
      kind: z.literal('comparison'),
      ...done,
      pairs: z
        .array(z.tuple([z.number().nonnegative(), z.number()]))
        .min(1)
        .describe('[reference method, monitor] in the unit of the channel'),
      limit: z.strictObject(limit),
      method: z.string().min(1).describe('reference method'),
    })
    .describe('comparison monitoring (比对监测): the mean of the differences is held against the limit'),
]);

/** One monitor of an outfall. */
export const monitorSchema = z.strictObject({
  id,
  codes: z.array(z.string()).min(1).describe('pollutant codes that it measures, as in monitored'),
  model: z.string().optional(),
  serial: z.string().min(1),
  principle: z.string().optional(),
  range: z.tuple([z.number(), z.number()]).optional().describe('range set at the instrument, unit of the channel'),
  every: duration.optional().describe('time between two results of its own; a batch analyser has hours'),
  accepted: z
    .strictObject({ at: instant, document: z.string().min(1) })
    .optional()
    .describe('acceptance (验收)'),
  quality: z.array(qualityEntrySchema).default([]),
});

/** How a gas is measured, for standard state, moisture and oxygen. */
export const gasStateSchema = z.strictObject({
  concentration: z.enum(['wet', 'dry']).describe('whether the monitors read the wet or the dry gas'),
  concentrationState: z.enum(['actual', 'standard']).default('standard').describe('m3 of the concentration, likewise'),
  flow: z.enum(['wet', 'dry']).describe('whether the flow is that of the wet or the dry gas'),
  flowState: z.enum(['actual', 'standard']).describe('m3 as they pass, or at 0 °C and 101.325 kPa'),
  oxygen: channelId.optional().describe('O2, % of volume'),
  moisture: channelId.optional().describe('% of volume'),
  temperature: channelId.optional().describe('℃, of the gas'),
  pressure: channelId.optional().describe('kPa, static, against the atmosphere'),
  atmosphereKPa: z.number().positive().optional().describe('mean pressure of the air at the site'),
  reference: z
    .strictObject({ oxygenPercent: z.number().min(0).max(20), source: z.string().min(1) })
    .optional()
    .describe('reference oxygen of the standard; absent: it sets none and nothing is converted'),
  converted: z.record(z.string(), channelId).default({}).describe('code → channel of the converted value that the station itself sends'),
});

export type Monitor = z.output<typeof monitorSchema>;
export type QualityEntry = z.output<typeof qualityEntrySchema>;
export type GasState = z.output<typeof gasStateSchema>;
