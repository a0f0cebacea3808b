import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../collector/sources/clock.ts';
import { TcpLink } from '../../collector/sources/modbus/tcp.ts';
import { openSources } from '../../collector/sources/open.ts';
import { openSocket } from '../../collector/sources/socket.ts';
import type { Source } from '../../collector/sources/source.ts';
import { Gather } from '../collector/sources/gather.ts';
import { needless } from '../collector/sources/needless.ts';
import { plantOf } from '../collector/sources/plants.ts';
import { freePort } from '../free-port.ts';
import { listening } from './mosquitto.ts';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function pymodbus(port: number, framing: 'tcp' | 'rtu' | 'ascii' = 'tcp'): Promise<() => Promise<void>> {
  const python = '/usr/bin/python3';
  try {
    execFileSync(python, ['-c', 'import pymodbus.server, serial']);
  } catch {
    throw new Error("no pymodbus found: install Debian's packages python3-pymodbus, python3-serial and python3-serial-asyncio");
  }
  const child = spawn(python, [fileURLToPath(new URL('./modbus-server.py', import.meta.url)), String(port), framing], { stdio: 'ignore' });
  const kill = () => killed(child);
  closing.push(kill);
  await listening(port, child);
  return kill;
}

async function killed(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}

const device = (port: number, framing = 'tcp') => ({
  id: 'py',
  protocol: 'modbus-tcp',
  host: '127.0.0.1',
  port,
  framing,
  timeout: '500ms',
});
const holding = (pdu: number, type: string, more: object = {}) => ({
  device: 'py',
  unit: 1,
  table: 'holding',
  address: { pdu },
  type,
  every: '200ms',
  ...more,
});

describe('pymodbus', () => {
  it.each(['tcp', 'rtu', 'ascii'] as const)(
    'serves registers of every type that our source reads as it wrote them, %s',
    async (framing) => {
      const port = await freePort();
      await pymodbus(port, framing);
      const expected: Record<string, [object, number | null]> = {
        plain: [holding(321, 'uint16'), 321],
        other: [holding(500, 'uint16', { unit: 3, table: 'input' }), 500],
        float: [holding(1000, 'float32'), 12.5],
        turned: [holding(1010, 'float32', { order: 'DCBA' }), -118.625],
        double: [holding(1020, 'float64'), Math.E],
        long: [holding(1030, 'int64'), -123_456_789_012],
        unsigned: [holding(1040, 'uint32'), 4_000_000_000],
        digits: [holding(1050, 'bcd32'), 123_456],
        garbage: [holding(1060, 'float32'), null],
        negative: [holding(1070, 'int16', { scale: 0.5, offset: 1 }), -2.5],
        modicon: [{ device: 'py', unit: 2, address: { modicon: 400_101 }, type: 'uint16', every: '200ms' }, 100],
        coil: [{ device: 'py', unit: 1, address: { modicon: 7 }, type: 'bit', every: '200ms' }, 1],
        input: [{ device: 'py', unit: 1, address: { modicon: 10_003 }, type: 'bit', every: '200ms' }, 0],
      };
      const [source] = openSources(
        plantOf([device(port, framing)], Object.fromEntries(Object.entries(expected).map(([id, [read]]) => [id, read]))),
      );
      const sink = new Gather();
      closing.push(() => (source as Source).stop());
      await (source as Source).start(sink);
      await sink.until(() => Object.keys(expected).every((id) => sink.told(id).length > 0));
      expect(Object.fromEntries(Object.keys(expected).map((id) => [id, sink.told(id)[0]?.value]))).toEqual(
        Object.fromEntries(Object.entries(expected).map(([id, [, value]]) => [id, value])),
      );
      expect(sink.told('garbage')[0]).toMatchObject({ reason: 'garbage', raw: '7fc0 0000' });
    },
  );

  it('is missed while it is away, with the reason, and read again when it is back', async () => {
    const port = await freePort();
    const kill = await pymodbus(port);
    const [source] = openSources(plantOf([device(port)], { a: holding(77, 'uint16') }));
    const sink = new Gather();
    closing.push(() => (source as Source).stop());
    await (source as Source).start(sink);
    await sink.until(() => sink.taken.some((sample) => sample.quality === 'good'));
    await kill();
    const before = sink.taken.length;
    await sink.until(() => sink.taken.slice(before).filter(({ reason }) => reason === 'communication').length >= 3);
    expect(sink.taken.at(-1)).toMatchObject({ value: null, quality: 'missing' });
    await pymodbus(port);
    const away = sink.taken.length;
    await sink.until(() => sink.taken.slice(away).some((sample) => sample.quality === 'good'));
    expect(sink.taken.filter((sample) => sample.value !== null).every((sample) => sample.value === 77)).toBe(true);
    expect((source as Source).status().counts.reconnects).toBeGreaterThanOrEqual(1);
    expect(sink.events.map((event) => event.event)).toContain('reconnected');
  });
});

describe('pymodbus, looked at between the readings that are due', () => {
  /** Another master changes the register: the collector has no function code that could. */
  async function write(port: number, address: number, value: number): Promise<void> {
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    const frame = Buffer.from([0, 1, 0, 0, 0, 6, 1, 6, address >> 8, address & 0xff, value >> 8, value & 0xff]);
    socket.write(frame);
    const [answer] = (await once(socket, 'data')) as [Buffer];
    expect(answer).toEqual(frame);
    socket.destroy();
  }

  it('is recorded where it moves beyond the dead-band, goes away and comes back, and else only when a reading is due', async () => {
    const looks = { everyMs: 86_400_000, samplingMs: 100, band: 5 };
    const port = await freePort();
    const kill = await pymodbus(port);
    const read = holding(321, 'uint16', { every: '1d', change: { absolute: looks.band, sampling: `${looks.samplingMs}ms` } });
    const [source] = openSources(plantOf([device(port)], { a: read }));
    const sink = new Gather();
    await (source as Source).start(sink);
    closing.push(() => (source as Source).stop());
    const has = (value: number) => () => sink.told('a').some((sample) => sample.value === value);
    const looked = async (times: number): Promise<void> => {
      const from = (source as Source).status().counts.requests;
      while ((source as Source).status().counts.requests < from + times) await new Promise((resolve) => setTimeout(resolve, 20));
    };
    await sink.until(has(321));
    await write(port, 321, 324);
    await looked(4);
    await write(port, 321, 400);
    await sink.until(has(400));
    await kill();
    await sink.until(() => sink.taken.at(-1)?.value === null);
    await pymodbus(port);
    await sink.until(() => sink.taken.at(-1)?.value === 321);
    await looked(4);
    await (source as Source).stop();
    const values = sink.told('a').map(({ value }) => value);
    // 324 was within the dead-band; the look right before 400 says until when.
    expect(values.filter((value, at) => value !== values[at - 1])).toEqual([321, 324, 400, 321]);
    expect(needless(sink.taken, looks)).toEqual([]);
    expect(sink.taken.some(({ reason }) => reason === 'communication')).toBe(true);
  });
});

describe("libmodbus' unit-test-server", () => {
  const examples = '/usr/share/doc/libmodbus-dev/examples';

  /** It serves one connection on a port that its source fixes, so a copy is compiled with a free one. */
  async function started(): Promise<number> {
    if (!existsSync(join(examples, 'unit-test-server.c')))
      throw new Error("no libmodbus examples found: install Debian's package libmodbus-dev");
    const folder = mkdtempSync(join(tmpdir(), 'liangheng-libmodbus-'));
    closing.push(() => rmSync(folder, { recursive: true, force: true }));
    cpSync(examples, folder, { recursive: true });
    writeFileSync(join(folder, 'config.h'), '');
    const port = await freePort();
    const source = readFileSync(join(folder, 'unit-test-server.c'), 'utf8');
    expect(source).toContain('modbus_new_tcp("127.0.0.1", 1502)');
    writeFileSync(join(folder, 'server.c'), source.replace('modbus_new_tcp("127.0.0.1", 1502)', `modbus_new_tcp("127.0.0.1", ${port})`));
    const flags = execFileSync('pkg-config', ['--cflags', '--libs', 'libmodbus'], { encoding: 'utf8' }).trim().split(/\s+/);
    execFileSync('gcc', ['-O1', '-w', '-I.', 'server.c', '-o', 'server', ...flags], { cwd: folder });
    const child = spawn(join(folder, 'server'), { stdio: 'ignore', cwd: folder });
    closing.push(() => killed(child));
    return port;
  }

  /** The server takes the first connection and no other, so none may be spent on finding out whether it listens. */
  async function connected(port: number): Promise<TcpLink> {
    for (;;) {
      try {
        const socket = await openSocket('127.0.0.1', port, 1000, systemClock, new AbortController().signal);
        // The server copies only the low byte of a transaction id into what it sends byte by byte: ids begin at 1.
        const link = new TcpLink(socket, { ...systemClock, random: () => 0 }, () => {});
        closing.push(() => link.close());
        return link;
      } catch {
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    }
  }

  const read = (link: TcpLink, address: number, count: number) => link.read({ unit: 255, table: 'holding', address, count }, 300);

  it.each([
    ['a wrong number of values', 0x160, 2, 'confused'],
    ['busy', 0x170, 1, 'exception'],
    ['another transaction id', 0x171, 1, 'confused'],
    ['an answer after the deadline', 0x172, 1, 'silence'],
    ['an answer that comes byte by byte', 0x173, 1, 'data'],
    ['an address that it does not have', 0x9000, 1, 'exception'],
    ['an ordinary register', 0x160, 3, 'data'],
  ] as const)('answers with %s', async (_, address, count, kind) => {
    const link = await connected(await started());
    const outcome = await read(link, address, count);
    expect(outcome.kind).toBe(kind);
    const after = await read(link, 0x160, 3);
    if (kind === 'confused' || kind === 'silence') expect(after.kind).toBe('lost');
    else expect(after).toEqual({ kind: 'data', data: Buffer.alloc(6) });
  });
});
