import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fastifyStatic from '@fastify/static';
import fastify, { type FastifyInstance, type FastifyReply } from 'fastify';
import { Fault } from '../../config/words/fault.ts';
import { apiRoutes } from './api.ts';
import { cookieName } from './caller.ts';
import { addEtags } from './etag.ts';
import { sendFirstPage } from './first-page.ts';
import { Fleet } from './fleet.ts';
import { Gate } from './gate.ts';
import { guard, isLoopback } from './guard.ts';
import { mount } from './mount.ts';
import type { Services } from './services.ts';
import type { PasswordCost } from './users/password.ts';
import { Reads } from './users/reads.ts';
import { openUsers, type Users } from './users/users.ts';

/** Port of the pages unless another is named. */
export const DEFAULT_PORT = 8212;
const PAGES = join(dirname(fileURLToPath(import.meta.url)), '..', 'web', 'dist');

export interface ServerOptions {
  readonly services: Services;
  /** Further plants that the same server shows, each to those that it is granted to. */
  readonly others?: readonly Services[];
  /** A loopback address; any other asks for TLS and an administrator. */
  readonly host?: string;
  /** 0: any free port. */
  readonly port?: number;
  /** Certificate (with its chain) and key, PEM. */
  readonly tls?: { readonly cert: string; readonly key: string };
  /** Folder of the built pages. */
  readonly pages?: string;
  /** Folder of the users' file and the trail; by default `.users` beside the data folders of the plants. */
  readonly usersDir?: string;
  /** What trying a password costs here, for tests that are about something else; passwords that are kept already keep their own. */
  readonly passwordCost?: PasswordCost;
}

export interface RunningServer {
  readonly url: string;
  /** Address that makes the first administrator, once; null where there is one already. */
  setUpLink(): Promise<string | null>;
  /** Address that lets a visitor in, once. @throws Error for a plant that is not simulated. */
  visitLink(): string;
  /** Calls back when such a link has been used up. */
  onVisit(listener: () => void): void;
  close(): Promise<void>;
}

/**
 * Serves the pages and the API of one plant, or of several.
 *
 * @throws Fault where the address is not a loopback one and TLS or an administrator is missing, the port is taken, the certificate is
 * none, the users' file is damaged, or the pages have not been built.
 */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { services, host = '127.0.0.1', port = DEFAULT_PORT, pages = PAGES, tls } = options;
  const { plant } = services;
  const users = await openUsers(options.usersDir ?? join(dirname(plant.dataDir), '.users'), plant.id, options.passwordCost);
  await mayListen(host, tls !== undefined, users);
  if (!existsSync(join(pages, 'index.html'))) {
    throw new Fault({
      code: 'server.no-pages',
      place: pages,
      zh: '网页尚未生成，请运行 npm run build',
      en: 'the pages are not built: run npm run build',
    });
  }
  const app = withTls(tls, () => {
    const made = fastify({ logger: false, forceCloseConnections: true, bodyLimit: 64 * 1024, ...(tls ? { https: tls } : {}) });
    guard(made as FastifyInstance, host, tls?.cert ?? null);
    return made as FastifyInstance;
  });
  const cookie = cookieName(plant.id, tls !== undefined);
  addEtags(app);
  const fleet = new Fleet([services, ...(options.others ?? [])]);
  mount(app, apiRoutes(fleet, users, cookie, tls !== undefined), new Gate(users, fleet, cookie), users.trail, new Reads());
  const preCompressed = existsSync(join(pages, 'index.html.gz'));
  await app.register(fastifyStatic, { root: pages, index: false, preCompressed, setHeaders: cacheFor, cacheControl: false });
  const html = readFileSync(join(pages, 'index.html'), 'utf8');
  app.get('/', (request, reply) => sendFirstPage(app, html, request, reply));
  const url = await listen(app, host, port);
  return {
    url,
    async setUpLink() {
      return (await users.hasAdministrator()) ? null : `${url}/#link=${users.newLink('set-up')}`;
    },
    visitLink() {
      if ([services, ...(options.others ?? [])].some((one) => !one.plant.simulated))
        throw new Error('a plant that is not simulated has no visitors');
      return `${url}/#link=${users.newLink('visit')}`;
    },
    onVisit(listener) {
      users.onVisit = listener;
    },
    close: () => app.close(),
  };
}

/** Built files are named after their content; the page that names them is asked for each time. */
function cacheFor(reply: FastifyReply, path: string): void {
  reply.header('cache-control', path.includes('assets') ? 'public, max-age=31536000, immutable' : 'no-cache');
}

async function mayListen(host: string, secure: boolean, users: Users): Promise<void> {
  if (isLoopback(host)) return;
  if (!secure) {
    throw new Fault({
      code: 'server.not-loopback',
      place: host,
      zh: '在回环地址以外提供网页必须使用 TLS：请给出 --tls-cert 和 --tls-key',
      en: 'beyond the loopback address the pages are served over TLS only: give --tls-cert and --tls-key',
    });
  }
  if (!(await users.hasAdministrator())) {
    throw new Fault({
      code: 'server.no-administrator',
      place: host,
      zh: '尚未设置管理员：请先不带 --host 启动，在本机打开一次性链接设置管理员',
      en: 'there is no administrator yet: start without --host first and open the one-time link on this machine',
    });
  }
}

function withTls(tls: ServerOptions['tls'], make: () => FastifyInstance): FastifyInstance {
  try {
    return make();
  } catch (cause) {
    if (tls === undefined) throw cause;
    throw new Fault({
      code: 'server.tls',
      place: '--tls-cert, --tls-key',
      zh: '证书或私钥不可用，或两者不匹配；需要 PEM 格式',
      en: 'the certificate or the key cannot be used, or they do not belong together; PEM is needed',
      cause,
    });
  }
}

async function listen(app: FastifyInstance, host: string, port: number): Promise<string> {
  try {
    return await app.listen({ host, port });
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
