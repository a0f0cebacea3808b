import http from 'node:http';
import https from 'node:https';
import { isIPv4 } from 'node:net';
import { promisify } from 'node:util';
import { constants, gzip } from 'node:zlib';
import type { Sender } from './halve.ts';
import { bodyWriter, type TagsOf } from './lines.ts';

/** A server's refusal of a write. */
class Refusal extends Error {
  readonly status: number;

  constructor(status: number, text: string) {
    super(text === '' ? `the server answered ${status}` : text);
    this.status = status;
  }
}

export interface LineAddress {
  readonly url: string;
  /** Behind the address's own path, with its query. */
  readonly path: string;
  readonly login?: { readonly username: string; readonly password: string } | null;
  readonly timeoutMs: number;
  /** Bodies are sent as gzip. */
  readonly compressed?: boolean;
}

const compress = promisify(gzip);

/** Name and password as one header; none without a name. */
export function basicLogin(login: LineAddress['login']): Record<string, string> {
  if (!login?.username) return {};
  return { Authorization: `Basic ${Buffer.from(`${login.username}:${login.password}`).toString('base64')}` };
}

/** Whether an address is this machine's own: what goes there need not be made smaller. */
export function isHere(url: string): boolean {
  const { hostname } = new URL(url);
  return hostname === 'localhost' || hostname === '[::1]' || (isIPv4(hostname) && hostname.startsWith('127.'));
}

/** Posts samples as line protocol over a connection that is kept, as it stands. @param tags more of them; they take precedence. */
export function lineSender(
  { url, path, login, timeoutMs, compressed = false }: LineAddress,
  plant: string,
  tags: TagsOf | null = null,
): Sender {
  const bodyOf = bodyWriter(plant, tags);
  const at = new URL(url);
  const [module, agent] =
    at.protocol === 'https:' ? [https, new https.Agent({ keepAlive: true })] : [http, new http.Agent({ keepAlive: true })];
  const address = { agent, method: 'POST', path: at.pathname.replace(/\/$/, '') + path, host: at.hostname, port: at.port };
  const headers = { ...basicLogin(login), ...(compressed ? { 'Content-Encoding': 'gzip' } : {}) };
  const packed = async (lines: Buffer): Promise<Buffer> => (compressed ? compress(lines, { level: constants.Z_BEST_SPEED }) : lines);
  const post = (body: Buffer): Promise<void> =>
    new Promise((resolve, reject) => {
      const options = { ...address, timeout: timeoutMs, headers: { ...headers, 'Content-Length': body.length } };
      const request = module.request(options, (answer) => {
        const parts: Buffer[] = [];
        answer.on('data', (part: Buffer) => parts.push(part));
        answer.on('error', reject);
        answer.on('end', () => {
          const { statusCode = 0 } = answer;
          if (statusCode >= 200 && statusCode < 300) resolve();
          else reject(new Refusal(statusCode, Buffer.concat(parts).toString('utf8').slice(0, 2000)));
        });
      });
      request.on('timeout', () => request.destroy(new Error(`the server did not answer within ${timeoutMs} ms`)));
      request.on('error', reject);
      request.end(body);
    });
  return {
    async send(batch, before) {
      const body = await packed(bodyOf(batch));
      await before;
      await post(body);
    },
    post: async (lines) => post(await packed(Buffer.from(lines.join('\n')))),
    statusOf: (error) => (error instanceof Refusal ? error.status : null),
  };
}
