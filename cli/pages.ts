import { readFile } from 'node:fs/promises';
import { type Command, InvalidArgumentError } from 'commander';
import { Fault } from '../config/words/fault.ts';
import { DEFAULT_PORT, type RunningServer, type ServerOptions } from '../dashboards/server/server.ts';
import { say } from './output.ts';

/** Where pages are served, as the command line names it. */
export interface PagesOptions {
  readonly port: number;
  readonly host?: string;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly public?: boolean;
}

/** The options of every command that serves pages. */
export function withPagesOptions(command: Command): Command {
  return command
    .option('--port <port>', '网页端口，0 为任意空闲端口 / port of the pages, 0 for any free one', port, DEFAULT_PORT)
    .option(
      '--host <address>',
      '监听地址，回环地址以外须有 TLS 和管理员 / address to listen on; beyond loopback with TLS and an administrator',
    )
    .option('--tls-cert <file>', '证书链，PEM / certificate chain, PEM')
    .option('--tls-key <file>', '私钥，PEM / private key, PEM')
    .option('--public', '任何人可看 /public：只有应公开的字段 / anyone may see /public: the fields to be disclosed and nothing else');
}

/** What the server needs of them. @throws Fault where a file cannot be read or one of the two is missing. */
export async function serverOptionsOf(options: PagesOptions): Promise<Omit<ServerOptions, 'services'>> {
  const { port, host, tlsCert, tlsKey } = options;
  const at = { port, ...(host === undefined ? {} : { host }) };
  if (tlsCert === undefined && tlsKey === undefined) return at;
  if (tlsCert === undefined || tlsKey === undefined) {
    throw new Fault({
      code: 'server.tls',
      place: '--tls-cert, --tls-key',
      zh: '证书和私钥要一起给出',
      en: 'the certificate and the key are given together',
    });
  }
  return { ...at, tls: { cert: await readPem(tlsCert), key: await readPem(tlsKey) } };
}

/** Tells where the pages are, with the link that makes the first administrator while there is none. */
export async function sayWhere(server: Pick<RunningServer, 'url' | 'setUpLink'>): Promise<void> {
  const link = await server.setUpLink();
  say(`网页：${server.url}（按 Ctrl-C 结束）`, `Pages: ${server.url} (Ctrl-C ends it)`);
  if (link === null) return;
  say(`尚无管理员；请用这个一次性链接设置：${link}`, `There is no administrator yet; this one-time link makes one: ${link}`);
}

function port(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0 || value > 65_535) throw new InvalidArgumentError('0–65535');
  return value;
}

async function readPem(path: string): Promise<string> {
  return readFile(path, 'utf8').catch((cause: unknown) => {
    throw new Fault({ code: 'server.tls', place: path, zh: '读不到这个文件', en: 'this file cannot be read', cause });
  });
}
