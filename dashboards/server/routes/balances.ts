import { z } from 'zod';
import type { BalanceReport } from '../../../balance/media/result.ts';
import { keptWindows, revisionsOf } from '../../../balance/media/revisions.ts';
import { formatInstant } from '../../../config/plant/time.ts';
import type { Asking } from '../asking.ts';
import {
  balancesDocument,
  indicatorsDocument,
  lossesDocument,
  streamsDocument,
  type WhatIfDocument,
  whatIfDocument,
  windowsDocument,
} from '../documents/balances.ts';
import { timelineDocument } from '../documents/timeline.ts';
import { drawingOf } from '../drawings.ts';
import { pageOf, pageSchema } from '../page.ts';
import { notFound, notYet, Refusal, storeAway } from '../refusal.ts';
import { type Route, route } from '../route.ts';
import type { Services } from '../services.ts';
import { stretchOf, stretchSchema, windowSchema } from '../stretch.ts';
import { timelineOf } from '../timeline.ts';
import { balanceTable, indicatorTable, lossTable, streamTable, windowTable } from './tables.ts';

const DAY_MS = 86_400_000;
const LONGEST_MS = 62 * DAY_MS;
/** A window that is asked for again soon is not computed twice. */
const KEEP_MS = 5 * 60_000;

const language = z.object({ lang: z.enum(['zh', 'en']).default('zh') });
const balanceId = z.object({ id: z.string().max(64) });
const chosen = stretchSchema.extend({
  revision: z.coerce.number().int().min(1).optional().describe('one that is kept; default: computed now'),
});
type Chosen = z.output<typeof chosen>;

const whatIfBody = windowSchema.extend({
  exclude: z.array(z.string().max(64)).max(50).default([]),
  add: z
    .array(
      z.strictObject({ stream: z.string().max(64), percent: z.number().positive().max(100), perHour: z.number().nullable().default(null) }),
    )
    .max(50)
    .default([]),
  tolerance: z.record(z.string().max(64), z.number().positive().max(100)).default({}),
});
/** The report that a question chooses: the one computed last, that of a window, or a revision that is kept. */
async function reportOf(services: Services, asking: Asking, query: Chosen): Promise<BalanceReport> {
  if (query.from === undefined && query.to === undefined) {
    const report = services.balances();
    if (report === null) throw notYet();
    return report;
  }
  const [from, to] = windowOf(services, query);
  if (query.revision === undefined) return (await asking.ask(services, 'balance', ['--from', from, '--to', to], KEEP_MS)) as BalanceReport;
  const kept = (await revisionsOf(services.plant.dataDir, from, to)).find(({ revision }) => revision === query.revision);
  if (kept === undefined) throw notFound();
  return kept;
}

function windowOf(services: Services, { from, to }: { from?: string | undefined; to?: string | undefined }): [string, string] {
  if (from === undefined || to === undefined) throw new Refusal(400, 'bad-time');
  const { fromMs, toMs } = stretchOf(services, { from, to }, DAY_MS, LONGEST_MS);
  const { offsetMinutes } = services.plant;
  return [formatInstant(fromMs, offsetMinutes), formatInstant(toMs, offsetMinutes)];
}

/** Balances of any window, their revisions, diagrams, and what would be if. */
export function balanceRoutes(asking: Asking): Route[] {
  return [
    route({
      method: 'GET',
      path: '/api/v1/balances',
      summary: 'The balances computed last, or those of a window, as `balance --json` prints them',
      access: 'balances',
      query: chosen,
      answer: { json: balancesDocument, table: balanceTable },
      refusals: [422, 503],
      handle: ({ services, query }) => reportOf(services, asking, query),
    }),
    route({
      method: 'GET',
      path: '/api/v1/losses',
      summary: 'Losses, waste and leaks of a window, with what they are worth and stand for in standard coal',
      access: 'balances',
      query: chosen,
      answer: { json: lossesDocument, table: lossTable },
      refusals: [422, 503],
      handle: async ({ services, query }) => {
        const { window, revision, losses = [] } = await reportOf(services, asking, query);
        return { window, revision, losses };
      },
    }),
    route({
      method: 'GET',
      path: '/api/v1/indicators',
      summary: 'Indicators of a window: reuse, leakage, unit consumption, efficiencies, each with its formula and source',
      access: 'balances',
      query: chosen,
      answer: { json: indicatorsDocument, table: indicatorTable },
      refusals: [422, 503],
      handle: async ({ services, query }) => {
        const { window, revision, indicators = [] } = await reportOf(services, asking, query);
        return { window, revision, indicators };
      },
    }),
    route({
      method: 'GET',
      path: '/api/v1/balances/:id/streams',
      summary: 'Streams of one balance at the plant’s boundary',
      access: 'balances',
      params: balanceId,
      query: chosen,
      answer: { json: streamsDocument, table: streamTable },
      refusals: [422, 503],
      handle: async ({ params, query, services }) => {
        const own = (await reportOf(services, asking, query)).balances.filter(({ id }) => id === params.id);
        const whole = own.find(({ boundary }) => services.plant.units.get(boundary)?.level === 'plant') ?? own[0];
        if (whole === undefined) throw notFound();
        return whole.streams;
      },
    }),
    route({
      method: 'GET',
      path: '/api/v1/balances/:id/diagram.svg',
      summary: 'Flow diagram of one balance at a boundary, the plant where none is named',
      access: 'balances',
      params: balanceId,
      query: chosen.extend({ ...language.shape, boundary: z.string().max(64).optional() }),
      answer: { type: 'image/svg+xml' },
      refusals: [422, 503],
      handle: async ({ params, query: { lang, boundary = null, ...query }, services }) => {
        const report = await reportOf(services, asking, query);
        const isThere = report.balances.some((one) => one.id === params.id && (boundary === null || one.boundary === boundary));
        if (!isThere) throw notFound();
        return drawingOf(services.plant, report, { balance: params.id, boundary, lang });
      },
    }),
    route({
      method: 'GET',
      path: '/api/v1/windows',
      summary: 'Windows whose balances are kept, with their revisions, newest first, page by page',
      access: 'balances',
      query: pageSchema(100),
      answer: { json: windowsDocument, table: windowTable },
      handle: async ({ services, query }) => {
        const { dataDir } = services.plant;
        const { page, next } = pageOf((await keptWindows(dataDir)).toReversed(), ({ from, to }) => `${from} ${to}`, query);
        const windows = page.map(async ({ from, to }) => {
          const revisions = (await revisionsOf(dataDir, from, to)).map(({ revision }) => revision);
          return { from, to, revisions };
        });
        return { windows: await Promise.all(windows), next };
      },
    }),
    route({
      method: 'GET',
      path: '/api/v1/timeline',
      summary: 'Hour by hour what came of what was due, the load beside its records, and when streams were not steady',
      access: 'balances',
      query: stretchSchema,
      answer: { json: timelineDocument },
      refusals: [503],
      handle: ({ services, query }) =>
        timelineOf(services, stretchOf(services, query, 7 * DAY_MS, LONGEST_MS)).catch(() => {
          throw storeAway();
        }),
    }),
    route({
      method: 'POST',
      path: '/api/v1/what-if',
      summary: 'The balances of a window without some meters, with others, or under other tolerances; the record stays as it is',
      access: 'balances',
      body: whatIfBody,
      answer: { json: whatIfDocument },
      refusals: [422, 503],
      handle: async ({ services, body, note }) => {
        const [from, to] = windowOf(services, body);
        const args = [
          ...['--from', from, '--to', to],
          ...body.exclude.flatMap((meter) => ['--exclude', meter]),
          ...body.add.flatMap(({ stream, percent, perHour }) => ['--add', `${stream}=${percent}${perHour === null ? '' : `@${perHour}`}`]),
          ...Object.entries(body.tolerance).flatMap(([balance, percent]) => ['--tolerance', `${balance}=${percent}`]),
        ];
        await note('tried', args.join(' '));
        return (await asking.ask(services, 'what-if', args, 60_000)) as WhatIfDocument;
      },
    }),
  ];
}
