import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type ModbusRTU from 'modbus-serial';
import { systemClock } from '../../collector/sources/clock.ts';
import { crc16, rtu } from '../../collector/sources/modbus/framing.ts';
import { LineLink } from '../../collector/sources/modbus/line.ts';
import { openSocket } from '../../collector/sources/socket.ts';
import { registerAt } from '../collector/sources/modbus/faulty-device.ts';

/**
 * A serial server that answers one request in twenty after the deadline: how many wrong values a reader takes for good. Ours, and
 * modbus-serial as its README uses it (connectTelnet, setTimeout, readHoldingRegisters), and the client of node-red-contrib-modbus where that
 * installs.
 */
export const name = 'modbus-faults';

const EXCHANGES = 400;
const DEADLINE_MS = 25;
const LATE_EVERY = 20;
const PACKAGE = 'node-red-contrib-modbus@5.45.2';

export async function bench(): Promise<{ metrics: Record<string, number>; peers: Record<string, number> }> {
  const ours = await overServer(async (port) => {
    const link = new LineLink(
      await openSocket('127.0.0.1', port, 1000, systemClock, new AbortController().signal),
      rtu,
      { quietMs: 60, gapMs: 0, byteMs: 0 },
      systemClock,
      () => {},
    );
    const ask = async (unit: number, address: number): Promise<number[] | null> => {
      const outcome = await link.read({ unit, table: 'holding', address, count: 2 }, DEADLINE_MS);
      return outcome.kind === 'data' ? [0, 2].map((at) => outcome.data.readUInt16BE(at)) : null;
    };
    return { ask, close: () => link.close() };
  });
  const library = createRequire(import.meta.url)('modbus-serial') as Client;
  const theirs = await overServer((port) => asInTheReadme(library, port));
  const forked = await forkOfNodeRed(PACKAGE);
  const node = forked === null ? null : await overServer((port) => asInTheReadme(forked, port));
  return {
    metrics: {
      wrongValues: ours.wrong,
      rightValues: ours.right,
      failures: ours.failed,
      cpuMsPer1000Values: ours.cpuMsPer1000Values,
    },
    peers: {
      modbusSerialWrongValues: theirs.wrong,
      modbusSerialRightValues: theirs.right,
      modbusSerialFailures: theirs.failed,
      modbusSerialCpuMsPer1000Values: theirs.cpuMsPer1000Values,
      ...(node === null
        ? {}
        : {
            nodeRedWrongValues: node.wrong,
            nodeRedRightValues: node.right,
            nodeRedFailures: node.failed,
            nodeRedCpuMsPer1000Values: node.cpuMsPer1000Values,
          }),
    },
  };
}

type Client = typeof ModbusRTU.default;

/** modbus-serial, or a fork of it, as its README shows it. */
async function asInTheReadme(Library: Client, port: number): Promise<Reader> {
  const client = new Library();
  await client.connectTelnet('127.0.0.1', { port });
  client.setTimeout(DEADLINE_MS);
  const ask = async (unit: number, address: number): Promise<number[] | null> => {
    client.setID(unit);
    return client.readHoldingRegisters(address, 2).then(
      ({ data }) => data,
      () => null,
    );
  };
  return { ask, close: () => client.close(() => {}) };
}

/**
 * The Modbus client that node-red-contrib-modbus reads with, a fork of modbus-serial that comes from a server of its own beside the
 * registry; null, and said on standard error, where the package does not install.
 */
async function forkOfNodeRed(pack: string): Promise<Client | null> {
  const folder = await mkdtemp(join(tmpdir(), 'liangheng-node-red-'));
  try {
    await writeFile(join(folder, 'package.json'), '{"private":true}');
    const quick = ['--loglevel=error', '--fetch-retries=0', '--fetch-timeout=20000', '--ignore-scripts', '--no-audit', '--no-fund'];
    await promisify(execFile)('npm', ['install', ...quick, pack], { cwd: folder, timeout: 120_000 });
    const from = createRequire(join(folder, 'package.json'));
    const { dependencies } = from(`${pack.slice(0, pack.lastIndexOf('@'))}/package.json`) as { dependencies: Record<string, string> };
    const fork = Object.keys(dependencies).find((name) => name.endsWith('modbus-serial'));
    if (fork === undefined) throw new Error('it has no modbus-serial among its dependencies');
    return from(fork) as Client;
  } catch (error) {
    const { stderr = '', message } = error as Error & { stderr?: string };
    const why = /request to \S+ failed.*/.exec(stderr)?.[0] ?? /npm error (.*)/.exec(stderr)?.[1] ?? message.split('\n')[0];
    process.stderr.write(`${pack} does not install here: ${why}\n`);
    return null;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

interface Tally {
  readonly wrong: number;
  readonly right: number;
  readonly failed: number;
  /** Of the values asked for; with the server, which is in the same process for all readers. */
  readonly cpuMsPer1000Values: number;
}

interface Reader {
  ask(unit: number, address: number): Promise<number[] | null>;
  close(): void;
}

async function overServer(open: (port: number) => Promise<Reader>): Promise<Tally> {
  let exchange = 0;
  const server = createServer((socket) => {
    socket.setNoDelay(true);
    socket.on('error', () => {});
    socket.on('data', (bytes) => {
      const [unit, address, count] = [bytes.readUInt8(0), bytes.readUInt16BE(2), bytes.readUInt16BE(4)];
      const body = Buffer.alloc(3 + 2 * count);
      body.set([unit, 3, 2 * count]);
      for (let i = 0; i < count; i++) body.writeUInt16BE(registerAt(unit, 3, address + i), 3 + 2 * i);
      const late = exchange++ % LATE_EVERY === LATE_EVERY - 1;
      setTimeout(() => socket.destroyed || socket.write(Buffer.concat([body, crc16(body)])), late ? DEADLINE_MS + 10 : 1);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const reader = await open((server.address() as AddressInfo).port);
  const tally = { wrong: 0, right: 0, failed: 0 };
  const before = process.cpuUsage();
  for (let n = 0; n < EXCHANGES; n++) {
    const address = (n * 37) % 900;
    const values = await reader.ask(7, address);
    if (values === null) tally.failed++;
    else if (values.every((value, i) => value === registerAt(7, 3, address + i))) tally.right++;
    else tally.wrong++;
  }
  reader.close();
  server.close();
  const { user, system } = process.cpuUsage(before);
  return { ...tally, cpuMsPer1000Values: Math.round((100 * (user + system)) / (EXCHANGES * 2)) / 100 };
}
