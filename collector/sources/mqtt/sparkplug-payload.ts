import protobuf from 'protobufjs/light.js';
import { Unreadable } from './payload.ts';

/** One metric of a Sparkplug B payload as it was sent; what was not sent is absent. 64-bit numbers are decimal text. */
export interface SparkplugMetric {
  readonly name?: string;
  readonly alias?: string;
  readonly timestamp?: string;
  readonly datatype?: number;
  readonly isHistorical?: boolean;
  readonly isNull?: boolean;
  readonly properties?: { readonly keys?: readonly string[]; readonly values?: readonly { readonly intValue?: number }[] };
  readonly intValue?: number;
  readonly longValue?: string;
  readonly floatValue?: number;
  readonly doubleValue?: number;
  readonly booleanValue?: boolean;
  readonly stringValue?: string;
}

export interface SparkplugPayload {
  readonly timestamp?: string;
  readonly seq?: string;
  readonly metrics?: readonly SparkplugMetric[];
}

/** Of these messages a field that was sent as 0 differs from one that was not sent. */
const PROTO2 = { edition: 'proto2' };
const optional = (type: string, id: number) => ({ type, id });
const repeated = (type: string, id: number) => ({ rule: 'repeated', type, id });

/**
 * The fields of a payload that readings need; the others are skipped.
 *
 * @source Sparkplug 3.0.0, 6.4 Sparkplug B payload (numbers of fields and of data types)
 */
const Message = protobuf.Root.fromJSON({
  nested: {
    PropertyValue: { ...PROTO2, fields: { intValue: optional('uint32', 3) } },
    PropertySet: { ...PROTO2, fields: { keys: repeated('string', 1), values: repeated('PropertyValue', 2) } },
    Metric: {
      ...PROTO2,
      fields: {
        name: optional('string', 1),
        alias: optional('uint64', 2),
        timestamp: optional('uint64', 3),
        datatype: optional('uint32', 4),
        isHistorical: optional('bool', 5),
        isNull: optional('bool', 7),
        properties: optional('PropertySet', 9),
        intValue: optional('uint32', 10),
        longValue: optional('uint64', 11),
        floatValue: optional('float', 12),
        doubleValue: optional('double', 13),
        booleanValue: optional('bool', 14),
        stringValue: optional('string', 15),
      },
    },
    Payload: { ...PROTO2, fields: { timestamp: optional('uint64', 1), metrics: repeated('Metric', 2), seq: optional('uint64', 3) } },
  },
}).lookupType('Payload');

/** @throws Unreadable where the bytes are no such payload. */
export function decodeSparkplug(bytes: Uint8Array): SparkplugPayload {
  try {
    return Message.toObject(Message.decode(bytes), { longs: String }) as SparkplugPayload;
  } catch (error) {
    throw new Unreadable(`no Sparkplug B payload: ${(error as Error).message}`);
  }
}

/** Bits of the signed types by their number; what is sent is their two's complement as an unsigned number. */
const SIGNED: Readonly<Record<number, number>> = { 1: 8, 2: 16, 3: 32, 4: 64 };
const UNSIGNED = new Set([5, 6, 7, 8, 13]);
const [FLOAT, DOUBLE, BOOLEAN] = [9, 10, 11];

/**
 * The number that a metric holds.
 *
 * @param datatype as sent, or as its birth certificate states it; undefined where neither does.
 * @throws Unreadable where it holds none, or a whole number whose sign nobody knows.
 */
export function sparkplugValue(metric: SparkplugMetric, datatype: number | undefined): number {
  const { intValue, longValue, floatValue, doubleValue, booleanValue } = metric;
  if (booleanValue !== undefined && (datatype === undefined || datatype === BOOLEAN)) return booleanValue ? 1 : 0;
  if (floatValue !== undefined && (datatype === undefined || datatype === FLOAT)) return floatValue;
  if (doubleValue !== undefined && (datatype === undefined || datatype === DOUBLE)) return doubleValue;
  const sent = intValue ?? longValue;
  if (sent === undefined) throw new Unreadable(`the metric holds no number${datatype === undefined ? '' : ` of type ${datatype}`}`);
  if (datatype === undefined) throw new Unreadable('a whole number of unknown type: no birth certificate of it was seen');
  const bits = SIGNED[datatype];
  if (bits !== undefined) return Number(BigInt.asIntN(bits, BigInt(sent)));
  if (UNSIGNED.has(datatype)) return Number(sent);
  throw new Unreadable(`a whole number where type ${datatype} was announced`);
}

/** The state that hosts and gateways put beside a value: 192 good, 0 bad, 500 stale; null where they put none. */
export function sparkplugQuality(metric: SparkplugMetric): number | null {
  const at = metric.properties?.keys?.indexOf('Quality') ?? -1;
  return at < 0 ? null : (metric.properties?.values?.[at]?.intValue ?? null);
}
