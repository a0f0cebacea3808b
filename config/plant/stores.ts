import { z } from 'zod';
import { secret } from './values.ts';

/** Where samples are kept. */

export const storeSchema = z.discriminatedUnion('engine', [
  z.strictObject({ engine: z.literal('duckdb'), threads: z.int().positive().default(1), memory: z.string().default('512MB') }),
  z.strictObject({
    engine: z.literal('influxdb1'),
    url: z.string(),
    database: z.string(),
    username: secret.optional(),
    password: secret.optional(),
  }),
  z.strictObject({
    engine: z.literal('influxdb2'),
    url: z.url({ protocol: /^https?$/ }),
    queryUrl: z
      .url({ protocol: /^https?$/ })
      .optional()
      .describe('address of its 1.x-compatible /query, where that is another'),
    org: z.string(),
    bucket: z.string(),
    token: secret,
  }),
  z.strictObject({
    engine: z.literal('victoriametrics'),
    url: z.url({ protocol: /^https?$/ }).describe('single node, or a cluster’s vminsert, e.g. http://host:8480/insert/0/influx'),
    queryUrl: z
      .url({ protocol: /^https?$/ })
      .optional()
      .describe('a cluster’s vmselect, e.g. http://host:8481/select/0/prometheus'),
    lineProtocol: z
      .union([z.literal(1), z.literal(2)])
      .default(2)
      .describe('1: /write; 2: /api/v2/write'),
    username: secret.optional(),
    password: secret.optional(),
  }),
]);
