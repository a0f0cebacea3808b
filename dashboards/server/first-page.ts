import { gzipSync } from 'node:zlib';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { SessionDocument } from './documents/session.ts';

/** Where a page that was just opened looks for what it would ask first: `{ address: document }`. */
const MARK = '</head>';
const opening = '<script type="application/json" id="early">';

/**
 * Sends the page with the answers to its first questions in it: who is signed in and, where someone is, their first plant and its state.
 * Each was asked of the API as the browser would ask, so that what is not granted is not there. Kept by nobody.
 *
 * @param html the built page
 */
export async function sendFirstPage(
  app: FastifyInstance,
  html: string,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const answered: Record<string, unknown> = {};
  const ask = async (url: string): Promise<unknown> => {
    const { host, cookie } = request.headers;
    const headers = { host: host!, accept: 'application/json', ...(cookie === undefined ? {} : { cookie }) };
    const answer = await app.inject({ url, headers, remoteAddress: request.ip });
    if (answer.statusCode === 200) answered[url] = answer.json();
    return answered[url];
  };
  const session = (await ask('/api/v1/session')) as SessionDocument | undefined;
  const plant = session?.plants[0]?.id;
  if (plant !== undefined && session!.grants.includes('balances')) {
    const of = `?plant=${encodeURIComponent(plant)}`;
    await Promise.all([ask(`/api/v1/plant${of}`), ask(`/api/v1/state${of}`)]);
  }
  // No text can end the element: neither `</script>` nor a comment stands in it.
  const json = JSON.stringify(answered).replaceAll('<', '\\u003c');
  const page = html.replace(MARK, () => `${opening}${json}</script>${MARK}`);
  reply.type('text/html; charset=utf-8').header('cache-control', 'no-store').header('vary', 'accept-encoding, cookie');
  const isPacked = /\bgzip\b/.test(String(request.headers['accept-encoding'] ?? ''));
  return isPacked ? reply.header('content-encoding', 'gzip').send(gzipSync(page)) : reply.send(page);
}
