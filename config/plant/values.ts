import { z } from 'zod';

/** What the parts of the plant schema have in common: ids, instants, texts, numbers with their uncertainty. */

export const id = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$/)
  .describe('short id: Latin letters, digits, - and _');
/** A channel: the meter's id for its own reading, `meter.name` for a further one. */
export const channelId = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,62}(\.[A-Za-z0-9][A-Za-z0-9_-]{0,62})?$/)
  .describe('channel: a meter id, or meter.name for a further reading of it');
export const label = z
  .union([z.string(), z.strictObject({ zh: z.string(), en: z.string().optional() })])
  .describe('name: a Chinese text, or {zh, en}');
/** What the metering rules count a medium or a stream as. */
export const ruleKind = z
  .union([z.string(), z.strictObject({ none: z.string().min(1).describe('why no rule counts it') })])
  .describe('kind as the metering rules name it (electricity, coal, steam, water, solid-material, …), or {none: why}');
export const instant = z.string().describe('date (plant midnight) or ISO 8601 instant with offset');
export const duration = z
  .string()
  .regex(/^\d+(\.\d+)?(ms|s|min|h|d)$/)
  .describe('duration such as 60s, 10min, 72h');

/** A number that is not measured continuously: value, standard uncertainty (k = 1, same unit) and how it was obtained. */
export const factor = z.strictObject({
  value: z.number(),
  u: z.number().nonnegative().default(0).describe('standard uncertainty, k = 1, in the unit of value'),
  basis: z.enum(['analysed', 'design', 'default', 'estimated', 'definition']).default('design'),
  source: z.string().optional(),
});

export const secret = z
  .union([z.strictObject({ env: z.string() }), z.strictObject({ file: z.string() })])
  .describe('a secret by reference: {env: NAME} or {file: PATH}');
