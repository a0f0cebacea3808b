import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { Caller } from './caller.ts';
import { csvOf } from './csv.ts';
import type { Gate } from './gate.ts';
import { Refusal } from './refusal.ts';
import type { Asked, Route } from './route.ts';

/**
 * Puts the routes on the server: the gate is asked before anything of a question is read, then the question is checked; documents are
 * sent as JSON or, where there is a table, as CSV.
 */
export function mount(app: FastifyInstance, routes: readonly Route[], gate: Gate): void {
  const callers = new WeakMap<FastifyRequest, Caller | null>();
  app.removeContentTypeParser('text/plain');
  app.addHook('onRequest', async (request) => gate.limit(request));
  for (const route of routes) {
    app.route({
      method: route.method,
      url: route.path,
      onRequest: async (request) => {
        callers.set(request, await gate.admit(route, request));
      },
      handler: (request, reply) => {
        const admitted = (): Promise<boolean> =>
          gate.admit(route, request).then(
            () => true,
            () => false,
          );
        return answer(route, { request, reply, caller: callers.get(request) ?? null, admitted });
      },
    });
  }
  app.setNotFoundHandler((_request, reply) => reply.code(404).send({ error: 'not-found' }));
  app.setErrorHandler(async (error, _request, reply) => {
    if (error instanceof Refusal) return reply.code(error.status).headers(error.headers).send({ error: error.code });
    const status = (error as { statusCode?: number }).statusCode ?? 500;
    return reply.code(status).send({ error: status < 500 ? 'bad-request' : 'internal' });
  });
}

async function answer(route: Route, asked: Pick<Asked, 'request' | 'reply' | 'caller' | 'admitted'>): Promise<FastifyReply> {
  const { request, reply } = asked;
  const { format, ...query } = request.query as Record<string, unknown>;
  const table = 'json' in route.answer ? route.answer.table : undefined;
  if (format !== undefined && format !== 'json' && !(format === 'csv' && table)) throw new Refusal(400, 'no-table');
  const document = await route.handle({
    ...asked,
    params: checked(route.params, request.params),
    query: checked(route.query, query),
    body: checked(route.body, request.body),
  } as never);
  if (reply.sent) return reply;
  if (!('json' in route.answer)) return reply.type(route.answer.type).send(document);
  if (format !== 'csv' || !table) return reply.send(document);
  const name = route.path.split('/').at(-1)!;
  return reply
    .type('text/csv; charset=utf-8')
    .header('content-disposition', `attachment; filename="${name}.csv"`)
    .send(csvOf(table(document as never)));
}

function checked(schema: z.ZodType | undefined, value: unknown): unknown {
  if (schema === undefined) return undefined;
  const result = schema.safeParse(value);
  if (!result.success) throw new Refusal(400, 'bad-request');
  return result.data;
}
