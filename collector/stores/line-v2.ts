import { HttpError, InfluxDB, Point } from '@influxdata/influxdb-client';
import { REASON_CODE } from '../sample/reason.ts';
import { ORIGIN_CODE, QUALITY_CODE, type Sample } from '../sample/sample.ts';
import type { Sender } from './halve.ts';
import { MEASUREMENT } from './line-v1.ts';

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
  tags: (sample: Sample) => Readonly<Record<string, string>> = () => ({}),
): Sender {
  const client = new InfluxDB({
    url,
    ...(token === undefined ? {} : { token }),
    timeout: timeoutMs,
    ...(headers ? { headers: { ...headers } } : {}),
  });
  const pointOf = (sample: Sample): Point => {
    const { channel, timeMs, value, quality, reason, origin } = sample;
    const point = new Point(MEASUREMENT);
    for (const [name, tag] of Object.entries({ plant, channel, ...tags(sample) })) point.tag(name, tag);
    if (value !== null) point.floatField('v', value);
    point.intField('q', QUALITY_CODE[quality]).intField('r', REASON_CODE[reason]).intField('o', ORIGIN_CODE[origin]);
    return point.timestamp(timeMs);
  };
  return {
    async send(batch) {
      const writing = client.getWriteApi(org, bucket, 'ms', {
        maxRetries: 0,
        // With 0 the client gives up before it has sent anything.
        maxRetryTime: 60_000,
        batchSize: batch.length + 1,
        maxBatchBytes: Number.MAX_SAFE_INTEGER,
        flushInterval: 0,
        writeFailed: (error) => Promise.reject(error),
      });
      writing.writePoints(batch.map(pointOf));
      await writing.flush();
    },
    statusOf: (error) => (error instanceof HttpError ? error.statusCode : null),
  };
}
