import { z } from 'zod';

/** A name as plant files write it: Chinese, or Chinese and English. */
export const nameSchema = z.union([z.string(), z.object({ zh: z.string(), en: z.string().optional() })]);
export const bilingual = z.object({ zh: z.string(), en: z.string() });

export type Name = z.output<typeof nameSchema>;
