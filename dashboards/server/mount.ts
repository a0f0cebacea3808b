import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { Admitted, Gate } from './gate.ts';
import { Refusal } from './refusal.ts';
import type { Asked, Route } from './route.ts';
import { fileOf, isTableFormat, TABLE_TYPES } from './table-file.ts';
import type { Reads } from './users/reads.ts';
import type { Trail } from './users/trail.ts';

const LARGEST_BODY_BYTES = 64 * 1024;

/**
 * Puts the routes on the server: the gate is asked before anything of a question is read, then the question is checked; documents are
 * sent as JSON or, where there is a table, as CSV, a workbook or Parquet. What is read and taken away is in the trail.
 */
export function mount(app: FastifyInstance, routes: readonly Route[], gate: Gate, trail: Trail, reads: Reads): void {
  const admissions = new WeakMap<FastifyRequest, Admitted>();
  app.removeContentTypeParser('text/plain');
  app.addContentTypeParser('application/octet-stream', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  app.addHook('onRequest', async (request) => gate.limit(request));
  for (const route of routes) {
    app.route({
      method: route.method,
      url: route.path,
      bodyLimit: route.largest ?? LARGEST_BODY_BYTES,
      onRequest: async (request) => {
        admissions.set(request, await gate.admit(route, request));
      },
      handler: (request, reply) => {
        const { caller, services } = admissions.get(request)!;
        const admitted = (): Promise<boolean> =>
          gate.admit(route, request).then(
            () => true,
            () => false,
          );
        const note = (action: string, what: string): Promise<void> =>
          trail.add({ who: caller?.name ?? 'nobody', action, what: `${services.plant.id} ${what}`.trim(), from: request.ip });
        return answer(route, { request, reply, caller, services, admitted, note }, reads);
      },
    });
  }
  app.setNotFoundHandler((_request, reply) => reply.code(404).send({ error: 'not-found' }));
  app.setErrorHandler(async (error, _request, reply) => {
    if (error instanceof Refusal) {
      return reply
        .code(error.status)
        .headers(error.headers)
        .send({ error: error.code, ...(error.faults ? { faults: error.faults } : {}) });
    }
    const status = (error as { statusCode?: number }).statusCode ?? 500;
    return reply.code(status).send({ error: status === 413 ? 'too-large' : status < 500 ? 'bad-request' : 'internal' });
  });
}

type Question = Omit<Asked, 'params' | 'query' | 'body'>;

async function answer(route: Route, asked: Question, reads: Reads): Promise<FastifyReply> {
  const { request, reply, caller, services } = asked;
  const { format, plant: _, ...query } = request.query as Record<string, unknown>;
  const table = 'json' in route.answer ? route.answer.table : undefined;
  if (format !== undefined && format !== 'json' && !(isTableFormat(format) && table)) throw new Refusal(400, 'no-table');
  const document = await route.handle({
    ...asked,
    params: checked(route.params, request.params),
    query: checked(route.query, query),
    body: checked(route.body, request.body),
  } as never);
  const name = route.path.split('/').at(-1)!.replace(/^:/, '');
  if (isTableFormat(format)) await asked.note('exported', `${request.url.split('?')[0]} ${format}`);
  else if (
    route.method === 'GET' &&
    caller !== null &&
    route.access !== 'public' &&
    reads.isNew(caller.name, services.plant.id, route.path)
  )
    await asked.note('read', route.path);
  if (reply.sent) return reply;
  if (!('json' in route.answer)) return reply.type(reply.getHeader('content-type')?.toString() ?? route.answer.type).send(document);
  if (!isTableFormat(format) || !table) return reply.send(document);
  return reply
    .type(TABLE_TYPES[format])
    .header('content-disposition', `attachment; filename="${name}.${format}"`)
    .send(await fileOf(table(document as never), format));
}

function checked(schema: z.ZodType | undefined, value: unknown): unknown {
  if (schema === undefined) return undefined;
  const result = schema.safeParse(value);
  if (!result.success) throw new Refusal(400, 'bad-request');
  return result.data;
}
