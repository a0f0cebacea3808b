import { z } from 'zod';
import { balanceDiagram } from '../../../balance/diagram/balance-diagram.ts';
import { drawDiagram } from '../../../balance/diagram/diagram.ts';
import type { BalanceReport } from '../../../balance/media/result.ts';
import { balancesDocument, coverageDocument, plantDocument, sourcesDocument, streamsDocument, valuesDocument } from '../documents.ts';
import { streamEvents } from '../events.ts';
import { notYet, Refusal } from '../refusal.ts';
import { type Route, route } from '../route.ts';
import type { Services } from '../services.ts';
import { valueRows } from '../values.ts';
import { balanceTable, coverageTable, sourceTable, streamTable, valueTable } from './tables.ts';

const language = z.object({ lang: z.enum(['zh', 'en']).default('zh') });
const balanceId = z.object({ id: z.string().max(64) });

/** What the pages show of a plant. */
export function plantRoutes(services: Services): Route[] {
  const { plant } = services;
  const file = plant.file.plant;
  const balances = (): BalanceReport => {
    const report = services.balances();
    if (report === null) throw notYet();
    return report;
  };
  const balancesOf = (id: string): BalanceReport => {
    const report = balances();
    if (report.balances.every((balance) => balance.id !== id)) throw new Refusal(404, 'not-found');
    return report;
  };

  return [
    route({
      method: 'GET',
      path: '/api/v1/plant',
      summary: 'The plant: its units and metering points',
      access: 'balances',
      answer: { json: plantDocument },
      handle: () => ({
        id: plant.id,
        name: file.name,
        jurisdiction: file.jurisdiction,
        offsetMinutes: plant.offsetMinutes,
        simulated: plant.simulated,
        counts: { units: plant.units.size, meters: plant.meters.size, channels: plant.channels.size, points: plant.points.size },
        points: Object.fromEntries([...plant.points.values()].map((point) => [point.id, { name: point.name, unit: point.unit }])),
        units: Object.fromEntries(
          [...plant.units.values()].map((unit) => [unit.id, { name: unit.name, level: unit.level, parent: unit.parent ?? null }]),
        ),
      }),
    }),
    route({
      method: 'GET',
      path: '/api/v1/values',
      summary: 'Newest sample of every channel',
      access: 'values',
      answer: { json: valuesDocument, table: valueTable },
      handle: async () => ({ nowMs: Date.now(), values: valueRows(plant, await services.latest()) }),
    }),
    route({
      method: 'GET',
      path: '/api/v1/events',
      summary: 'Live values as server-sent events: `event: values`, data `{ channel: sample, … }`',
      access: 'values',
      answer: { type: 'text/event-stream' },
      handle: ({ request, reply, admitted }) => streamEvents(request, reply, services, admitted),
    }),
    route({
      method: 'GET',
      path: '/api/v1/sources',
      summary: 'Devices and brokers that are being read; empty where nothing is',
      access: 'sources',
      answer: { json: sourcesDocument, table: sourceTable },
      handle: () => [...services.sources()],
    }),
    route({
      method: 'GET',
      path: '/api/v1/coverage',
      summary: 'Metering coverage by the rule in force',
      access: 'balances',
      answer: { json: coverageDocument, table: coverageTable },
      handle: async () => (await services.coverage()) as unknown as z.input<typeof coverageDocument>,
    }),
    route({
      method: 'GET',
      path: '/api/v1/balances',
      summary: 'The balances computed last, as `balance --json` prints them',
      access: 'balances',
      answer: { json: balancesDocument, table: balanceTable },
      refusals: [503],
      handle: () => balances() as unknown as z.input<typeof balancesDocument>,
    }),
    route({
      method: 'GET',
      path: '/api/v1/balances/:id/streams',
      summary: 'Streams of one balance at the plant’s boundary',
      access: 'balances',
      params: balanceId,
      answer: { json: streamsDocument, table: streamTable },
      refusals: [404, 503],
      handle: ({ params }) => {
        const own = balancesOf(params.id).balances.filter(({ id }) => id === params.id);
        const whole = own.find(({ boundary }) => plant.units.get(boundary)?.level === 'plant') ?? own[0]!;
        return whole.streams as unknown as z.input<typeof streamsDocument>;
      },
    }),
    route({
      method: 'GET',
      path: '/api/v1/balances/:id/diagram.svg',
      summary: 'Flow diagram of one balance',
      access: 'balances',
      params: balanceId,
      query: language,
      answer: { type: 'image/svg+xml' },
      refusals: [404, 503],
      handle: ({ params, query }) =>
        drawDiagram(balanceDiagram(plant, balancesOf(params.id), { balance: params.id, boundary: null, lang: query.lang })),
    }),
    route({
      method: 'GET',
      path: '/report',
      summary: 'The report of the balances computed last, a page of its own',
      access: 'balances',
      query: language,
      answer: { type: 'text/html; charset=utf-8' },
      refusals: [503],
      handle: async ({ query }) => {
        const html = await services.reportHtml(query.lang);
        if (html === null) throw notYet();
        return html;
      },
    }),
  ];
}
