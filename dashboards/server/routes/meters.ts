import { z } from 'zod';
import { dueOf, type IntervalRule } from '../../../collector/coverage/verification.ts';
import type { Meter } from '../../../config/plant/schema.ts';
import { formatInstant } from '../../../config/plant/time.ts';
import { ruleInForce } from '../../../config/rules/force.ts';
import { loadRules } from '../../../config/rules/load.ts';
import { named } from '../../../config/words/word.ts';
import { type MeterDocument, type MeterRow, meterDocument, metersDocument } from '../documents/meters.ts';
import { framesDocument, type SamplesDocument, samplesDocument, trendDocument } from '../documents/readings.ts';
import { framesOf } from '../frames.ts';
import { notFound, storeAway } from '../refusal.ts';
import { type Asked, type Given, type Route, route } from '../route.ts';
import type { Services } from '../services.ts';
import { stretchOf, stretchSchema } from '../stretch.ts';
import { pointsOf, trendOf } from '../trend.ts';

const DAY_MS = 86_400_000;
const id = z.object({ id: z.string().max(130) });
/** Instruments: the ledger, one meter with all that is known of it, and what it read. */
export function meterRoutes(): Route[] {
  return [
    route({
      method: 'GET',
      path: '/api/v1/meters',
      summary: 'The meter ledger',
      access: 'values',
      answer: {
        json: metersDocument,
        table: (rows) => ({
          columns: [
            'id',
            'name',
            'kind',
            'unit',
            'place',
            'instrument',
            'accuracy',
            'status',
            'device',
            'points',
            'due',
            'dueBy',
            'overdue',
            'commissioned',
          ],
          rows: rows.map((one) => [
            ...[one.id, named(one.name, 'zh'), one.kind, one.unit, one.place, one.instrument, one.accuracy, one.status, one.device],
            ...[one.points.join(' '), one.due, one.dueBy, one.overdue, one.commissioned],
          ]),
        }),
      },
      handle: async ({ services }) => {
        const intervals = await intervalsFor(services);
        return [...services.plant.meters.values()].map((meter) => rowOf(services, meter, intervals));
      },
    }),
    route({
      method: 'GET',
      path: '/api/v1/meters/:id',
      summary: 'One meter: ledger, verification, commissioning, how it is read, what it measures',
      access: 'values',
      params: id,
      answer: { json: meterDocument },
      handle: async ({ params, services }) => {
        const meter = services.plant.meters.get(params.id);
        if (meter === undefined) throw notFound();
        return meterOf(services, meter, await intervalsFor(services));
      },
    }),
    route({
      method: 'GET',
      path: '/api/v1/channels/:id/trend',
      summary: 'Readings as they came, hours as primary quantity, gaps with reasons, counter events',
      access: 'values',
      params: id,
      query: stretchSchema.extend({ points: z.coerce.number().int().min(100).max(20_000).default(5_000) }),
      answer: { json: trendDocument },
      refusals: [503],
      handle: async ({ params, query, services }) => {
        const channel = channelOf(services, params.id);
        const window = stretchOf(services, query, DAY_MS, 40 * DAY_MS);
        const trend = await trendOf(services.reader, channel, window, services.plant.offsetMinutes, query.points).catch(() => {
          throw storeAway();
        });
        return { channel: channel.id, kind: channel.kind, unit: channel.unit, ...window, ...trend };
      },
    }),
    route({
      method: 'GET',
      path: '/api/v1/channels/:id/samples',
      summary: 'Every reading of a stretch, page by page: `next` is the `cursor` of the page after',
      access: 'values',
      params: id,
      query: stretchSchema.extend({
        cursor: z
          .string()
          .regex(/^\d{1,15}$/)
          .optional(),
        limit: z.coerce.number().int().min(1).max(100_000).default(10_000),
      }),
      answer: { json: samplesDocument, table: sampleTable },
      refusals: [503],
      handle: (asked) => samplesOf(asked),
    }),
    route({
      method: 'GET',
      path: '/api/v1/channels/:id/frames',
      summary: 'What the newest values were decoded from, and what their source noted: the last hour of the journal',
      access: 'sources',
      params: id,
      query: z.object({ limit: z.coerce.number().int().min(1).max(500).default(50) }),
      answer: { json: framesDocument },
      handle: async ({ params, query, services }) => {
        const channel = channelOf(services, params.id);
        const found = await framesOf(services.plant, channel.id, channel.read?.device ?? null, query.limit);
        return found;
      },
    }),
  ];
}

function channelOf({ plant }: Services, id: string) {
  const channel = plant.channels.get(id);
  if (channel === undefined) throw notFound();
  return channel;
}

type SamplesQuery = { from?: string | undefined; to?: string | undefined; cursor?: string | undefined; limit: number };

async function samplesOf({ params, query, services }: Pick<Asked<{ id: string }, SamplesQuery>, 'params' | 'query' | 'services'>) {
  const channel = channelOf(services, params.id);
  const { fromMs, toMs } = stretchOf(services, query, DAY_MS, 400 * DAY_MS);
  const columns = await services.reader.samples(channel.id, Math.max(fromMs, Number(query.cursor ?? fromMs)), toMs).catch(() => {
    throw storeAway();
  });
  // Readings of one instant stay on one page, so that the cursor, a time, loses none.
  let end = Math.min(query.limit, columns.timeMs.length);
  while (end < columns.timeMs.length && columns.timeMs[end] === columns.timeMs[end - 1]) end += 1;
  const places = Array.from({ length: end }, (_, index) => index);
  const next = end < columns.timeMs.length ? String(columns.timeMs[end]) : null;
  return { channel: channel.id, unit: channel.unit, points: pointsOf(columns, places), next };
}

function sampleTable({ channel, unit, points: { timeMs, value, quality, reason } }: Given<SamplesDocument>) {
  return {
    columns: ['channel', 'time', 'value', 'unit', 'quality', 'reason'],
    rows: timeMs.map((at, index) => [channel, new Date(at).toISOString(), value[index], unit, quality[index], reason[index]]),
  };
}

/** The periods of verification that hold where the plant stands. */
async function intervalsFor({ plant }: Services): Promise<IntervalRule | null> {
  const query = { jurisdiction: plant.file.plant.jurisdiction, family: 'verification-interval', atMs: Date.now() } as const;
  return ruleInForce(await loadRules(), query)?.rule ?? null;
}

function rowOf({ plant }: Services, meter: Meter, intervals: IntervalRule | null): Given<MeterRow> {
  const channels = [...plant.channels.values()].filter((channel) => channel.meter.id === meter.id);
  const ids = channels.map((channel) => channel.id);
  const ends = dueOf(meter, plant.offsetMinutes, intervals);
  const due = ends?.due ?? null;
  return {
    id: meter.id,
    name: meter.name,
    kind: meter.kind,
    unit: meter.unit,
    place: meter.place ?? null,
    status: meter.status,
    instrument: meter.instrument ?? null,
    accuracy: meter.accuracy?.class ?? null,
    device: channels.find(({ read }) => read !== undefined)?.read?.device ?? null,
    channels: ids,
    points: [...plant.points.values()].filter((point) => point.meters.some((one) => ids.includes(one.meter))).map((point) => point.id),
    due,
    dueBy: ends?.by ?? null,
    dueToConfirm: ends?.by === 'regulation' && intervals?.status === 'to-confirm',
    overdue: due !== null && formatInstant(Date.now(), plant.offsetMinutes).slice(0, 10) > due,
    commissioned: meter.commissioned !== undefined,
  };
}

function meterOf(services: Services, meter: Meter, intervals: IntervalRule | null): Given<MeterDocument> {
  const { plant } = services;
  const own = rowOf(services, meter, intervals);
  const points = new Set(own.points);
  return {
    ...own,
    maker: meter.maker ?? null,
    model: meter.model ?? null,
    serial: meter.serial ?? null,
    assetNumber: meter.assetNumber ?? null,
    verification: meter.verification === undefined ? null : { ...meter.verification, overdue: own.overdue },
    signed: meter.commissioned ?? null,
    ratios: meter.ratios,
    replacements: meter.replacements,
    reads: own.channels.map((channel) => {
      const { kind, unit, range, read } = plant.channels.get(channel)!;
      return { channel, kind, unit, range: range ?? null, read: (read as Record<string, unknown> | undefined) ?? null };
    }),
    streams: [...plant.streams.values()]
      .filter(({ amount }) => amount.by === 'meter' && (own.channels.includes(amount.meter ?? '') || points.has(amount.point ?? '')))
      .map((stream) => stream.id),
  };
}
