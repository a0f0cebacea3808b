import { z } from 'zod';
import { channelId, duration, id, instant, label } from './values.ts';

/** A test campaign: the plan of measuring a window on purpose, with who and what measured, and the sheets that came of it. */
export const campaignSchema = z.strictObject({
  id,
  name: label,
  plan: z.strictObject({ document: z.string(), date: instant, approvedBy: id.describe('a person of this campaign') }),
  from: instant,
  to: instant,
  points: z
    .array(
      z.strictObject({
        id,
        name: label,
        stream: id.optional().describe('the stream that is sampled or measured here'),
        point: id.optional().describe('the metering point'),
        channel: channelId.optional().describe('the channel that the results are entered under'),
        every: duration.optional().describe('how often; absent: once'),
        method: z.string().describe('standard or procedure of sampling and analysis'),
        instrument: id.optional().describe('a portable instrument of this campaign'),
        by: id.describe('a person of this campaign'),
      }),
    )
    .min(1),
  instruments: z
    .array(
      z.strictObject({
        id,
        name: label,
        model: z.string().optional(),
        serial: z.string(),
        accuracy: z.string().describe('as printed'),
        certificate: z.string(),
        date: instant,
        due: instant,
      }),
    )
    .default([]),
  people: z
    .array(
      z.strictObject({
        id,
        name: z.string(),
        role: z.string(),
        qualification: z.string().describe('certificate and number, or the training given; an empty one is not taken').min(1),
        due: instant.optional().describe('until when the qualification holds'),
      }),
    )
    .min(1),
  sheets: z
    .array(
      z.strictObject({
        id,
        point: id.describe('a sampling point of this campaign'),
        at: instant,
        by: id,
        result: z.string().optional().describe('as written on the sheet'),
        file: z.string().optional(),
      }),
    )
    .default([])
    .describe('sampling sheets'),
  signatures: z.array(z.strictObject({ by: id.describe('a person of this campaign'), at: instant, as: z.string() })).default([]),
});

export type Campaign = z.output<typeof campaignSchema>;
