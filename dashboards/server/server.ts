import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fastifyStatic from '@fastify/static';
import fastify, { type FastifyInstance } from 'fastify';
import { Fault } from '../../config/words/fault.ts';
import { apiRoutes } from './api.ts';
import { addEtags } from './etag.ts';
import { mount } from './mount.ts';
import type { Services } from './services.ts';

/** Port of the pages unless another is named. */
export const DEFAULT_PORT = 8212;
const LOOPBACK = new Set(['127.0.0.1', '::1', 'localhost']);
const PAGES = join(dirname(fileURLToPath(import.meta.url)), '..', 'web', 'dist');

export interface ServerOptions {
  readonly services: Services;
  /** A loopback address; others are refused, as there is no sign-in yet. */
  readonly host?: string;
  /** 0: any free port. */
  readonly port?: number;
  /** Folder of the built pages. */
  readonly pages?: string;
}

export interface RunningServer {
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Serves the pages and the API of one plant on the loopback address.
 *
 * @throws Fault where the address is not a loopback one, the port is taken, or the pages have not been built.
 */
export async function startServer({
  services,
  host = '127.0.0.1',
  port = DEFAULT_PORT,
  pages = PAGES,
}: ServerOptions): Promise<RunningServer> {
  if (!LOOPBACK.has(host)) {
    throw new Fault({
      code: 'server.not-loopback',
      place: host,
      zh: '网页尚无登录功能，只能在回环地址上提供；如需远程查看，请用带登录的反向代理或 SSH 隧道',
      en: 'the pages have no sign-in yet and are served on a loopback address only; to look from elsewhere use a proxy with sign-in or an SSH tunnel',
    });
  }
  if (!existsSync(join(pages, 'index.html'))) {
    throw new Fault({
      code: 'server.no-pages',
      place: pages,
      zh: '网页尚未生成，请运行 npm run build',
      en: 'the pages are not built: run npm run build',
    });
  }
  const app = fastify({ logger: false, forceCloseConnections: true, bodyLimit: 64 * 1024 });
  guard(app);
  addEtags(app);
  mount(app, apiRoutes(services));
  await app.register(fastifyStatic, { root: pages, index: 'index.html', maxAge: '1h', immutable: false });
  try {
    return { url: await app.listen({ host, port }), close: () => app.close() };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    throw new Fault({
      code: 'server.port',
      place: `${host}:${port}`,
      zh: '端口已被占用；请用 --port 换一个，或停止占用它的程序',
      en: 'the port is taken; name another with --port, or stop the program that has it',
    });
  }
}

const HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
};

/** Headers on every answer, reading only, and no answer to a name that is not this machine's: a foreign page must not reach in by DNS. */
function guard(app: FastifyInstance): void {
  app.addHook('onRequest', async (request, reply) => {
    reply.headers(HEADERS);
    const name = request.headers.host?.replace(/:\d+$/, '').replace(/^\[|\]$/g, '');
    if (name === undefined || !LOOPBACK.has(name)) return reply.code(421).send({ error: 'wrong host' });
    if (request.method !== 'GET' && request.method !== 'HEAD') return reply.code(405).send({ error: 'read only' });
    return undefined;
  });
}
