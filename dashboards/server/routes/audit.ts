import { z } from 'zod';
import { scoreSheet } from '../../../balance/audit/score-sheet.ts';
import { inForce } from '../../../config/rules/force.ts';
import { loadRules } from '../../../config/rules/load.ts';
import type { Asking } from '../asking.ts';
import { type OptionsDocument, optionsDocument } from '../documents/options.ts';
import { scoredDocument, sheetsDocument } from '../documents/score-sheets.ts';
import { notFound, Refusal } from '../refusal.ts';
import { type Route, route } from '../route.ts';
import { optionTable } from './tables.ts';

const scoreBody = z.strictObject({
  rule: z.string().max(200),
  points: z.record(z.string().max(40), z.number()),
  vetoes: z.array(z.string().max(20)).max(100).default([]),
  bonus: z.number().default(0),
});
/** What options saved lies in past windows: it changes only where late readings come. */
const KEEP_MS = 10 * 60_000;

/** Score sheets of the plant’s jurisdiction, and the register of options. */
export function auditRoutes(asking: Asking): Route[] {
  return [
    route({
      method: 'GET',
      path: '/api/v1/score-sheets',
      summary: 'Score sheets in force in the plant’s jurisdiction',
      access: 'balances',
      answer: { json: sheetsDocument },
      handle: async ({ services }) =>
        (await sheetsOf(services.plant.file.plant.jurisdiction)).map(({ id, document, article, status, content }) => ({
          id,
          document: document.number ?? document.title,
          article: article ?? null,
          status,
          sheet: content!,
        })),
    }),
    route({
      method: 'GET',
      path: '/api/v1/options',
      summary: 'The register of cleaner-production options and what each saved per unit of product, as `options --json` prints it',
      access: 'balances',
      answer: { json: optionsDocument, table: optionTable },
      refusals: [422, 503],
      handle: async ({ services }) => {
        const { auditRound, options = [] } = services.plant.file;
        if (auditRound === undefined || options.length === 0) return { round: null, options: [], sums: [] };
        return (await asking.ask(services, 'options', [], KEEP_MS)) as OptionsDocument;
      },
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
          return scoreSheet(rule.content, body.points, body.vetoes, body.bonus);
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
