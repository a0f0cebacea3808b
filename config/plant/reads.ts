import { z } from 'zod';
import { duration, id } from './values.ts';

/** How a channel is read, by protocol. */

/**
 * A dead-band: of what is looked at between the readings at `every` only what moves beyond it is kept.
 *
 * @param percent, sampling what they mean for the protocol.
 */
const changeSchema = (percent: string, sampling: string) =>
  z
    .strictObject({
      absolute: z.number().positive().optional().describe('dead-band in the unit of the channel'),
      percent: z.number().positive().max(100).optional().describe(percent),
      sampling: duration.default('1s').describe(sampling),
    })
    .refine(({ absolute, percent: share }) => absolute === undefined || share === undefined, 'one dead-band, absolute or in percent');

/** Of protocols that ask: the collector itself looks. */
const looksSchema = changeSchema(
  'dead-band in percent of the range of the channel',
  'how often it is looked at between the readings at every, a divisor of it; the poll budget counts the looks',
)
  .optional()
  .describe('of looks between the readings at every, what moves beyond the dead-band, fails or comes back is kept too; {}: every change');

const modbusAddress = z.union([
  z.strictObject({ pdu: z.int().min(0).max(65535) }).describe('0-based protocol address'),
  z.strictObject({ modicon: z.int() }).describe('40001 or 400001 notation; its first digit names the table'),
]);

/** How many registers a value takes, by type; a string says its own length. */
export const MODBUS_TYPES = {
  bit: 1,
  int16: 1,
  uint16: 1,
  bcd16: 1,
  int32: 2,
  uint32: 2,
  float32: 2,
  bcd32: 2,
  mod10k32: 2,
  pair32: 2,
  scaled32: 2,
  uscaled32: 2,
  mod10k48: 3,
  pair48: 3,
  int64: 4,
  uint64: 4,
  float64: 4,
  bcd64: 4,
  mod10k64: 4,
  string: 1,
} as const satisfies Record<string, 1 | 2 | 3 | 4>;

const modbusType = z
  .enum(Object.keys(MODBUS_TYPES) as [keyof typeof MODBUS_TYPES, ...(keyof typeof MODBUS_TYPES)[]])
  .describe(
    'mod10k: registers of four decimal digits each, the highest first; pair: whole mantissa (int16, int32) and power of ten (int16) behind it; scaled32, uscaled32: power of ten in the first byte, mantissa of 24 bits with and without sign',
  );

/** Byte sequences that devices are known to use: words, halves and bytes within words may each be turned. */
export const BYTE_ORDERS = [
  'AB',
  'BA',
  'ABCD',
  'CDAB',
  'BADC',
  'DCBA',
  'ABCDEF',
  'EFCDAB',
  'BADCFE',
  'FEDCBA',
  'EFABCD',
  'CDABEF',
  'ABCDEFGH',
  'GHEFCDAB',
  'BADCFEHG',
  'HGFEDCBA',
  'EFGHABCD',
  'CDABGHEF',
  'FEHGBADC',
  'DCBAHGFE',
] as const;

const byteOrder = z.enum(BYTE_ORDERS).describe('byte order as the bytes of the big-endian value appear on the wire; default big endian');

/** The signal of an analogue input: what the channel measures lies between `from` and `to` of it. */
export const signalSchema = z.strictObject({
  from: z.number().default(4).describe('signal at the lower end of range, in what scale and offset make of the registers, e.g. mA'),
  to: z.number().default(20),
  characteristic: z.enum(['linear', 'square-root']).default('linear').describe('square-root: differential pressure, extracted here'),
  cutoffPercent: z.number().min(0).max(20).default(0).describe('below this share of the range the value is the lower end'),
  faults: z
    .tuple([z.number(), z.number()])
    .optional()
    .describe('signal at or below the first, or at or above the second, reports a fault; default for 4–20: 3.6 and 21 (NAMUR NE 43)'),
});

export const modbusReadSchema = z.strictObject({
  device: id,
  unit: z.int().min(0).max(255).describe('unit (slave) address'),
  table: z.enum(['coil', 'discrete', 'holding', 'input']).optional().describe('not needed with modicon addresses'),
  address: modbusAddress,
  type: modbusType,
  order: byteOrder.optional(),
  bit: z.int().min(0).max(15).optional(),
  bits: z
    .tuple([z.int().min(0).max(31), z.int().min(0).max(31)])
    .optional()
    .describe('bit field of a uint16 or uint32: lowest and highest bit, 0 the least significant'),
  length: z.int().min(1).max(125).optional().describe('string: registers'),
  states: z.record(z.string(), z.number()).optional().describe('string: the number that each text stands for'),
  invalid: z.array(z.number()).min(1).optional().describe('values, before scale, by which the device says that it has none'),
  plus: z
    .strictObject({ address: modbusAddress, type: modbusType, order: byteOrder.optional(), scale: z.number().default(1) })
    .optional()
    .describe('a second value of the same table that is added, such as the fraction of a total; both come with one request'),
  exponent: z
    .strictObject({ address: modbusAddress })
    .optional()
    .describe('a register of the same table with the power of ten of the value (int16, −10 … 10), as SunSpec has it; read with it'),
  signal: signalSchema.optional().describe('analogue input: range of the channel from a live-zero signal'),
  scale: z.number().default(1),
  offset: z.number().default(0),
  every: duration.default('60s'),
  change: looksSchema,
});

export const mqttReadSchema = z.strictObject({
  device: id,
  topic: z.string().describe('topic, with {meter} and {channel} replaced; + and # are not allowed here'),
  format: z.enum(['json', 'csv', 'plain']).default('json'),
  value: z
    .string()
    .default('$.value')
    .describe('json: path of the value; csv: its column, by number from 1 or by its heading in the first row'),
  time: z.string().optional().describe('path or column of the time (ISO 8601 with its offset, s or ms since 1970); default: arrival'),
  sequence: z.string().optional().describe("path or column of the publisher's own count of its messages: what is missing in it was lost"),
  publisher: id.optional().describe('messages of one publisher are counted together; default: those of the topic'),
  sequenceModulus: z.int().min(2).optional().describe('where the count begins at 0 again, e.g. 65536; default: never'),
  scale: z.number().default(1),
  offset: z.number().default(0),
  every: duration.optional().describe('how often the publisher sends; absent for messages on change'),
});

export const sparkplugReadSchema = z.strictObject({
  device: id,
  edge: z
    .string()
    .regex(/^[^/+#\0]+\/[^/+#\0]+(\/[^/+#\0]+)?$/)
    .describe('Sparkplug B: group/node of a metric of the edge node, group/node/device of a metric of a device behind it'),
  metric: z.string().min(1).describe('name of the metric as its birth certificate has it'),
  scale: z.number().default(1),
  offset: z.number().default(0),
  every: duration.optional().describe('how often the node sends it; absent for messages on change'),
});

export const opcuaReadSchema = z.strictObject({
  device: id,
  node: z
    .string()
    .regex(/^(ns=\d+;)?[isgb]=.+$/)
    .describe('node id, e.g. ns=2;s=Evaporator.Flow or ns=4;i=1021'),
  scale: z.number().default(1),
  offset: z.number().default(0),
  every: duration.default('60s').describe('how often the value is read'),
  change: changeSchema('dead-band in percent of the range that the server states for the node', 'how often the server looks for a change')
    .optional()
    .describe('the server reports changes beyond the dead-band between the readings too; {}: every change'),
});

export const hj212ReadSchema = z.strictObject({
  device: id,
  station: z.string().describe('MN of the station that sends it'),
  code: z
    .string()
    .describe(
      "pollutant or state code as the packet has it, e.g. w01018, a21026, SB1; clock: seconds by which the station's clock is ahead of the collector's, with period real-time",
    ),
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
    .describe(
      "data identifier, highest digit first: 8 hex digits (2007) or 4 (1997); 04000102: seconds by which the meter's own clock is ahead",
    ),
  index: z.int().min(0).default(0).describe('which value of a block'),
  bytes: z.int().min(1).max(8).optional().describe('bytes of a value; needed where the identifier is not a common one'),
  decimals: z.int().min(0).max(8).optional().describe('digits behind the point; needed where the identifier is not a common one'),
  signed: z.boolean().default(false).describe('the highest bit is a minus sign'),
  scale: z.number().default(1),
  offset: z.number().default(0),
  every: duration.default('60s'),
  change: looksSchema,
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
  quantity: z
    .enum(['total', 'settlement', 'cooling', 'heat', 'power', 'volume', 'clock'])
    .describe("clock: seconds by which the meter's own clock is ahead of the collector's"),
  identifier: z.enum(['1F90', '901F']).default('1F90').describe('current readings, in the order in which the maker sends the two bytes'),
  scale: z.number().default(1),
  offset: z.number().default(0),
  every: duration.default('60s'),
  change: looksSchema,
});

export type SparkplugRead = z.output<typeof sparkplugReadSchema>;
export type OpcuaRead = z.output<typeof opcuaReadSchema>;
