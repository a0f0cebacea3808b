import { z } from 'zod';
import { densitySchema } from './density.ts';
import { pileSchema } from './pile.ts';
import { strappingSchema } from './strapping.ts';
import { channelId, factor, id, label } from './values.ts';

/** What a unit holds of a medium: read by a gauge, or surveyed. */
export const stockSchema = z.strictObject({
  id,
  name: label,
  unit: id.describe('the unit that holds it'),
  medium: id,
  meter: channelId.optional().describe('channel that reads it; exactly one of meter and pile'),
  pile: pileSchema.optional().describe('a pile that is surveyed'),
  strapping: strappingSchema.optional().describe('what the reading means in a tank that is not equally wide'),
  density: densitySchema.optional().describe('of what a tank holds, at its temperature; in place of perUnit'),
  perUnit: factor
    .default({ value: 1, u: 0, basis: 'definition' })
    .describe('amount in the unit of the medium per unit of the reading, or of the strapping table (a density)'),
});
