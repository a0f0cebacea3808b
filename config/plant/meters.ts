import { z } from 'zod';
import {
  cjt188ReadSchema,
  dlt645ReadSchema,
  hj212ReadSchema,
  modbusReadSchema,
  mqttReadSchema,
  opcuaReadSchema,
  sparkplugReadSchema,
} from './reads.ts';
import { uncertaintySchema } from './uncertainty.ts';
import { duration, id, instant, label } from './values.ts';

/** The instruments of the ledger (台账) and their readings. */

/** One reading of an instrument: what a sample belongs to. */
const channelFields = {
  kind: z.enum(['counter', 'rate', 'concentration', 'level', 'batch', 'state']),
  unit: z.string().describe('unit of the decoded value, as on the face'),
  read: z
    .union([modbusReadSchema, mqttReadSchema, sparkplugReadSchema, opcuaReadSchema, hj212ReadSchema, dlt645ReadSchema, cjt188ReadSchema])
    .optional()
    .describe('how it is read; absent: by hand or import'),
  range: z
    .tuple([z.number(), z.number()])
    .optional()
    .describe('measuring range in the unit; of a counter that of the flow that it counts, unit per hour'),
  modulus: z.number().positive().optional().describe('counter: the value at which it rolls over to 0'),
  ceiling: z.number().positive().optional().describe('counter: largest possible rate, unit per hour; default: a quarter above its range'),
  maxGap: duration.optional().describe('rate: longest gap bridged; default 3 × every'),
  quality: z
    .strictObject({
      limits: z.tuple([z.number(), z.number()]).optional().describe('values outside are suspect: out of range; default: range and margin'),
      marginPercent: z
        .number()
        .nonnegative()
        .optional()
        .describe('rate, concentration, level: how far beyond range, % of the span; default 5'),
      changePerMinute: z.number().positive().optional().describe('largest change the process can make, unit per minute; beyond: spike'),
      frozen: z
        .strictObject({ for: duration, within: z.number().nonnegative().default(0).describe('in the unit') })
        .optional()
        .describe('a value that has not moved for so long is suspect: frozen'),
    })
    .optional()
    .describe('what makes a reading suspect; its value is kept'),
};

export const channelSchema = z.strictObject(channelFields);

export const meterSchema = z.strictObject({
  id,
  name: label,
  ...channelFields,
  channels: z.record(id, channelSchema).default({}).describe('further readings of the same instrument; their channel id is meter.name'),
  instrument: z
    .string()
    .optional()
    .describe('type of instrument, e.g. electromagnetic flow meter; decides which verification interval applies'),
  boreMm: z.number().positive().optional().describe('nominal bore (DN), mm'),
  settlement: z.boolean().optional().describe('whether trade is settled by it'),
  maker: z.string().optional(),
  model: z.string().optional(),
  serial: z.string().optional(),
  assetNumber: z.string().optional(),
  place: z.string().optional(),
  status: z.enum(['qualified', 'limited', 'out-of-service']).default('qualified').describe('合格 / 准用 / 停用'),
  accuracy: z
    .union([
      z.strictObject({ class: z.string().describe('as printed, e.g. 0.5S'), percentOfReading: z.number().positive() }),
      z.strictObject({ class: z.string(), percentOfSpan: z.number().positive() }),
      z.strictObject({ class: z.string(), absolute: z.number().positive().describe('maximum permissible error in the unit') }),
    ])
    .optional()
    .describe('accuracy class and the maximum permissible error it stands for'),
  uncertainty: z.array(uncertaintySchema).optional().describe('contributions beyond the accuracy class: drift, installation, …'),
  resolution: z.number().positive().optional().describe('smallest step of the decoded value'),
  verification: z
    .strictObject({
      certificate: z.string(),
      date: instant,
      due: instant.optional().describe('last day on which it holds, where the certificate states one'),
      interval: z
        .strictObject({
          months: z.int().positive(),
          origin: z.string().describe('who or what set it, e.g. the plant’s schedule of calibrations'),
        })
        .optional()
        .describe('the plant’s own interval; the earlier of due, date + interval and what a verification regulation allows counts'),
      by: z.string().optional(),
      kind: z.enum(['verification', 'calibration', 'confirmation']).default('verification').describe('检定 / 校准 / 计量确认'),
    })
    .optional(),
  commissioned: z
    .strictObject({ by: z.string(), at: instant, face: z.number(), reading: z.number() })
    .optional()
    .describe('the value on the face beside the reading, signed'),
  ratios: z
    .array(
      z.strictObject({
        from: instant,
        display: z.number().positive().default(1).describe('displayed value ÷ decoded register'),
        ct: z.string().optional().describe('current transformer, e.g. 400/5'),
        pt: z.string().optional().describe('voltage transformer, e.g. 10000/100'),
        factor: z.number().positive().default(1).describe('primary quantity ÷ displayed value beyond CT and PT, e.g. a pulse constant'),
      }),
    )
    .default([])
    .describe('displayed to primary quantity, dated; applied when a total is computed'),
  replacements: z
    .array(
      z.strictObject({ at: instant, lastOfOld: z.number(), firstOfNew: z.number(), channel: id.optional(), by: z.string().optional() }),
    )
    .default([]),
});
