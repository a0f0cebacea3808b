import protobuf from 'protobufjs/light.js';
import type { Metric } from '../server/metrics.ts';
import type { Beginnings } from './beginnings.ts';

/** An attribute of a resource or of a point. */
interface Attribute {
  readonly key: string;
  readonly value: { readonly stringValue: string };
}

/** One value of one series. 64-bit times are decimal text, nanoseconds since 1970. */
interface Point {
  readonly attributes: readonly Attribute[];
  readonly startTimeUnixNano?: string;
  readonly timeUnixNano: string;
  readonly asDouble: number;
}

interface OtlpMetric {
  readonly name: string;
  readonly description: string;
  readonly unit?: string;
  readonly gauge?: { readonly dataPoints: readonly Point[] };
  readonly sum?: { readonly dataPoints: readonly Point[]; readonly aggregationTemporality: number; readonly isMonotonic: true };
}

/** An ExportMetricsServiceRequest, as the JSON of protobuf writes it. */
export interface ExportRequest {
  readonly resourceMetrics: readonly {
    readonly resource: { readonly attributes: readonly Attribute[] };
    readonly scopeMetrics: readonly { readonly scope: { readonly name: string }; readonly metrics: readonly OtlpMetric[] }[];
  }[];
}

const CUMULATIVE = 2;
/** Units by the ends of names, which Prometheus asks for. @source UCUM; Prometheus naming practices */
const UNITS: readonly (readonly [RegExp, string])[] = [
  [/_seconds$/, 's'],
  [/_bytes$/, 'By'],
  [/_ratio$/, '1'],
];

/**
 * The figures of one moment as a request: what Prometheus calls a counter is a monotonic sum since its beginning, the rest are gauges.
 * As in the text of /metrics, a sample without a value is left out, and a metric without samples with it.
 *
 * @source OTLP 1.x, opentelemetry/proto/metrics/v1/metrics.proto
 */
export function exportRequest(
  metrics: readonly Metric[],
  { timeMs, resource, beginnings }: { timeMs: number; resource: Readonly<Record<string, string>>; beginnings: Beginnings },
): ExportRequest {
  const told = metrics.flatMap((metric) => {
    const points = pointsOf(metric, timeMs, beginnings);
    return points.length === 0 ? [] : [otlpMetric(metric, points)];
  });
  return {
    resourceMetrics: [
      { resource: { attributes: attributesOf(resource) }, scopeMetrics: [{ scope: { name: 'liangheng' }, metrics: told }] },
    ],
  };
}

function otlpMetric({ name, help, type }: Metric, dataPoints: readonly Point[]): OtlpMetric {
  const unit = UNITS.find(([end]) => end.test(name))?.[1];
  return {
    name,
    description: help,
    ...(unit === undefined ? {} : { unit }),
    ...(type === 'counter' ? { sum: { dataPoints, aggregationTemporality: CUMULATIVE, isMonotonic: true } } : { gauge: { dataPoints } }),
  };
}

function pointsOf({ name, type, samples }: Metric, timeMs: number, beginnings: Beginnings): Point[] {
  return samples.flatMap(({ labels = {}, value }) => {
    if (value === null) return [];
    const attributes = attributesOf(labels);
    const began = type === 'counter' ? beginnings.of(`${name} ${JSON.stringify(attributes)}`, value, timeMs) : null;
    return [{ attributes, ...(began === null ? {} : { startTimeUnixNano: nanos(began) }), timeUnixNano: nanos(timeMs), asDouble: value }];
  });
}

const nanos = (ms: number): string => `${Math.round(ms)}000000`;
const attributesOf = (labels: Readonly<Record<string, string>>): Attribute[] =>
  Object.entries(labels).map(([key, value]) => ({ key, value: { stringValue: value } }));

const one = (type: string, id: number) => ({ type, id });
const many = (type: string, id: number) => ({ rule: 'repeated', type, id });

/**
 * The fields that are sent and, of answers, read.
 *
 * @source opentelemetry-proto 1.x: common/v1/common.proto, resource/v1/resource.proto, metrics/v1/metrics.proto,
 * collector/metrics/v1/metrics_service.proto (numbers and types of fields)
 */
const messages = protobuf.Root.fromJSON({
  nested: {
    AnyValue: { oneofs: { value: { oneof: ['stringValue'] } }, fields: { stringValue: one('string', 1) } },
    KeyValue: { fields: { key: one('string', 1), value: one('AnyValue', 2) } },
    Resource: { fields: { attributes: many('KeyValue', 1) } },
    Scope: { fields: { name: one('string', 1) } },
    NumberDataPoint: {
      oneofs: { value: { oneof: ['asDouble'] } },
      fields: {
        attributes: many('KeyValue', 7),
        startTimeUnixNano: one('fixed64', 2),
        timeUnixNano: one('fixed64', 3),
        asDouble: one('double', 4),
      },
    },
    Gauge: { fields: { dataPoints: many('NumberDataPoint', 1) } },
    Sum: { fields: { dataPoints: many('NumberDataPoint', 1), aggregationTemporality: one('uint32', 2), isMonotonic: one('bool', 3) } },
    Metric: {
      oneofs: { data: { oneof: ['gauge', 'sum'] } },
      fields: {
        name: one('string', 1),
        description: one('string', 2),
        unit: one('string', 3),
        gauge: one('Gauge', 5),
        sum: one('Sum', 7),
      },
    },
    ScopeMetrics: { fields: { scope: one('Scope', 1), metrics: many('Metric', 2) } },
    ResourceMetrics: { fields: { resource: one('Resource', 1), scopeMetrics: many('ScopeMetrics', 2) } },
    Request: { fields: { resourceMetrics: many('ResourceMetrics', 1) } },
    PartialSuccess: { fields: { rejectedDataPoints: one('int64', 1), errorMessage: one('string', 2) } },
    Response: { fields: { partialSuccess: one('PartialSuccess', 1) } },
  },
});
const Request = messages.lookupType('Request');
const Response = messages.lookupType('Response');

/** The bytes of a request in one of the two encodings of OTLP/HTTP. */
export function encodeRequest(request: ExportRequest, json: boolean): Uint8Array {
  if (json) return Buffer.from(JSON.stringify(request));
  return Request.encode(Request.fromObject(request as unknown as Record<string, unknown>)).finish();
}

/** What a receiver that took a request says it did not keep; null where it kept everything, or says nothing that can be read. */
export function rejectedOf(bytes: Uint8Array, json: boolean): { readonly points: number; readonly why: string } | null {
  try {
    const said: unknown = json
      ? (JSON.parse(Buffer.from(bytes).toString('utf8')) as unknown)
      : Response.toObject(Response.decode(bytes), { longs: String });
    const { partialSuccess } = said as { partialSuccess?: { rejectedDataPoints?: string | number; errorMessage?: string } };
    const points = Number(partialSuccess?.rejectedDataPoints ?? 0);
    return points > 0 ? { points, why: partialSuccess?.errorMessage ?? '' } : null;
  } catch {
    return null;
  }
}
