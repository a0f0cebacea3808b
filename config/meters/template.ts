import { z } from 'zod';
import { modbusReadSchema } from '../plant/reads.ts';
import { id } from '../plant/values.ts';

/** What kind of instrument it is, for the list. */
export const CATEGORIES = [
  'electricity',
  'electromagnetic-flow',
  'ultrasonic-flow',
  'coriolis-flow',
  'vortex-flow',
  'thermal-mass-flow',
  'turbine-flow',
  'heat',
  'gas',
  'weighing',
  'water-quality',
] as const;

const words = z.strictObject({ zh: z.string().min(1), en: z.string().min(1) });

/**
 * The registers of one make of meter as its maker's document prints them. A register stands here only where the document that is named
 * says what it holds; what the document leaves open is listed in `unstated` and is to be settled with `probe`.
 */
export const templateSchema = z.strictObject({
  id,
  maker: z.string().min(1),
  models: z.array(z.string().min(1)).min(1),
  category: z.enum(CATEGORIES),
  instrument: words,
  source: z.strictObject({
    document: z.string().min(1).describe('title and edition of the maker’s document'),
    pages: z.string().min(1).describe('pages, and what each of them states'),
    urls: z.array(z.url({ protocol: /^https?$/ })).min(1),
  }),
  table: z.enum(['holding', 'input']),
  maxRegisters: z.int().min(1).max(125).optional().describe('most registers of one request, where the document states it'),
  channels: z.record(
    id,
    z.strictObject({
      kind: z.enum(['counter', 'rate', 'concentration', 'level', 'batch', 'state']),
      quantity: words,
      unit: z.string(),
      pdu: z.int().min(0).max(65_535).describe('address as it is sent'),
      type: modbusReadSchema.shape.type.exclude(['bit', 'string']),
      order: modbusReadSchema.shape.order,
      scale: z.number().positive(),
      plus: z
        .strictObject({
          pdu: z.int().min(0).max(65_535),
          type: modbusReadSchema.shape.type.exclude(['bit', 'string']),
          order: modbusReadSchema.shape.order,
          scale: z.number().positive(),
        })
        .optional()
        .describe('the second part of a divided total'),
      invalid: modbusReadSchema.shape.invalid,
    }),
  ),
  examples: z
    .array(z.strictObject({ channel: id, registers: z.string().regex(/^[0-9a-f]{4}( [0-9a-f]{4})*$/), value: z.number() }))
    .describe('registers and the value that the document says they mean'),
  unstated: z
    .array(z.enum(['order', 'sign', 'base', 'table', 'unit']))
    .describe(
      'what the document does not say, or what is set in the instrument (unit); base: whether registers count from 0 or 1; table: holding or input',
    ),
});

export type Template = z.output<typeof templateSchema>;
