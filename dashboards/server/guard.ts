import { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import type { FastifyInstance } from 'fastify';

const LOOPBACK = new Set(['127.0.0.1', '::1', 'localhost']);
export const isLoopback = (host: string): boolean => LOOPBACK.has(host);

const HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
};

/**
 * Headers on every answer, no method but GET, HEAD and POST, and no answer to a name that is not this machine's: a foreign page must
 * not reach in by DNS. `cert` (PEM) says by which further names the server is called.
 */
export function guard(app: FastifyInstance, host: string, cert: string | null): void {
  const certificate = cert === null ? null : new X509Certificate(cert);
  const isOwn = (name: string): boolean =>
    isLoopback(name) ||
    name === host ||
    (certificate !== null && (isIP(name) ? certificate.checkIP(name) : certificate.checkHost(name)) !== undefined);
  app.addHook('onRequest', async (request, reply) => {
    reply.headers(HEADERS);
    if (certificate !== null) reply.header('strict-transport-security', 'max-age=31536000');
    const name = request.headers.host?.replace(/:\d+$/, '').replace(/^\[|\]$/g, '');
    if (name === undefined || !isOwn(name)) return reply.code(421).send({ error: 'wrong-host' });
    if (!['GET', 'HEAD', 'POST'].includes(request.method)) return reply.code(405).send({ error: 'method' });
    return undefined;
  });
}
