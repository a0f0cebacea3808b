import { z } from 'zod';
import { duration, id, secret } from './values.ts';

/** Where samples are kept. */

const duckdb = z.strictObject({
  engine: z.literal('duckdb'),
  threads: z.int().positive().default(1),
  memory: z.string().default('512MB'),
});
/** Every server's. */
const backlogPerSecond = z
  .int()
  .positive()
  .optional()
  .describe('samples a second at which a backlog is stored while live data go first; default 50000');
const servers = [
  z.strictObject({
    engine: z.literal('influxdb1'),
    url: z.string(),
    database: z.string(),
    username: secret.optional(),
    password: secret.optional(),
    backlogPerSecond,
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
    backlogPerSecond,
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
    backlogPerSecond: backlogPerSecond.describe(
      'where ingest processes write to it: samples a second at which a backlog is stored while live data go first',
    ),
  }),
] as const;
/** How a broker is reached. */
const broker = {
  url: z.string().describe('mqtt:// or mqtts://'),
  clientId: z.string().optional(),
  username: secret.optional(),
  password: secret.optional(),
  ca: z.string().optional(),
  cert: z.string().optional(),
  key: z.string().optional(),
};
const mqtt = z.strictObject({
  engine: z.literal('mqtt').describe('sends everything to central ingest processes; it cannot be read back'),
  ...broker,
  topic: z
    .string()
    .regex(/^[^+#]+$/)
    .default('liangheng/{plant}/samples')
    .describe('{plant} is the plant’s id'),
});

export const storeSchema = z.discriminatedUnion('engine', [duckdb, ...servers, mqtt]);

/** How much of the journal is kept, once every store holds it; without this, all of it. */
export const journalSchema = z.strictObject({
  keep: duration.optional().describe('sealed files older than this are dropped, e.g. 1100d'),
  maxSize: z
    .string()
    .regex(/^\d+(\.\d+)?(MB|GB|TB)$/)
    .optional()
    .describe('the oldest sealed files are dropped while all together are larger, e.g. 50GB'),
});

/** A central ingest process: which broker it shares with others, and where what arrives is kept. */
export const ingestSchema = z.strictObject({
  name: id.describe('of this process; no other that shares the subscription has it'),
  data: z.string().describe('folder of its journal, from this file'),
  broker: z.strictObject(broker),
  share: id.default('liangheng').describe('name of the shared subscription: the same for all that divide the plants among them'),
  topic: z.string().default('liangheng/+/samples'),
  stores: z.array(z.discriminatedUnion('engine', [...servers])).min(1),
  journal: journalSchema.optional(),
});
export type IngestFile = z.output<typeof ingestSchema>;
