import { z } from 'zod';

const part = z.looseObject({ no: z.string(), text: z.string() });
const row = part.extend({ points: z.number(), fill: z.string() });

export const sheetsDocument = z.array(
  z.looseObject({
    id: z.string(),
    document: z.string(),
    article: z.string().nullable(),
    status: z.enum(['in-force', 'superseded', 'to-confirm']),
    sheet: z.looseObject({
      of: z.string(),
      total: z.number(),
      sections: z.array(part.extend({ points: z.number(), rows: z.array(row) })),
      vetoes: z.array(part),
    }),
  }),
);
export const scoredDocument = z.object({
  total: z.number(),
  open: z.array(z.string()),
  vetoes: z.array(z.string()),
  grade: z.string().nullable(),
  outcome: z.enum(['passed', 'not-passed', 'open', 'not-graded']),
});

export type SheetsDocument = z.output<typeof sheetsDocument>;
export type ScoredDocument = z.output<typeof scoredDocument>;
