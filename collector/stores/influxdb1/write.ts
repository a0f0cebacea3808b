import { FieldType, type InfluxDB, type IPoint } from 'influx';
import { REASON_CODE } from '../../sample/reason.ts';
import { ORIGIN_CODE, QUALITY_CODE, type Sample } from '../../sample/sample.ts';
import type { Sender } from '../halve.ts';

export const MEASUREMENT = 'sample';

/**
 * Writes samples as line protocol to `/write` of version 1, through the `influx` client.
 *
 * @param database '' where the server knows of none: it then keeps no types of fields either.
 */
export function influx1Sender(
  client: InfluxDB,
  plant: string,
  database: string,
  tags: (sample: Sample) => Readonly<Record<string, string>> = () => ({}),
): Sender {
  const fields = { v: FieldType.FLOAT, q: FieldType.INTEGER, r: FieldType.INTEGER, o: FieldType.INTEGER };
  if (database !== '') client.addSchema({ database, measurement: MEASUREMENT, tags: ['plant', 'channel'], fields });
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
