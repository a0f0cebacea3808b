import { z } from 'zod';

/** 容积表: what a tank holds at a reading of its gauge. */
export const strappingSchema = z
  .strictObject({
    unit: z.string().describe('of the amounts: m3, or t where the table is one of mass'),
    points: z
      .array(z.tuple([z.number(), z.number().nonnegative()]))
      .min(2)
      .describe('[reading in the unit of the channel, amount], both rising; linear between them'),
    uPercent: z.number().nonnegative().describe('standard uncertainty of the amounts, %, k = 1'),
    source: z.string().min(1).describe('calibration certificate of the tank, or its drawing'),
  })
  .superRefine(({ points }, context) => {
    for (const [index, [at, amount]] of points.entries()) {
      const before = points[index - 1];
      if (before === undefined || (at > before[0] && amount >= before[1])) continue;
      context.addIssue({
        code: 'custom',
        path: ['points', index],
        message: 'readings must rise and amounts not fall（读数须递增，容量不得减少）',
      });
    }
  });

export type StrappingTable = z.output<typeof strappingSchema>;
