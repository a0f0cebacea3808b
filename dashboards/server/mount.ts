import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { csvOf } from './csv.ts';
import { Refusal, type Route } from './route.ts';

/** Puts the routes on the server: questions are checked, documents are sent as JSON or, where there is a table, as CSV. */
export function mount(app: FastifyInstance, routes: readonly Route[]): void {
  for (const route of routes) {
    app.route({
      method: route.method,
      url: route.path,
      handler: (request, reply) => answer(route, request, reply),
    });
  }
  app.setNotFoundHandler((_request, reply) => reply.code(404).send({ error: 'not-found' }));
  app.setErrorHandler(async (error, _request, reply) => {
    if (error instanceof Refusal) return reply.code(error.status).headers(error.headers).send({ error: error.code });
    const status = (error as { statusCode?: number }).statusCode ?? 500;
    return reply.code(status).send({ error: status < 500 ? 'bad-request' : 'internal' });
  });
}

async function answer(route: Route, request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
  const { format, ...query } = request.query as Record<string, unknown>;
  const asked = {
    params: checked(route.params, request.params),
    query: checked(route.query, query),
    body: checked(route.body, request.body),
    request,
    reply,
  };
  const wantsCsv = format === 'csv';
  if (wantsCsv && !('json' in route.answer && route.answer.table)) throw new Refusal(400, 'no-table');
  const document = await route.handle(asked as never);
  if (reply.sent) return reply;
  if (!('json' in route.answer)) return reply.type(route.answer.type).send(document);
  if (!wantsCsv) return reply.send(document);
  const name = route.path.split('/').at(-1)!;
  const table = route.answer.table!(document as never);
  return reply.type('text/csv; charset=utf-8').header('content-disposition', `attachment; filename="${name}.csv"`).send(csvOf(table));
}

function checked(schema: z.ZodType | undefined, value: unknown): unknown {
  if (schema === undefined) return undefined;
  const result = schema.safeParse(value);
  if (!result.success) throw new Refusal(400, 'bad-request');
  return result.data;
}
