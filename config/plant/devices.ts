import { z } from 'zod';
import { duration, id, secret } from './values.ts';

/** What meters are read through: gateways, lines, brokers, loggers. */

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
  control: z
    .array(z.enum(['1000', '1012', '1062', '1064', '3011', '3012', '3013', '3014', '3015', '3016', '3022', '3024']))
    .min(1)
    .optional()
    .describe('commands that an officer may send it, each journalled with who and why; absent: none'),
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

const registerRanges = z
  .array(
    z.strictObject({
      unit: z.int().min(0).max(255).optional().describe('absent: every unit'),
      table: z.enum(['coil', 'discrete', 'holding', 'input']).optional().describe('absent: every table'),
      from: z.int().min(0).max(65535),
      to: z.int().min(0).max(65535).describe('last one, included'),
    }),
  )
  .default([]);

const modbusTiming = {
  timeout: duration.default('1s'),
  turnaround: duration.default('30ms').describe('usual time from the end of a request to the beginning of its answer, for the poll budget'),
  quiet: duration.optional().describe('rtu, ascii: silence on the line after a missed answer before the next request; default: timeout'),
  maxRegisters: z.int().min(1).max(125).default(125),
  maxGap: z.int().min(0).default(0).describe('unconfigured registers that may be read along to join two requests'),
  unitLimits: z
    .record(z.string().regex(/^\d{1,3}$/), z.int().min(1).max(125))
    .default({})
    .describe('unit → most registers of one request, where a unit bears fewer'),
  forbidden: registerRanges.describe('registers that must never be read'),
  clearOnRead: registerRanges.describe('registers that reading sets back: read only where configured, and once'),
  pauseBetween: duration.default('0s').describe('between an answer and the next request'),
  pauseAfterConnect: duration.default('0s').describe('before the first request of a connection'),
  pauseOnUnitChange: duration.default('0s').describe('before a request to another unit than the last, as some gateways need'),
  connections: z.int().min(1).optional().describe('tcp: most connections that the device bears; devices at one host and port share them'),
};

export const deviceSchema = z.discriminatedUnion('protocol', [
  z.strictObject({
    id,
    protocol: z.literal('modbus-tcp'),
    host: z.string(),
    port: z.int().min(1).max(65535).default(502),
    backup: z
      .strictObject({ host: z.string(), port: z.int().min(1).max(65535).default(502) })
      .optional()
      .describe('another way to the same meters, taken while the first cannot be connected'),
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
    watchDrops: z
      .boolean()
      .default(true)
      .describe('listen to the count of dropped messages that the broker publishes under $SYS, where it allows that'),
  }),
  z.strictObject({
    id,
    protocol: z.literal('opcua'),
    url: z
      .string()
      .regex(/^opc\.tcp:\/\//)
      .describe('opc.tcp://host:4840/path; needs Node 22 or newer and the package node-opcua-client'),
    security: z.enum(['None', 'Sign', 'SignAndEncrypt']).default('None'),
    policy: z.enum(['None', 'Basic256Sha256', 'Aes128_Sha256_RsaOaep', 'Aes256_Sha256_RsaPss']).default('None'),
    username: secret.optional(),
    password: secret.optional(),
    timeout: duration.default('10s'),
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
