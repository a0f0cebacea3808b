import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { balanceDiagram } from '../../balance/diagram/balance-diagram.ts';
import { drawDiagram } from '../../balance/diagram/diagram.ts';
import type { Lang } from '../../config/words/word.ts';
import { streamEvents } from './events.ts';
import type { Services } from './services.ts';
import { valueRows } from './values.ts';

/** The API, version 1: what the pages show, as JSON. Times are ISO 8601 in UTC or UTC milliseconds where the name says so. */
export function addRoutes(app: FastifyInstance, services: Services): void {
  const { plant } = services;
  const file = plant.file.plant;

  app.get('/healthz', async () => ({ ok: true }));
  app.get('/api/v1/plant', async () => ({
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
  }));
  app.get('/api/v1/values', async () => ({ nowMs: Date.now(), values: valueRows(plant, await services.latest()) }));
  app.get('/api/v1/sources', async () => services.sources());
  app.get('/api/v1/coverage', async () => services.coverage());
  app.get('/api/v1/balances', async (_request, reply) => services.balances() ?? notYet(reply));
  app.get('/api/v1/balances/:id/diagram.svg', async (request: FastifyRequest<{ Params: { id: string } }>, reply) => {
    const report = services.balances();
    if (report === null) return notYet(reply);
    const { id } = request.params;
    if (report.balances.every((balance) => balance.id !== id)) return reply.code(404).send({ error: 'no such balance' });
    const content = balanceDiagram(plant, report, { balance: id, boundary: null, lang: langOf(request) });
    return reply.type('image/svg+xml').send(await drawDiagram(content));
  });
  app.get('/api/v1/events', (request, reply) => streamEvents(request, reply, services));
  app.get('/report', async (request, reply) => {
    const html = await services.reportHtml(langOf(request));
    return html === null ? notYet(reply) : reply.type('text/html; charset=utf-8').send(html);
  });
}

function langOf(request: FastifyRequest): Lang {
  return (request.query as { lang?: unknown }).lang === 'en' ? 'en' : 'zh';
}

function notYet(reply: FastifyReply): FastifyReply {
  return reply.code(503).header('retry-after', '5').send({ error: 'not computed yet' });
}
