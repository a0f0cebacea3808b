import { z } from 'zod';
import { stateSchema } from './steam.ts';

/** 密度 of what a tank holds, at the temperature that it has. */
export const densitySchema = z
  .strictObject({
    unit: z.string().describe('kg/m3, t/m3'),
    reference: z
      .strictObject({
        value: z.number().positive(),
        u: z.number().nonnegative().describe('standard uncertainty, k = 1'),
        atC: z.number().describe('temperature of the value, ℃'),
        expansionPerC: z.number().describe('volume expansion per ℃: density = value ÷ (1 + expansionPerC × (t − atC))'),
        uExpansion: z.number().nonnegative().default(0).describe('standard uncertainty of expansionPerC, k = 1'),
      })
      .optional(),
    points: z
      .array(z.tuple([z.number(), z.number().positive()]))
      .min(2)
      .optional()
      .describe('in place of reference: [℃, density], temperatures rising; linear between them'),
    uPercent: z.number().nonnegative().optional().describe('of points: standard uncertainty of the densities, %, k = 1'),
    source: z.string().min(1).describe('laboratory report, table or standard'),
    temperature: stateSchema('degC').describe('of what the tank holds'),
    shell: z
      .strictObject({
        linearPerC: z.number().nonnegative().describe('linear expansion of the shell per ℃, e.g. 0.000012 of steel'),
        tableC: z.number().describe('temperature for which the strapping table is drawn up, ℃'),
      })
      .optional()
      .describe('the tank widens with its temperature: 1 + 2 × linearPerC × (t − tableC)'),
  })
  .superRefine(({ reference, points, uPercent }, context) => {
    const issue = (path: (string | number)[], message: string) => context.addIssue({ code: 'custom', path, message });
    if ((reference === undefined) === (points === undefined))
      issue([], 'give exactly one of reference and points（reference 与 points 须给且只给其一）');
    if ((points === undefined) !== (uPercent === undefined))
      issue(['uPercent'], 'uPercent belongs to points, which need it（uPercent 与 points 须同时给出）');
    for (const [index, [at]] of (points ?? []).entries())
      if (index > 0 && !(at > points![index - 1]![0])) issue(['points', index], 'temperatures must rise（温度须递增）');
  });

export type Density = z.output<typeof densitySchema>;

/** What one volume unit of a strapping table holds at a temperature, in the unit of the density, and how it changes with what it is made of. */
export interface HeldPerVolume {
  readonly value: number;
  readonly perC: number;
  /** Per unit of the reference value and of its expansion; of a table per 1 (a share of the value), and 0. */
  readonly perDensity: number;
  readonly perExpansion: number;
}

/**
 * Density at `degC` times the widening of the shell: ρ(t)·(1 + 2α·(t − t_table)), with its derivatives.
 *
 * null outside of a table, and where the expansion would leave no density.
 */
export function heldPerVolume({ reference, points, shell }: Density, degC: number): HeldPerVolume | null {
  const wide = shell === undefined ? 1 : 1 + 2 * shell.linearPerC * (degC - shell.tableC);
  const widening = shell === undefined ? 0 : 2 * shell.linearPerC;
  if (reference !== undefined) {
    const { value, atC, expansionPerC } = reference;
    const grown = 1 + expansionPerC * (degC - atC);
    if (!(grown > 0)) return null;
    const density = value / grown;
    return {
      value: density * wide,
      perC: (-density * expansionPerC * wide) / grown + density * widening,
      perDensity: wide / grown,
      perExpansion: (-density * (degC - atC) * wide) / grown,
    };
  }
  const above = points!.findIndex(([at], index) => index > 0 && at >= degC);
  if (above < 1 || degC < points![0]![0]) return null;
  const [[t0, d0], [t1, d1]] = [points![above - 1]!, points![above]!];
  const slope = (d1 - d0) / (t1 - t0);
  const density = d0 + slope * (degC - t0);
  return { value: density * wide, perC: slope * wide + density * widening, perDensity: density * wide, perExpansion: 0 };
}
