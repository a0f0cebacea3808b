import { z } from 'zod';

const condition = z.strictObject({
  id: z.string(),
  text: z.string().describe('as printed'),
  data: z
    .string()
    .nullable()
    .default(null)
    .describe('what a program can compare, e.g. options.lowCost.implementedPercent >= 90; null: people decide'),
});

/** Conditions to apply or to pass, conditions that fail (否定项), and those that revoke. */
export const gateSchema = z.strictObject({
  of: z.enum(['evaluation', 'acceptance', 'title', 'self-audit', 'permit', 'fund', 'award']),
  effect: z.enum(['required', 'any-of', 'fails', 'revokes', 'examined']),
  conditions: z.array(condition),
});

const row = z.strictObject({
  no: z.string(),
  text: z.string().describe('as printed'),
  points: z.number().positive(),
  fill: z.enum(['computed', 'ledger', 'expert']).describe('computed: from balances and options, with evidence; ledger: from the work file'),
  data: z.string().optional().describe('what a program compares or computes'),
  scale: z.array(z.strictObject({ points: z.number(), text: z.string() })).optional(),
  parts: z.array(z.strictObject({ no: z.string(), text: z.string(), points: z.number().positive().nullable().default(null) })).optional(),
});

/** A score sheet: sections with their points, rows with theirs; the lint adds them up. */
export const scoreSheetSchema = z.strictObject({
  of: z.enum(['evaluation', 'acceptance']),
  total: z.number().positive(),
  sections: z.array(z.strictObject({ no: z.string(), text: z.string(), points: z.number().positive(), rows: z.array(row) })),
  grades: z
    .array(
      z.strictObject({
        text: z.string().describe('name of the grade as printed'),
        above: z.number().optional().describe('strictly'),
        atLeast: z.number().optional(),
      }),
    )
    .describe('from the best; below the last one it is not passed'),
  bonus: z.strictObject({ text: z.string(), from: z.number(), to: z.number() }).nullable().default(null),
  reweighting: z.enum(['within-section']).nullable().default(null),
  vetoes: z.array(z.strictObject({ no: z.string(), text: z.string(), data: z.string().nullable().default(null) })).default([]),
});
export type ScoreSheet = z.output<typeof scoreSheetSchema>;

/** Levels and classes of indicators that plants are compared by. */
export const indicatorSchema = z.strictObject({
  classes: z.array(
    z.strictObject({ text: z.string(), position: z.enum(['before-treatment', 'after-treatment']).nullable().default(null) }),
  ),
  levels: z.array(z.strictObject({ level: z.string(), text: z.string() })).default([]),
  precedence: z
    .array(z.strictObject({ text: z.string() }))
    .default([])
    .describe('which yardstick counts first'),
  systems: z
    .array(z.strictObject({ text: z.string(), announcement: z.string(), issued: z.iso.date() }))
    .default([])
    .describe('published systems of indicators by sector, as printed; their texts are not held'),
});

/** Targets of a period, kept as the indicators that an authority asks about. */
export const targetSchema = z.strictObject({
  targets: z.array(
    z.strictObject({
      text: z.string(),
      year: z.int(),
      baseYear: z.int().nullable().default(null),
      changePercent: z.number().nullable().default(null),
      value: z.number().nullable().default(null),
      unit: z.string().nullable().default(null),
    }),
  ),
});
