import { z } from 'zod';
import { scoreSheet } from '../../../balance/audit/score-sheet.ts';
import { inForce } from '../../../config/rules/force.ts';
import { loadRules } from '../../../config/rules/load.ts';
import { nameSchema } from '../documents.ts';
import { notFound, Refusal } from '../refusal.ts';
import { type Route, route } from '../route.ts';

const sheetDocument = z.looseObject({
  id: z.string(),
  document: z.string(),
  article: z.string().nullable(),
  sheet: z.looseObject({ of: z.string(), total: z.number(), sections: z.array(z.looseObject({ no: z.string() })) }),
});
const scoreBody = z.strictObject({
  rule: z.string().max(200),
  points: z.record(z.string().max(40), z.number()),
  vetoes: z.array(z.string().max(20)).max(100).default([]),
  bonus: z.number().default(0),
});
const scoredDocument = z.object({
  total: z.number(),
  open: z.array(z.string()),
  vetoes: z.array(z.string()),
  grade: z.string().nullable(),
  outcome: z.enum(['passed', 'not-passed', 'open', 'not-graded']),
});

const money = z.looseObject({ amount: z.number(), unit: z.string() });
const optionsDocument = z.array(
  z.looseObject({
    id: z.string(),
    name: nameSchema,
    cost: z.enum(['no-low', 'medium-high']),
    proposed: z.string(),
    decided: z.looseObject({ at: z.string(), accepted: z.boolean() }).optional(),
    done: z.string().optional(),
    investment: money.optional(),
    benefit: money.optional(),
  }),
);

/** Score sheets of the plant's jurisdiction. */
export function auditRoutes(): Route[] {
  return [
    route({
      method: 'GET',
      path: '/api/v1/score-sheets',
      summary: 'Score sheets in force in the plant’s jurisdiction',
      access: 'balances',
      answer: { json: z.array(sheetDocument) },
      handle: async ({ services }) =>
        (await sheetsOf(services.plant.file.plant.jurisdiction)).map(({ id, document, article, content }) => ({
          id,
          document: document.number ?? document.title,
          article: article ?? null,
          sheet: content as unknown as z.input<typeof sheetDocument>['sheet'],
        })),
    }),
    route({
      method: 'GET',
      path: '/api/v1/options',
      summary: 'The register of cleaner-production options, as the plant file has it',
      access: 'balances',
      answer: { json: optionsDocument },
      handle: ({ services }) => (services.plant.file.options ?? []) as unknown as z.input<typeof optionsDocument>,
    }),
    route({
      method: 'POST',
      path: '/api/v1/score-sheets/score',
      summary: 'Add up the points of a score sheet; nothing is kept',
      access: 'balances',
      body: scoreBody,
      answer: { json: scoredDocument },
      handle: async ({ services, body }) => {
        const rule = (await sheetsOf(services.plant.file.plant.jurisdiction)).find(({ id }) => id === body.rule);
        if (!rule?.content) throw notFound();
        try {
          const { open, vetoes, ...scored } = scoreSheet(rule.content, body.points, body.vetoes, body.bonus);
          return { ...scored, open: [...open], vetoes: [...vetoes] };
        } catch (error) {
          if (error instanceof RangeError) throw new Refusal(400, 'bad-request');
          throw error;
        }
      },
    }),
  ];
}

async function sheetsOf(jurisdiction: string) {
  const nowMs = Date.now();
  const rules = (await loadRules())
    .flatMap((rule) => (rule.family === 'score-sheet' && rule.content ? [rule] : []))
    .filter((rule) => inForce(rule, nowMs));
  const own = rules.filter((rule) => rule.jurisdiction === jurisdiction);
  return own.length > 0 ? own : rules.filter((rule) => rule.reach === 'nationwide');
}
