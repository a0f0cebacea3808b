import { z } from 'zod';
import { campaignSchema } from './campaign.ts';
import { priceSchema } from './prices.ts';
import { productionSchema } from './production.ts';
import { equivalentSchema, heatValueSchema, productSchema } from './products.ts';
import { steamContentSchema } from './steam.ts';
import { uncertaintySchema } from './uncertainty.ts';
import { causeSchema, waterUseSchema } from './use.ts';
import { channelId, duration, factor, id, instant, label } from './values.ts';

export { channelId, id };

/**
 * The plant file, version 1: one zod schema gives the check, the form and the documentation.
 *
 * Ids are what other parts of the file refer to. Instants are ISO 8601 with an offset, or a date, which means the plant's midnight.
 * Quantities carry their unit in a field `unit`, spelled as in config/measures.
 */

/** Outside the plant, as an end of a stream. */
export const ENV = 'ENV';

const secret = z
  .union([z.strictObject({ env: z.string() }), z.strictObject({ file: z.string() })])
  .describe('a secret by reference: {env: NAME} or {file: PATH}');

/** What one unit of a medium holds in the unit of a balance: a factor, or the mean of a concentration meter. */
const content = z.union([
  z.number(),
  factor,
  z.strictObject({ meter: channelId, source: z.string().optional() }).describe('the concentration meter (channel id) whose mean is used'),
  steamContentSchema,
]);

export const unitSchema = z.strictObject({
  id,
  name: label,
  level: z.enum(['plant', 'workshop', 'equipment']),
  parent: id.optional().describe('the unit this one belongs to; the plant has none'),
  auditFocus: z.boolean().default(false).describe('审核重点'),
  main: z.boolean().default(true).describe('a main sub-unit or main equipment (主要次级用能单位, 主要用能设备)'),
  efficiency: z.boolean().optional().describe('show its energy efficiency, direct and indirect'),
  load: z
    .array(z.strictObject({ kind: z.string(), value: z.number(), unit: z.string() }))
    .default([])
    .describe('rated consumption by kind'),
});

const modbusAddress = z.union([
  z.strictObject({ pdu: z.int().min(0).max(65535) }).describe('0-based protocol address'),
  z.strictObject({ modicon: z.int() }).describe('40001 or 400001 notation; its first digit names the table'),
]);
export const modbusReadSchema = z.strictObject({
  device: id,
  unit: z.int().min(0).max(255).describe('unit (slave) address'),
  table: z.enum(['coil', 'discrete', 'holding', 'input']).optional().describe('not needed with modicon addresses'),
  address: modbusAddress,
  type: z.enum(['bit', 'int16', 'uint16', 'int32', 'uint32', 'int64', 'uint64', 'float32', 'float64', 'bcd16', 'bcd32', 'bcd64']),
  order: z
    .enum(['AB', 'BA', 'ABCD', 'CDAB', 'BADC', 'DCBA', 'ABCDEFGH', 'GHEFCDAB', 'BADCFEHG', 'HGFEDCBA'])
    .optional()
    .describe('byte order as the bytes of the big-endian value appear on the wire; default big endian'),
  bit: z.int().min(0).max(15).optional(),
  scale: z.number().default(1),
  offset: z.number().default(0),
  every: duration.default('60s'),
});
export const mqttReadSchema = z.strictObject({
  device: id,
  topic: z.string().describe('topic, with {meter} and {channel} replaced; + and # are not allowed here'),
  format: z.enum(['json', 'plain']).default('json'),
  value: z.string().default('$.value').describe('path of the value in a JSON payload'),
  time: z.string().optional().describe('path of the time in a JSON payload (ISO 8601, s or ms since 1970); default: arrival'),
  scale: z.number().default(1),
  offset: z.number().default(0),
  every: duration.optional().describe('how often the publisher sends; absent for messages on change'),
});

export const hj212ReadSchema = z.strictObject({
  device: id,
  station: z.string().describe('MN of the station that sends it'),
  code: z.string().describe('pollutant or state code as the packet has it, e.g. w01018, a21026, SB1'),
  value: z.string().default('Avg').describe('what follows the hyphen: Rtd, Avg, Min, Max, Cou, ZsAvg, RS, RT, …'),
  period: z.enum(['real-time', 'minute', 'hour', 'day']).describe('2011 and 2021; 2051; 2061; 2031 and 2041'),
  scale: z.number().default(1),
  offset: z.number().default(0),
  every: duration.optional().describe('how often the station sends it; default: its period, real-time has none'),
});

export const dlt645ReadSchema = z.strictObject({
  device: id,
  meter: z
    .string()
    .regex(/^\d{12}$/)
    .describe('address of the meter, twelve digits as on its face'),
  di: z
    .string()
    .regex(/^([0-9A-Fa-f]{8}|[0-9A-Fa-f]{4})$/)
    .describe('data identifier, highest digit first: 8 hex digits (2007) or 4 (1997)'),
  index: z.int().min(0).default(0).describe('which value of a block'),
  bytes: z.int().min(1).max(8).optional().describe('bytes of a value; needed where the identifier is not a common one'),
  decimals: z.int().min(0).max(8).optional().describe('digits behind the point; needed where the identifier is not a common one'),
  signed: z.boolean().default(false).describe('the highest bit is a minus sign'),
  scale: z.number().default(1),
  offset: z.number().default(0),
  every: duration.default('60s'),
});
export const cjt188ReadSchema = z.strictObject({
  device: id,
  meter: z
    .string()
    .regex(/^\d{14}$/)
    .describe('address of the meter, fourteen digits'),
  kind: z
    .string()
    .regex(/^[0-9A-F]{2}$/)
    .describe('10 cold, 11 hot, 12 drinking, 13 reclaimed water; 20 heat, 21 cooling, 22 both; 30 gas'),
  quantity: z.enum(['total', 'settlement', 'cooling', 'heat', 'power', 'volume']),
  identifier: z.enum(['1F90', '901F']).default('1F90').describe('current readings, in the order in which the maker sends the two bytes'),
  scale: z.number().default(1),
  offset: z.number().default(0),
  every: duration.default('60s'),
});

/** One reading of an instrument: what a sample belongs to. */
const channelFields = {
  kind: z.enum(['counter', 'rate', 'concentration', 'level', 'batch', 'state']),
  unit: z.string().describe('unit of the decoded value, as on the face'),
  read: z
    .union([modbusReadSchema, mqttReadSchema, hj212ReadSchema, dlt645ReadSchema, cjt188ReadSchema])
    .optional()
    .describe('how it is read; absent: by hand or import'),
  range: z.tuple([z.number(), z.number()]).optional().describe('measuring range in the unit'),
  modulus: z.number().positive().optional().describe('counter: the value at which it rolls over to 0'),
  ceiling: z.number().positive().optional().describe('largest possible rate, unit per hour; default from range or rating'),
  maxGap: duration.optional().describe('rate: longest gap bridged; default 3 × every'),
  quality: z
    .strictObject({
      limits: z.tuple([z.number(), z.number()]).optional().describe('values outside are suspect: out of range; default: range and margin'),
      marginPercent: z
        .number()
        .nonnegative()
        .optional()
        .describe('rate, concentration, level: how far beyond range, % of the span; default 5'),
      changePerMinute: z.number().positive().optional().describe('largest change the process can make, unit per minute; beyond: spike'),
      frozen: z
        .strictObject({ for: duration, within: z.number().nonnegative().default(0).describe('in the unit') })
        .optional()
        .describe('a value that has not moved for so long is suspect: frozen'),
    })
    .optional()
    .describe('what makes a reading suspect; its value is kept'),
};
export const channelSchema = z.strictObject(channelFields);

export const meterSchema = z.strictObject({
  id,
  name: label,
  ...channelFields,
  channels: z.record(id, channelSchema).default({}).describe('further readings of the same instrument; their channel id is meter.name'),
  instrument: z.string().optional().describe('type of instrument, e.g. electromagnetic flow meter'),
  maker: z.string().optional(),
  model: z.string().optional(),
  serial: z.string().optional(),
  assetNumber: z.string().optional(),
  place: z.string().optional(),
  status: z.enum(['qualified', 'limited', 'out-of-service']).default('qualified').describe('合格 / 准用 / 停用'),
  accuracy: z
    .union([
      z.strictObject({ class: z.string().describe('as printed, e.g. 0.5S'), percentOfReading: z.number().positive() }),
      z.strictObject({ class: z.string(), percentOfSpan: z.number().positive() }),
      z.strictObject({ class: z.string(), absolute: z.number().positive().describe('maximum permissible error in the unit') }),
    ])
    .optional()
    .describe('accuracy class and the maximum permissible error it stands for'),
  uncertainty: z.array(uncertaintySchema).optional().describe('contributions beyond the accuracy class: drift, installation, …'),
  resolution: z.number().positive().optional().describe('smallest step of the decoded value'),
  verification: z
    .strictObject({
      certificate: z.string(),
      date: instant,
      due: instant,
      by: z.string().optional(),
      kind: z.enum(['verification', 'calibration', 'confirmation']).default('verification').describe('检定 / 校准 / 计量确认'),
    })
    .optional(),
  commissioned: z
    .strictObject({ by: z.string(), at: instant, face: z.number(), reading: z.number() })
    .optional()
    .describe('the value on the face beside the reading, signed'),
  ratios: z
    .array(
      z.strictObject({
        from: instant,
        display: z.number().positive().default(1).describe('displayed value ÷ decoded register'),
        ct: z.string().optional().describe('current transformer, e.g. 400/5'),
        pt: z.string().optional().describe('voltage transformer, e.g. 10000/100'),
        factor: z.number().positive().default(1).describe('primary quantity ÷ displayed value beyond CT and PT, e.g. a pulse constant'),
      }),
    )
    .default([])
    .describe('displayed to primary quantity, dated; applied when a total is computed'),
  replacements: z
    .array(
      z.strictObject({ at: instant, lastOfOld: z.number(), firstOfNew: z.number(), channel: id.optional(), by: z.string().optional() }),
    )
    .default([]),
});

export const pointSchema = z.strictObject({
  id,
  name: label,
  kind: z.string().describe('energy or material kind, as the metering rule names it: electricity, coal, steam, water, gas-material, …'),
  level: z.union([z.literal(1), z.literal(2), z.literal(3)]),
  unit: id.describe('the unit whose boundary or equipment it measures'),
  meters: z
    .array(
      z.strictObject({
        meter: channelId,
        role: z.enum(['main', 'check']).default('main'),
        from: instant.optional(),
        to: instant.optional(),
      }),
    )
    .default([]),
  exempt: z.strictObject({ by: z.string().describe('exemption of the rule, e.g. auxiliary-small'), evidence: z.string() }).optional(),
  sharedWith: id.optional().describe('the other point that the same meter serves, where it stands between two workshops'),
});

const amount = z.discriminatedUnion('by', [
  z.strictObject({ by: z.literal('meter'), meter: channelId.optional(), point: id.optional() }).describe('exactly one of meter and point'),
  z
    .strictObject({
      by: z.literal('derived'),
      stream: id,
      factor,
      unit: z.string().describe('unit of this stream per unit of the other, e.g. GJ/t'),
    })
    .describe('a fixed proportion of another stream, e.g. reaction heat of sulphur burned'),
  z.strictObject({ by: z.literal('analysis'), value: z.number(), unit: z.string(), u: z.number().positive(), sample: z.string() }),
  z
    .strictObject({ by: z.literal('estimate'), value: z.number(), unit: z.string(), u: z.number().positive(), basis: z.string() })
    .describe('a rate per time (t/h, m3/h, GJ/h), its standard uncertainty and what it rests on'),
  z.strictObject({ by: z.literal('design'), value: z.number(), unit: z.string(), u: z.number().positive(), basis: z.string() }),
  z.strictObject({ by: z.literal('difference') }).describe('takes the residue of its node: makes that node untestable'),
  z.strictObject({ by: z.literal('unmeasured') }).describe('exists, not known: estimated from the network where that can be done'),
]);

export const mediumSchema = z.strictObject({
  id,
  name: label,
  unit: z.string().describe('unit in which amounts of it are counted: t, m3, Nm3, kWh, GJ'),
  content: z
    .record(id, content)
    .default({})
    .describe('per balance id: what one unit holds, in the unit of that balance; absent: not in it'),
  standardCoal: z.string().optional().describe('id of the dated factor in config/measures that converts it to standard coal'),
  heatValue: z.array(heatValueSchema).optional().describe('measured calorific values, which stand before the default of the factor'),
  equivalent: equivalentSchema.optional().describe('等价值 of this plant where the table states none'),
});

export const streamSchema = z.strictObject({
  id,
  name: label,
  from: z.string().describe('unit id or ENV'),
  to: z.string().describe('unit id or ENV'),
  direction: z.enum(['one', 'both']).default('one'),
  medium: id,
  amount,
  content: z.record(id, content).default({}).describe('overrides the medium, per balance id'),
  role: z.enum(['raw', 'product', 'by-product', 'waste', 'loss', 'recycle', 'utility', 'discharge']).optional(),
  use: waterUseSchema.optional().describe('what it is to the water indicators'),
  purchased: z
    .boolean()
    .optional()
    .describe('an energy-consuming medium (water, air, …) that is bought: only then part of the energy consumed'),
  causes: z.array(causeSchema).min(1).optional().describe('why it is lost'),
});

export const stockSchema = z.strictObject({
  id,
  name: label,
  unit: id.describe('the unit that holds it'),
  medium: id,
  meter: channelId.describe('channel that reads it'),
  perUnit: factor.default({ value: 1, u: 0, basis: 'definition' }).describe('amount in the unit of the medium per unit of the reading'),
});

export const balanceSchema = z.strictObject({
  id,
  name: label.optional(),
  kind: z.enum(['material', 'water', 'energy', 'pollutant']),
  unit: z.string().describe('t, m3, GJ, kg'),
  factor: z.string().optional().describe('pollutant: the element or code, e.g. F'),
  tolerance: z
    .strictObject({ percent: z.number().positive(), origin: z.string() })
    .optional()
    .describe('closure tolerance and where it comes from; no regulation prints one'),
});

export const outfallSchema = z.strictObject({
  id,
  name: label,
  unit: id,
  kind: z.enum(['water', 'gas']),
  streams: z.array(id).default([]),
  monitored: z.record(z.string(), channelId).default({}).describe('pollutant code → concentration channel'),
  limits: z
    .array(
      z.strictObject({
        code: z.string().describe('pollutant code, as in monitored'),
        value: z.number().positive(),
        unit: z.string(),
        basis: z.enum(['hour', 'day']).describe('mean that the limit is held against'),
        from: instant.optional(),
        to: instant.optional(),
        source: z.string().describe('permit or standard that states it'),
      }),
    )
    .optional()
    .describe('permitted concentrations'),
});

const hj212StationSchema = z.strictObject({
  mn: z
    .string()
    .regex(/^[0-9A-Za-z]{1,24}$/)
    .describe('MN, up to 24 characters'),
  password: secret.describe('PW of the station'),
  systems: z
    .array(z.string().regex(/^\d\d$/))
    .min(1)
    .optional()
    .describe('system codes (ST) that it sends; absent: any'),
  crc: z.enum(['hj212', 'modbus-le']).default('hj212').describe('how the station computes its CRC'),
  key: secret.optional().describe('SM4 key, 32 hex digits, where its packets are encrypted (HJ 212-2025)'),
  minuteInterval: duration.default('10min').describe('spacing of its minute data'),
});

const serialLine = {
  baud: z.int().min(50).max(4_000_000),
  dataBits: z
    .union([z.literal(7), z.literal(8)])
    .optional()
    .describe('default: 8 with rtu, 7 with ascii'),
  parity: z.enum(['none', 'even', 'odd']).default('none'),
  stopBits: z.union([z.literal(1), z.literal(2)]).default(1),
};
const meterLineTiming = {
  timeout: duration.default('2s'),
  quiet: duration.optional().describe('silence on the line after a missed answer before the next question; default: timeout'),
  wakeUp: z.int().min(0).max(8).default(4).describe('bytes FE before a question'),
  pauseBetween: duration.default('0s'),
};
const meterLine = {
  path: z.string().min(1).describe('serial port, best one under /dev/serial/by-id'),
  line: z
    .strictObject({ ...serialLine, baud: serialLine.baud.default(2400), parity: serialLine.parity.unwrap().default('even') })
    .default({ baud: 2400, parity: 'even', stopBits: 1 }),
};
const gateway = { host: z.string(), port: z.int().min(1).max(65535) };
const dlt645Edition = z.enum(['2007', '1997']).default('2007').describe('DL/T 645-2007 or DL/T 645-1997');
const modbusTiming = {
  timeout: duration.default('1s'),
  turnaround: duration.default('30ms').describe('usual time from the end of a request to the beginning of its answer, for the poll budget'),
  quiet: duration.optional().describe('rtu, ascii: silence on the line after a missed answer before the next request; default: timeout'),
  maxRegisters: z.int().min(1).max(125).default(125),
  maxGap: z.int().min(0).default(0).describe('unconfigured registers that may be read along to join two requests'),
  pauseBetween: duration.default('0s'),
};

export const deviceSchema = z.discriminatedUnion('protocol', [
  z.strictObject({
    id,
    protocol: z.literal('modbus-tcp'),
    host: z.string(),
    port: z.int().min(1).max(65535).default(502),
    framing: z
      .enum(['tcp', 'rtu', 'ascii'])
      .default('tcp')
      .describe('rtu, ascii: a serial server or DTU that forwards the frames of its line'),
    tls: z
      .strictObject({
        ca: z.string().optional().describe('file of the authority that signed the certificate of the device'),
        cert: z.string().optional(),
        key: z.string().optional(),
        serverName: z.string().optional().describe('name in the certificate of the device; default: host'),
      })
      .optional()
      .describe('Modbus TLS, mostly on port 802; files from the folder of the plant file'),
    line: z.strictObject(serialLine).optional().describe('rtu, ascii: the serial line behind the server, for the poll budget'),
    ...modbusTiming,
  }),
  z.strictObject({
    id,
    protocol: z.literal('modbus-serial'),
    path: z.string().min(1).describe('/dev/serial/by-id/…, which stays when the adapter is plugged in elsewhere; COM3 on Windows'),
    framing: z.enum(['rtu', 'ascii']).default('rtu'),
    line: z.strictObject(serialLine),
    ...modbusTiming,
  }),
  z.strictObject({
    id,
    protocol: z.literal('modbus-listen'),
    listen: z
      .strictObject({ host: z.string().default('127.0.0.1'), port: z.int().min(1).max(65535) })
      .describe('where DTUs dial in; devices may share a port'),
    caller: z
      .union([z.strictObject({ registration: z.string().min(1) }), z.strictObject({ address: z.string().min(1) })])
      .describe('how the DTU is known: the packet that it sends first, as text or as bytes 0x0a1b, or the address from which it calls'),
    heartbeat: z.string().min(1).optional().describe('packet by which it shows that it lives, as text or as bytes 0x0a1b'),
    framing: z.enum(['tcp', 'rtu', 'ascii']).default('rtu'),
    line: z.strictObject(serialLine).optional().describe('the serial line behind it, for the poll budget'),
    ...modbusTiming,
  }),
  z.strictObject({
    id,
    protocol: z.literal('mqtt'),
    url: z.string().describe('mqtt:// or mqtts://'),
    version: z
      .union([z.literal(4), z.literal(5)])
      .default(5)
      .describe('protocol level: 4 is MQTT 3.1.1'),
    clientId: z.string().optional(),
    username: secret.optional(),
    password: secret.optional(),
    ca: z.string().optional(),
    cert: z.string().optional(),
    key: z.string().optional(),
    qos: z.union([z.literal(0), z.literal(1)]).default(1),
  }),
  z.strictObject({
    id,
    protocol: z.literal('hj212'),
    listen: z
      .strictObject({
        host: z.string().default('127.0.0.1'),
        port: z.int().min(1).max(65535),
        tls: z.strictObject({ cert: z.string(), key: z.string() }).optional().describe('files of certificate and private key'),
      })
      .describe('where this platform waits for the stations'),
    stations: z.array(hj212StationSchema).min(1),
    backfill: duration.default('31d').describe('how far back missing periods are asked for and late data are taken'),
    timeout: duration.default('10s').describe('for an answer to a request of ours'),
    sends: z.int().min(1).max(10).default(3).describe('how often a request is sent before it is given up'),
  }),
  z.strictObject({ id, protocol: z.literal('dlt645-tcp'), edition: dlt645Edition, ...gateway, ...meterLineTiming }),
  z.strictObject({ id, protocol: z.literal('dlt645-serial'), edition: dlt645Edition, ...meterLine, ...meterLineTiming }),
  z.strictObject({ id, protocol: z.literal('cjt188-tcp'), ...gateway, ...meterLineTiming }),
  z.strictObject({ id, protocol: z.literal('cjt188-serial'), ...meterLine, ...meterLineTiming }),
]);

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

export const plantSchema = z.strictObject({
  liangheng: z.literal(1).describe('version of this format'),
  plant: z.strictObject({
    id,
    name: label,
    jurisdiction: z.string().describe('id of the jurisdiction in config/rules'),
    offset: z
      .string()
      .regex(/^[+-]\d\d:\d\d$/)
      .default('+08:00'),
    productionDay: z
      .string()
      .regex(/^\d\d:\d\d$/)
      .default('00:00')
      .describe('when the production day starts'),
    simulated: z.boolean().default(false).describe('true: every reading is marked as simulated wherever it is shown'),
    at: instant.optional().describe('the date on which dated rules and factors are looked up; default: the end of the window'),
  }),
  units: z.array(unitSchema),
  media: z.array(mediumSchema).default([]),
  meters: z.array(meterSchema).default([]),
  points: z.array(pointSchema).default([]),
  streams: z.array(streamSchema).default([]),
  stocks: z.array(stockSchema).default([]),
  balances: z.array(balanceSchema).default([]),
  products: z.array(productSchema).optional(),
  prices: z.array(priceSchema).optional().describe('prices of media, dated'),
  production: z.array(productionSchema).optional().describe('records of normal production'),
  campaigns: z.array(campaignSchema).optional().describe('test campaigns'),
  outfalls: z.array(outfallSchema).default([]),
  devices: z.array(deviceSchema).default([]),
  stores: z.array(storeSchema).default([{ engine: 'duckdb', threads: 1, memory: '512MB' }]),
  officeValues: z
    .record(z.string(), z.number())
    .default({})
    .describe('values that a rule leaves to an office (※), e.g. other-material/2: 90, with evidence in the ledger'),
});

export type PlantFile = z.output<typeof plantSchema>;
export type Unit = z.output<typeof unitSchema>;
export type Meter = z.output<typeof meterSchema>;
export type ChannelFields = z.output<typeof channelSchema>;
export type ModbusRead = z.output<typeof modbusReadSchema>;
export type MqttRead = z.output<typeof mqttReadSchema>;
export type Hj212Read = z.output<typeof hj212ReadSchema>;
export type Dlt645Read = z.output<typeof dlt645ReadSchema>;
export type Cjt188Read = z.output<typeof cjt188ReadSchema>;
export type Read = NonNullable<z.output<typeof channelSchema>['read']>;
export type MeteringPoint = z.output<typeof pointSchema>;
export type Medium = z.output<typeof mediumSchema>;
export type Stream = z.output<typeof streamSchema>;
export type Stock = z.output<typeof stockSchema>;
export type BalanceDefinition = z.output<typeof balanceSchema>;
export type Outfall = z.output<typeof outfallSchema>;
export type Device = z.output<typeof deviceSchema>;
export type StoreDefinition = z.output<typeof storeSchema>;
export type Factor = z.output<typeof factor>;
export type Label = z.output<typeof label>;
