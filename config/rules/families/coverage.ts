import { z } from 'zod';

/** A printed cell: a percentage, — (no requirement) or ※ (an office sets it). */
export const thresholdSchema = z.union([z.int().min(0).max(100), z.literal('—'), z.literal('※')]);

/**
 * A table of required coverage ratios (配备率), %: one row a kind, three levels: what enters and leaves the plant, its main sub-units,
 * its main equipment.
 */
export const coverageSchema = z.strictObject({
  levels: z.tuple([z.string(), z.string(), z.string()]).describe('the three column headings'),
  rows: z.array(
    z.strictObject({
      kind: z.string().describe('as the points of a plant file name it'),
      group: z.string().nullable(),
      name: z.string().describe('as printed'),
      thresholds: z.tuple([thresholdSchema, thresholdSchema, thresholdSchema]),
      lines: z.array(z.int().positive()).default([]).describe('lines on which the row is printed: the lint compares them'),
    }),
  ),
  counts: z
    .tuple([z.enum(['crossing', 'use']), z.enum(['crossing', 'use']), z.enum(['crossing', 'use'])])
    .default(['crossing', 'crossing', 'use'])
    .describe('by level: what goes in and out (进出…), or what is used there (主要用能设备)'),
  denominator: z.strictObject({ zh: z.string(), en: z.string() }).optional().describe('what N counts, in the words of the document'),
  exemptions: z
    .array(
      z.strictObject({
        id: z.string().describe('what a metering point names in exempt.by'),
        kinds: z.array(z.string()),
        levels: z.array(z.union([z.literal(1), z.literal(2), z.literal(3)])),
        means: z.strictObject({ zh: z.string(), en: z.string() }),
      }),
    )
    .default([]),
  meteringRate: z
    .tuple([z.number(), z.number(), z.number()])
    .optional()
    .describe('required metering rate (计量率), %: metered quantity ÷ total quantity; another thing than the coverage ratio'),
});
export type Coverage = z.output<typeof coverageSchema>;
export type Threshold = z.output<typeof thresholdSchema>;
