import { z } from 'zod';
import { AGENCY_COUNTS } from '../../config/rules/families/agency.ts';
import { PROFILE } from '../../config/rules/families/audit-class.ts';
import { EVENTS } from '../../config/rules/families/deadline.ts';
import type { PlantProfile } from './duties.ts';

const event = z.iso.date().describe('the day of the event');

/** What a plant is in the eyes of the rules: a file that a person keeps, with the evidence for each entry in the audit's work file. */
export const profileSchema = z.strictObject({
  is: z.array(z.enum(PROFILE)).default([]).describe('what holds of the plant, e.g. over-limit, uses-toxics, compliant'),
  energyTcePerYear: z.number().nonnegative().optional().describe('yearly consumption, t of standard coal'),
  waterIntakeM3PerYear: z.number().nonnegative().optional().describe('yearly water intake, m3; a tonne counts as one'),
  agency: z
    .partialRecord(z.enum(AGENCY_COUNTS), z.number().nonnegative())
    .optional()
    .describe('the agency that helps with the audit, in numbers, e.g. senior-auditors: 2, on-site-days: 30'),
  events: z.partialRecord(z.enum(EVENTS), event).default({}).describe('days of events that clocks run from, e.g. list-published'),
});

/** A profile for a jurisdiction. */
export function profileOf(jurisdiction: string, file: z.output<typeof profileSchema>): PlantProfile {
  const { energyTcePerYear: energy, waterIntakeM3PerYear: water } = file;
  return {
    jurisdiction,
    is: new Set(file.is),
    quantities: { ...(energy === undefined ? {} : { energy }), ...(water === undefined ? {} : { 'water-intake': water }) },
    events: file.events,
  };
}
