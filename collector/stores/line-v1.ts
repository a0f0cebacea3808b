import { FieldType, InfluxDB, type IPoint } from 'influx';
import { REASON_CODE } from '../sample/reason.ts';
import { ORIGIN_CODE, QUALITY_CODE, type Sample } from '../sample/sample.ts';
import type { Sender } from './halve.ts';

export const MEASUREMENT = 'sample';

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

/**
 * Writes samples as line protocol to `/write` of version 1, through the `influx` client.
 *
 * @param tags more of them; they take precedence.
 * @param database '' where the server knows of none: it then keeps no types of fields either.
 */
export function influx1Sender(
  client: InfluxDB,
  plant: string,
  database: string,
  tags: (sample: Sample) => Readonly<Record<string, string>> = () => ({}),
): Sender {
  const fields = { v: FieldType.FLOAT, q: FieldType.INTEGER, r: FieldType.INTEGER, o: FieldType.INTEGER };
  if (database !== '') client.addSchema({ database, measurement: MEASUREMENT, tags: ['plant', 'channel', 'turn'], fields });
  const pointOf = (sample: Sample): IPoint => {
    const { channel, timeMs, value, quality, reason, origin } = sample;
    const codes = { q: QUALITY_CODE[quality], r: REASON_CODE[reason], o: ORIGIN_CODE[origin] };
    return {
      measurement: MEASUREMENT,
      tags: { plant, channel, ...tags(sample) },
      fields: value === null ? codes : { v: value, ...codes },
      timestamp: timeMs,
    };
  };
  return {
    send: (batch) => client.writePoints(batch.map(pointOf), { precision: 'ms', database }),
    statusOf(error) {
      const status = (error as { res?: { statusCode?: unknown } }).res?.statusCode;
      return typeof status === 'number' ? status : null;
    },
  };
}
