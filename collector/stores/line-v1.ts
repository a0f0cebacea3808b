import http from 'node:http';
import https from 'node:https';
import { InfluxDB } from 'influx';
import type { Sender } from './halve.ts';
import { bodyWriter, type TagsOf } from './lines.ts';

/** Without a user's name the client sends one of its own, unless the name is no text. */
const NO_LOGIN: object = { username: null };

/** The client would answer by itself for a while after a failure; who calls it waits long enough. */
const NO_BACKOFF = { getDelay: () => 0, next: () => NO_BACKOFF, reset: () => NO_BACKOFF };

/** The `influx` client without its retries: the journal is the buffer. `headers` go with every request. */
export function influxClient(
  address: string,
  database: string,
  login: { readonly username?: string; readonly password?: string; readonly headers?: Readonly<Record<string, string>> },
  timeoutMs: number,
): InfluxDB {
  const url = new URL(address);
  const protocol = url.protocol === 'https:' ? 'https' : 'http';
  return new InfluxDB({
    host: url.hostname,
    port: Number(url.port === '' ? (protocol === 'https' ? 443 : 8086) : url.port),
    protocol,
    path: url.pathname.replace(/\/$/, ''),
    database,
    username: login.username ?? '',
    password: login.password ?? '',
    ...(login.headers ? { options: { headers: { ...login.headers } }, ...NO_LOGIN } : {}),
    pool: { maxRetries: 0, requestTimeout: timeoutMs, backoff: NO_BACKOFF },
  });
}

/** A server's refusal of a write. */
class Refusal extends Error {
  readonly status: number;

  constructor(status: number, text: string) {
    super(text === '' ? `the server answered ${status}` : text);
    this.status = status;
  }
}

export interface Influx1Address {
  readonly url: string;
  /** '' where the server knows of none. */
  readonly database: string;
  readonly login?: { readonly username: string; readonly password: string } | null;
  readonly timeoutMs: number;
}

/**
 * Writes samples as line protocol to `/write` of version 1, over a connection that is kept. Not through the `influx` client: its points
 * take twice the time that the server takes to store them.
 *
 * @param tags more of them; they take precedence.
 */
export function influx1Sender({ url, database, login, timeoutMs }: Influx1Address, plant: string, tags: TagsOf | null = null): Sender {
  const bodyOf = bodyWriter(plant, tags);
  const at = new URL(url);
  const [module, agent] =
    at.protocol === 'https:' ? [https, new https.Agent({ keepAlive: true })] : [http, new http.Agent({ keepAlive: true })];
  const query = `precision=ms${database === '' ? '' : `&db=${encodeURIComponent(database)}`}`;
  const path = `${at.pathname.replace(/\/$/, '')}/write?${query}`;
  const headers = login?.username
    ? { Authorization: `Basic ${Buffer.from(`${login.username}:${login.password}`).toString('base64')}` }
    : {};
  const post = (body: Buffer): Promise<void> =>
    new Promise((resolve, reject) => {
      const options = { agent, method: 'POST', path, host: at.hostname, port: at.port, timeout: timeoutMs };
      const request = module.request({ ...options, headers: { ...headers, 'Content-Length': body.length } }, (answer) => {
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
      const body = bodyOf(batch);
      await before;
      await post(body);
    },
    post: (lines) => post(Buffer.from(lines.join('\n'))),
    statusOf: (error) => (error instanceof Refusal ? error.status : null),
  };
}
