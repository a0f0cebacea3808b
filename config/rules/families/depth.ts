import { z } from 'zod';

const level = z.union([z.literal(1), z.literal(2), z.literal(3)]);

/** How deep a balance goes (物料平衡“深度”): grades from the shallowest to the deepest, each with what it asks for. */
export const depthSchema = z.strictObject({
  grades: z.array(
    z.strictObject({
      id: z.enum(['estimated', 'simple', 'focused', 'comprehensive']),
      name: z.string(),
      metering: z
        .array(
          z.strictObject({
            scope: z.enum(['plant', 'audit-focus']).describe('every point, or only those of audit-focus units'),
            levels: z.array(level),
          }),
        )
        .describe('levels at which every coverage cell must pass; empty: none'),
      managed: z.boolean().describe('配备和管理: the meters must also be usable (verified in date, commissioned)'),
      test: z
        .strictObject({
          inAudit: z.boolean(),
          normalProduction: z.boolean(),
          planned: z.boolean(),
          minimumHours: z.number().nullable().describe('inclusive; null: not printed for this grade'),
          qualifiedTeam: z.boolean().describe('by the plant’s own qualified team or a qualified agency'),
          values: z
            .enum(['some-measured', 'all-measured'])
            .describe('做出的物料平衡 rests on measuring at all, or on measuring everything that enters and leaves (全面)'),
        })
        .nullable(),
    }),
  ),
});
export type Depth = z.output<typeof depthSchema>;

/** Classes of acceptance (验收) and the depth that each must reach and should strive for. */
export const acceptanceClassSchema = z.strictObject({
  classes: z.array(
    z.strictObject({
      id: z.string().describe('Latin letter'),
      printed: z.string().describe('the letter as the source prints it'),
      name: z.string(),
      must: depthSchema.shape.grades.element.shape.id,
      striveFor: depthSchema.shape.grades.element.shape.id,
      tables: z.array(z.string()).describe('families of coverage tables that must be met as a whole'),
    }),
  ),
});
export type AcceptanceClass = z.output<typeof acceptanceClassSchema>;
