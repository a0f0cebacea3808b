import { z } from 'zod';
import { duration, secret } from './values.ts';

/** Where the program's own figures are pushed, beside /metrics, where they are fetched. */
export const telemetrySchema = z.strictObject({
  endpoint: z
    .url({ protocol: /^https?$/ })
    .refine((url) => !/^https?:\/\/[^/?#]*@/.test(url), 'no name or password in an address: put them into headers, by reference')
    .describe('OTLP/HTTP receiver, e.g. http://127.0.0.1:4318; /v1/metrics is added to it'),
  every: duration.optional().describe('default: OTEL_METRIC_EXPORT_INTERVAL, or 60s'),
  protocol: z.enum(['http/protobuf', 'http/json']).optional().describe('default: OTEL_EXPORTER_OTLP_PROTOCOL, or http/protobuf'),
  headers: z
    .record(z.string().regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/), secret)
    .optional()
    .describe('of each request, e.g. authorization: { env: OTLP_TOKEN }'),
});

export type Telemetry = z.output<typeof telemetrySchema>;
