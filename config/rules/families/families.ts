import type { z } from 'zod';
import { coverageSchema } from './coverage.ts';
import { acceptanceClassSchema, depthSchema } from './depth.ts';

/** What a rule can be about, and the shape of its content. */
export const FAMILIES = {
  'coverage-energy': coverageSchema,
  'coverage-material': coverageSchema,
  'coverage-water': coverageSchema,
  'balance-depth': depthSchema,
  'acceptance-class': acceptanceClassSchema,
} as const;

export type Family = keyof typeof FAMILIES;
export type ContentOf<F extends Family> = z.output<(typeof FAMILIES)[F]>;
