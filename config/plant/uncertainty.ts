import { z } from 'zod';
import { id, instant } from './values.ts';

const dated = {
  channel: id.optional().describe('name of a further channel, where the term is of that one alone; absent: of every channel it fits'),
  from: instant.optional().describe('in force from; absent: always was. Of one term the latest counts'),
  as: z
    .enum(['limit', 'standard', 'expanded'])
    .default('limit')
    .describe('how the number is stated: largest deviation (÷ √3), standard uncertainty (k = 1) or expanded (k = 2)'),
  source: z.string().describe('what it rests on: certificates of successive verifications, straight lengths, comparison of laboratories'),
};
const size = {
  percent: z.number().nonnegative().optional().describe('of the reading'),
  absolute: z.number().nonnegative().optional().describe('in the unit of the channel'),
};

/** One contribution to the uncertainty of a meter beyond its accuracy class. */
export const uncertaintySchema = z.discriminatedUnion('term', [
  z
    .strictObject({ term: z.literal('drift'), percentPerYear: z.number().nonnegative(), ...dated })
    .describe('drift since verification, % of the reading a year'),
  z
    .strictObject({ term: z.literal('installation'), percent: z.number().nonnegative(), ...dated })
    .describe('installation: straight lengths, position, medium; % of the reading'),
  z
    .strictObject({ term: z.literal('sampling'), ...size, ...dated })
    .describe('analyses: how far one sample represents its batch or period; exactly one of percent and absolute'),
  z
    .strictObject({ term: z.literal('laboratory'), ...size, ...dated })
    .describe('analyses: reproducibility of the laboratory, common to all its results; exactly one of percent and absolute'),
]);

export type UncertaintyTerm = z.output<typeof uncertaintySchema>;
