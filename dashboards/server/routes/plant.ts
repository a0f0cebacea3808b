import { z } from 'zod';
import type { Outfall } from '../../../config/plant/outfalls.ts';
import { coverageDocument } from '../documents/coverage.ts';
import { sourcesDocument } from '../documents/devices.ts';
import { plantDocument, stateDocument } from '../documents/plant.ts';
import { valuesDocument } from '../documents/values.ts';
import { streamEvents } from '../events.ts';
import { notYet, storeAway } from '../refusal.ts';
import { type Route, route } from '../route.ts';
import { stateOf } from '../state.ts';
import { flowChannel } from '../timeline.ts';
import { valueRows } from '../values.ts';
import { coverageTable, sourceTable, valueTable } from './tables.ts';

const language = z.object({ lang: z.enum(['zh', 'en']).default('zh') });

const limitsOf = ({ limits = [] }: Outfall) =>
  limits.map(({ code, value, unit, basis, from = null, to = null, source }) => ({ code, value, unit, basis, from, to, source }));

/** What the pages show of a plant as it is now. */
export function plantRoutes(): Route[] {
  return [
    route({
      method: 'GET',
      path: '/api/v1/plant',
      summary: 'The plant: its units, metering points, streams and balances',
      access: 'balances',
      answer: { json: plantDocument },
      handle: ({ services: { plant } }) => ({
        id: plant.id,
        name: plant.file.plant.name,
        jurisdiction: plant.file.plant.jurisdiction,
        offsetMinutes: plant.offsetMinutes,
        simulated: plant.simulated,
        counts: { units: plant.units.size, meters: plant.meters.size, channels: plant.channels.size, points: plant.points.size },
        points: Object.fromEntries([...plant.points.values()].map((point) => [point.id, { name: point.name, unit: point.unit }])),
        units: Object.fromEntries(
          [...plant.units.values()].map((unit) => [unit.id, { name: unit.name, level: unit.level, parent: unit.parent ?? null }]),
        ),
        streams: Object.fromEntries(
          [...plant.streams.values()].map((stream) => [
            stream.id,
            { name: stream.name, from: stream.from, to: stream.to, by: stream.amount.by, channel: flowChannel(plant, stream.id) },
          ]),
        ),
        balances: Object.fromEntries(
          [...plant.balances.values()].map(({ id, kind, unit, tolerance }) => [
            id,
            { kind, unit, tolerancePercent: tolerance?.percent ?? null },
          ]),
        ),
        outfalls: Object.fromEntries(
          plant.file.outfalls.map((outfall) => [outfall.id, { name: outfall.name, kind: outfall.kind, limits: limitsOf(outfall) }]),
        ),
      }),
    }),
    route({
      method: 'GET',
      path: '/api/v1/state',
      summary: 'Whether what is shown is what is: store, sources, clock',
      access: 'balances',
      answer: { json: stateDocument },
      handle: ({ services }) => stateOf(services),
    }),
    route({
      method: 'GET',
      path: '/api/v1/values',
      summary: 'Newest sample of every channel',
      access: 'values',
      answer: { json: valuesDocument, table: valueTable },
      refusals: [503],
      handle: async ({ services }) => {
        const latest = await services.latest().catch(() => {
          throw storeAway();
        });
        return { nowMs: Date.now(), values: valueRows(services.plant, latest) };
      },
    }),
    route({
      method: 'GET',
      path: '/api/v1/events',
      summary: 'Live values as server-sent events: `event: values`, data `{ channel: sample, … }`',
      access: 'values',
      answer: { type: 'text/event-stream' },
      handle: ({ request, reply, services, admitted }) => streamEvents(request, reply, services, admitted),
    }),
    route({
      method: 'GET',
      path: '/api/v1/sources',
      summary: 'Devices and brokers that are being read; empty where nothing is',
      access: 'sources',
      answer: { json: sourcesDocument, table: sourceTable },
      handle: ({ services }) => services.sources(),
    }),
    route({
      method: 'GET',
      path: '/api/v1/coverage',
      summary: 'Metering coverage by the rule in force',
      access: 'balances',
      answer: { json: coverageDocument, table: coverageTable },
      refusals: [503],
      handle: ({ services }) =>
        services.coverage().catch(() => {
          throw storeAway();
        }),
    }),
    route({
      method: 'GET',
      path: '/report',
      summary: 'The report of the balances computed last, a page of its own',
      access: 'balances',
      query: language,
      answer: { type: 'text/html; charset=utf-8' },
      refusals: [503],
      handle: async ({ query, services }) => {
        const html = await services.reportHtml(query.lang);
        if (html === null) throw notYet();
        return html;
      },
    }),
  ];
}
