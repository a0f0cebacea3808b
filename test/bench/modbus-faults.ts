import { once } from 'node:events';
import { createRequire } from 'node:module';
import { type AddressInfo, createServer } from 'node:net';
import type ModbusRTU from 'modbus-serial';
import { systemClock } from '../../collector/sources/clock.ts';
import { crc16, rtu } from '../../collector/sources/modbus/framing.ts';
import { LineLink } from '../../collector/sources/modbus/line.ts';
import { openSocket } from '../../collector/sources/modbus/tcp.ts';
import { registerAt } from '../collector/sources/modbus/faulty-device.ts';

/**
 * A serial server that answers one request in twenty after the deadline: how many wrong values a reader takes for good. Ours, and
 * modbus-serial as its README uses it (connectTelnet, setTimeout, readHoldingRegisters).
 */
export const name = 'modbus-faults';

const EXCHANGES = 400;
const DEADLINE_MS = 25;
const LATE_EVERY = 20;

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
  const theirs = await overServer(async (port) => {
    const Client = createRequire(import.meta.url)('modbus-serial') as unknown as typeof ModbusRTU.default;
    const client = new Client();
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
  });
  return {
    metrics: { wrongValues: ours.wrong, rightValues: ours.right, failures: ours.failed },
    peers: { modbusSerialWrongValues: theirs.wrong, modbusSerialRightValues: theirs.right, modbusSerialFailures: theirs.failed },
  };
}

interface Reader {
  ask(unit: number, address: number): Promise<number[] | null>;
  close(): void;
}

async function overServer(open: (port: number) => Promise<Reader>): Promise<{ wrong: number; right: number; failed: number }> {
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
  for (let n = 0; n < EXCHANGES; n++) {
    const address = (n * 37) % 900;
    const values = await reader.ask(7, address);
    if (values === null) tally.failed++;
    else if (values.every((value, i) => value === registerAt(7, 3, address + i))) tally.right++;
    else tally.wrong++;
  }
  reader.close();
  server.close();
  return tally;
}
