import { z } from 'zod';

/** What is counted of an agency, of its project for a plant, or of an expert; `assess` compares what the profile states. */
export const AGENCY_COUNTS = [
  'senior-auditors',
  'intermediate-auditors',
  'auditors',
  'national-auditors',
  'staff',
  'accredited',
  'experience-years',
  'leader-audits',
  'leader-years',
  'on-site-days',
  'trainings',
  'recent-audits',
  'premises-m2',
  'fixed-assets-yuan',
  'capital-yuan',
] as const;

/**
 * What an agency that helps with an audit, or an expert who judges one, must be: a plant that commissions one is asked for it, and a
 * balance of the simple grade and deeper needs a qualified team.
 */
export const agencySchema = z.strictObject({
  of: z.enum(['agency', 'expert', 'auditor']),
  counts: z
    .array(z.strictObject({ what: z.enum(AGENCY_COUNTS), atLeast: z.number().positive(), text: z.string() }))
    .default([])
    .describe('inclusive (以上)'),
  conditions: z
    .array(z.strictObject({ text: z.string() }))
    .default([])
    .describe('what a person confirms, as printed'),
  contract: z
    .array(z.strictObject({ text: z.string() }))
    .default([])
    .describe('what the contract with the plant must contain, as printed'),
  duties: z
    .array(z.strictObject({ text: z.string() }))
    .default([])
    .describe('what it must do and when, as printed'),
  grounds: z
    .array(z.strictObject({ effect: z.enum(['warning', 'rectify', 'removal', 'preferred']), text: z.string() }))
    .default([])
    .describe('what leads to a warning, an order to rectify, or removal; or to being taken on again first'),
});
