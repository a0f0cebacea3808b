import { HttpError, InfluxDB } from '@influxdata/influxdb-client';
import type { Sender } from './halve.ts';
import { bodyWriter, type TagsOf } from './lines.ts';

export interface Influx2Address {
  readonly url: string;
  readonly org: string;
  readonly bucket: string;
  readonly token?: string;
  readonly timeoutMs: number;
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * Writes samples as line protocol to `/api/v2/write`, through `@influxdata/influxdb-client` with its retries and its memory buffer off:
 * the journal is the buffer. Points are those of InfluxDB 1.x, name by name and type by type.
 */
export function influx2Sender(
  { url, org, bucket, token, headers, timeoutMs }: Influx2Address,
  plant: string,
  tags: TagsOf | null = null,
): Sender {
  const client = new InfluxDB({
    url,
    ...(token === undefined ? {} : { token }),
    timeout: timeoutMs,
    ...(headers ? { headers: { ...headers } } : {}),
  });
  const bodyOf = bodyWriter(plant, tags);
  const post = async (lines: readonly string[]): Promise<void> => {
    const writing = client.getWriteApi(org, bucket, 'ms', {
      maxRetries: 0,
      // With 0 the client gives up before it has sent anything.
      maxRetryTime: 60_000,
      batchSize: lines.length + 1,
      maxBatchBytes: Number.MAX_SAFE_INTEGER,
      flushInterval: 0,
      writeFailed: (error) => Promise.reject(error),
    });
    writing.writeRecords([...lines]);
    await writing.flush();
  };
  return {
    async send(batch, before) {
      // The client takes texts; the lines of one need not be told apart.
      const body = bodyOf(batch).toString();
      await before;
      await post([body]);
    },
    post,
    statusOf: (error) => (error instanceof HttpError ? error.statusCode : null),
  };
}
