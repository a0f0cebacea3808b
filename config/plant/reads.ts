import { z } from 'zod';
import { duration, id } from './values.ts';

/** How a channel is read, by protocol. */

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
