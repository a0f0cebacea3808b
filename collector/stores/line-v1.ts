import { InfluxDB } from 'influx';
import type { Sender } from './halve.ts';
import { type LineAddress, lineSender } from './line-post.ts';
import type { TagsOf } from './lines.ts';

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

export interface Influx1Address extends Omit<LineAddress, 'path'> {
  /** '' where the server knows of none. */
  readonly database: string;
}

/**
 * Writes samples as line protocol to `/write` of version 1, over a connection that is kept. Not through the `influx` client: its points
 * take twice the time that the server takes to store them.
 *
 * @param tags more of them; they take precedence.
 */
export function influx1Sender({ database, ...address }: Influx1Address, plant: string, tags: TagsOf | null = null): Sender {
  const path = `/write?precision=ms${database === '' ? '' : `&db=${encodeURIComponent(database)}`}`;
  return lineSender({ ...address, path }, plant, tags);
}
