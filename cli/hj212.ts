import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { type Command, InvalidArgumentError } from 'commander';
import type { CrcMode } from '../collector/sources/hj212/crc.ts';
import { decode } from '../collector/sources/hj212/decode.ts';
import { encode } from '../collector/sources/hj212/encode.ts';
import { type Field, headerField, itemsOf, type Packet, plainFields, versionOf } from '../collector/sources/hj212/packet.ts';
import { defineSend } from './hj212-send.ts';
import { defineServe } from './hj212-serve.ts';

const MODES: readonly string[] = ['hj212', 'modbus-le', 'off'] satisfies CrcMode[];

function crcMode(text: string): CrcMode {
  if (!MODES.includes(text)) throw new InvalidArgumentError(`hj212 | modbus-le | off`);
  return text as CrcMode;
}

/** The key is a secret: it comes from a file, never from the command line, where others see it. */
function sm4Key(file: string): Buffer {
  const text = readFileSync(file, 'utf8').trim();
  if (!/^[0-9A-Fa-f]{32}$/.test(text)) throw new InvalidArgumentError('文件应含 32 个十六进制数字 / the file holds 32 hex digits');
  return Buffer.from(text, 'hex');
}

export function define(program: Command): void {
  const hj212 = program.command('hj212').description('HJ 212 报文 / HJ 212 packets');
  defineServe(hj212);
  defineSend(hj212, sm4Key);
  hj212
    .command('decode')
    .description('标准输入每行一个报文，标准输出每行一个 JSON / packets on standard input, one a line; one JSON object a line')
    .option('--crc <mode>', 'hj212 | modbus-le | off', crcMode, 'hj212')
    .option('--key-file <file>', 'SM4 密钥文件（32 个十六进制数字）/ file with the SM4 key, 32 hex digits', sm4Key)
    .option('--json', '总是 JSON / always JSON')
    .action(async (options: { crc: CrcMode; keyFile?: Buffer }) => {
      let wrong = false;
      for await (const line of inputLines()) {
        const decoded = decode(line, { crc: options.crc, ...(options.keyFile ? { key: options.keyFile } : {}) });
        wrong ||= !decoded.ok;
        process.stdout.write(`${JSON.stringify(decoded.ok ? described(decoded.packet, decoded.warnings) : decoded)}\n`);
      }
      process.exitCode = wrong ? 1 : 0;
    });
  hj212
    .command('encode')
    .description(
      '标准输入每行一个 JSON（同 decode 的输出），标准输出每行一个报文 / JSON objects as decode prints them, one a line; packets out',
    )
    .option('--crc <mode>', 'hj212 | modbus-le | off', crcMode, 'hj212')
    .action(async (options: { crc: CrcMode }) => {
      let wrong = false;
      for await (const line of inputLines()) {
        try {
          process.stdout.write(encode(packetOf(JSON.parse(line.toString('utf8'))), options.crc));
        } catch (error) {
          wrong = true;
          process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
        }
      }
      process.exitCode = wrong ? 2 : 0;
    });
}

async function* inputLines(): AsyncGenerator<Buffer> {
  for await (const line of createInterface({ input: process.stdin.setEncoding('latin1'), crlfDelay: Number.POSITIVE_INFINITY })) {
    if (line.trim() !== '') yield Buffer.from(line, 'latin1');
  }
}

interface Described {
  readonly qn?: string | null;
  readonly st: string | null;
  readonly cn: string | null;
  readonly mn: string | null;
  readonly pw?: string | null;
  readonly flag?: number | null;
  readonly pnum?: number;
  readonly pno?: number;
  readonly rf?: number;
  readonly cp: Readonly<Record<string, string>>;
  readonly items: readonly { readonly code: string; readonly values: Readonly<Record<string, string>> }[];
}

function described(packet: Packet, warnings: readonly string[]): Described & { ok: true; version: string; warnings: readonly string[] } {
  const number = (key: string): number | null => (headerField(packet, key) === null ? null : Number(headerField(packet, key)));
  const parts = Object.fromEntries(
    ['PNUM', 'PNO', 'RF'].flatMap((key) => (number(key) === null ? [] : [[key.toLowerCase(), number(key)!]])),
  );
  return {
    ok: true,
    version: versionOf(packet),
    qn: headerField(packet, 'QN'),
    st: headerField(packet, 'ST'),
    cn: headerField(packet, 'CN'),
    pw: headerField(packet, 'PW'),
    mn: headerField(packet, 'MN'),
    flag: number('Flag'),
    ...parts,
    cp: plainFields(packet),
    items: itemsOf(packet),
    warnings,
  };
}

/** The packet that a decoded JSON object describes: plain fields first, then one group an item. */
function packetOf(described: Described): Packet {
  const { qn, st, cn, pw, mn, flag, pnum, pno, rf } = described;
  const header = [
    ['QN', qn],
    ['ST', st],
    ['CN', cn],
    ['PW', pw],
    ['MN', mn],
    ['Flag', flag],
    ['PNUM', pnum],
    ['PNO', pno],
    ['RF', rf],
  ] as const;
  const plain = Object.entries(described.cp ?? {}).map((field): Field[] => [field]);
  const items = (described.items ?? []).map((item) =>
    Object.entries(item.values).map(([name, value]): Field => [`${item.code}-${name}`, value]),
  );
  return {
    header: header.flatMap(([key, value]): Field[] => (value === undefined || value === null ? [] : [[key, String(value)]])),
    groups: [...plain, ...items],
  };
}
