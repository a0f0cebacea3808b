import { z } from 'zod';
import { compositesSchema } from './composites.ts';
import { formulaSchema } from './formula.ts';
import { gasSchema } from './gas.ts';
import { carbonSchema, equivalentSchema, heatValueSchema } from './products.ts';
import { relationSchema } from './relations.ts';
import { serviceSchema } from './service.ts';
import { steamContentSchema } from './steam.ts';
import { causeSchema, waterUseSchema } from './use.ts';
import { channelId, factor, id, label, ruleKind } from './values.ts';

/** Media, streams and the balances they enter. */

/** What one unit of a medium holds in the unit of a balance: a factor, or the mean of a concentration meter. */
const content = z.union([
  z.number(),
  factor,
  z.strictObject({ meter: channelId, source: z.string().optional() }).describe('the concentration meter (channel id) whose mean is used'),
  steamContentSchema,
  compositesSchema,
  z.literal('unmeasured').describe('it holds some and nobody knows how much: left to the network (relations)'),
]);

const amount = z.discriminatedUnion('by', [
  z
    .strictObject({ by: z.literal('meter'), meter: channelId.optional(), point: id.optional(), gas: gasSchema.optional() })
    .describe('exactly one of meter and point'),
  z
    .strictObject({
      by: z.literal('derived'),
      stream: id,
      factor,
      unit: z.string().describe('unit of this stream per unit of the other, e.g. GJ/t'),
    })
    .describe('a fixed proportion of another stream, e.g. reaction heat of sulphur burned'),
  formulaSchema,
  z.strictObject({ by: z.literal('analysis'), value: z.number(), unit: z.string(), u: z.number().positive(), sample: z.string() }),
  z
    .strictObject({ by: z.literal('estimate'), value: z.number(), unit: z.string(), u: z.number().positive(), basis: z.string() })
    .describe('a rate per time (t/h, m3/h, GJ/h), its standard uncertainty and what it rests on'),
  z.strictObject({ by: z.literal('design'), value: z.number(), unit: z.string(), u: z.number().positive(), basis: z.string() }),
  z.strictObject({ by: z.literal('difference') }).describe('takes the residue of its node: makes that node untestable'),
  z.strictObject({ by: z.literal('unmeasured') }).describe('exists, not known: estimated from the network where that can be done'),
]);

export const mediumSchema = z.strictObject({
  id,
  name: label,
  unit: z.string().describe('unit in which amounts of it are counted: t, m3, Nm3, kWh, GJ'),
  kind: ruleKind.optional(),
  content: z
    .record(id, content)
    .default({})
    .describe('per balance id: what one unit holds, in the unit of that balance; absent: not in it'),
  standardCoal: z.string().optional().describe('id of the dated factor in config/measures that converts it to standard coal'),
  heatValue: z.array(heatValueSchema).optional().describe('measured calorific values, which stand before the default of the factor'),
  carbon: carbonSchema.optional().describe('CO2 by factor; counts where the medium comes in, is delivered or stocked'),
  equivalent: equivalentSchema.optional().describe('等价值 of this plant where the table states none'),
});

export const streamSchema = z.strictObject({
  id,
  name: label,
  from: z.string().describe('unit id or ENV'),
  to: z.string().describe('unit id or ENV'),
  direction: z.enum(['one', 'both']).default('one'),
  medium: id,
  kind: ruleKind.optional().describe('where it differs from that of the medium'),
  amount,
  content: z.record(id, content).default({}).describe('overrides the medium, per balance id'),
  role: z.enum(['raw', 'product', 'by-product', 'waste', 'loss', 'recycle', 'utility', 'discharge']).optional(),
  use: waterUseSchema.optional().describe('what it is to the water indicators'),
  purchased: z
    .boolean()
    .optional()
    .describe('an energy-consuming medium (water, air, …) that is bought: only then part of the energy consumed'),
  causes: z.array(causeSchema).min(1).optional().describe('why it is lost'),
  outOfService: serviceSchema.optional(),
});

export const balanceSchema = z.strictObject({
  id,
  name: label.optional(),
  kind: z.enum(['material', 'water', 'energy', 'pollutant']),
  unit: z.string().describe('t, m3, GJ, kg'),
  factor: z.string().optional().describe('pollutant: the element or code, e.g. F'),
  tolerance: z
    .strictObject({ percent: z.number().positive(), origin: z.string() })
    .optional()
    .describe('closure tolerance and where it comes from; no regulation prints one'),
  relations: z.array(relationSchema).optional().describe('what binds its streams beside the balance of each unit'),
});
