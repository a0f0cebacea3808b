import { z } from 'zod';
import { bilingual } from './names.ts';

const level = z.union([z.literal(1), z.literal(2), z.literal(3)]);

const cell = z.looseObject({
  kind: z.string(),
  name: z.string().describe('as the rule prints it'),
  level,
  required: z.int(),
  fitted: z.int(),
  exempt: z.int(),
  ratio: z.number().nullable(),
  threshold: z.number().nullable(),
  verdict: z.enum(['pass', 'fail', 'no-requirement', 'not-applicable', 'needs-office-value']),
  caution: z.looseObject(bilingual.shape).nullable().describe('why the verdict is not to be read alone'),
  usable: z.int(),
  delivering: z.int().nullable(),
  missing: z.array(z.string()),
  unusable: z.array(z.object({ point: z.string(), meter: z.string(), why: z.array(z.string()) })),
});
const depth = z.looseObject({
  name: z.string(),
  grade: z.string(),
  grades: z.array(
    z.looseObject({
      grade: z.string(),
      name: z.string(),
      allowed: z.boolean(),
      obstacles: z.array(z.object({ scope: z.string(), lacks: z.string(), kind: z.string().optional(), level: level.optional() })),
    }),
  ),
});
const acceptance = z.looseObject({
  classes: z.array(
    z.looseObject({
      class: z.string(),
      name: z.string(),
      must: z.string(),
      depthAllowed: z.boolean(),
      tables: z.enum(['met', 'not-met', 'undecided']).nullable(),
      allowed: z.boolean(),
    }),
  ),
});

export const coverageDocument = z.looseObject({
  at: z.string(),
  jurisdiction: z.string(),
  rule: z.object({ id: z.string(), document: z.string() }).nullable(),
  cells: z.array(cell),
  depth: depth.nullable(),
  acceptance: acceptance.nullable(),
  verification: z
    .looseObject({
      rule: z.object({ id: z.string(), document: z.string(), status: z.string() }).nullable(),
      meters: z.array(
        z.looseObject({
          meter: z.string(),
          points: z.array(z.string()),
          kind: z.string(),
          date: z.string(),
          due: z.string().nullable(),
          by: z.enum(['certificate', 'plant', 'regulation']).nullable(),
          daysLeft: z.int().nullable(),
        }),
      ),
    })
    .optional()
    .describe('until when the meters at points may be used, and what sets that day'),
  findings: z.array(z.looseObject({ code: z.string(), subject: z.string(), ...bilingual.shape })),
});

export type CoverageDocument = z.output<typeof coverageDocument>;
