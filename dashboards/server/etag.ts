import { createHash } from 'node:crypto';
import type { FastifyInstance } from 'fastify';

/** A tag of its content on every answer to a GET of the API, and 304 where the asker has that content already. */
export function addEtags(app: FastifyInstance): void {
  app.addHook('onSend', async (request, reply, payload) => {
    const isWhole = typeof payload === 'string' || Buffer.isBuffer(payload);
    const cacheable = request.method === 'GET' && reply.statusCode === 200 && isWhole;
    if (!cacheable) return payload;
    const tag = `"${createHash('sha256').update(payload).digest('base64url').slice(0, 22)}"`;
    reply.header('etag', tag);
    if (!reply.hasHeader('cache-control')) reply.header('cache-control', 'private, no-cache');
    if (!tags(request.headers['if-none-match']).includes(tag)) return payload;
    reply.code(304).removeHeader('content-type').removeHeader('content-length');
    return null;
  });
}

const tags = (header: string | undefined): string[] => (header ?? '').split(',').map((tag) => tag.trim().replace(/^W\//, ''));
