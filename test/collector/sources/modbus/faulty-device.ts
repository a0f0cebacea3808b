import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';

/** A request as it came, without the header of Modbus TCP. */
export interface Asked {
  readonly id: number;
  readonly unit: number;
  readonly code: number;
  readonly address: number;
  readonly count: number;
}

/** Register (or bit) i of a unit's table holds this: neighbours, units and tables all differ. */
export const registerAt = (unit: number, code: number, address: number): number =>
  (address * 40_503 + unit * 977 + code * 7919 + 1) & 0xffff;

/** The right answer to a request, as a whole frame. */
export function rightAnswer({ id, unit, code, address, count }: Asked): Buffer {
  const data =
    code <= 2
      ? bitsOf(Array.from({ length: count }, (_, i) => registerAt(unit, code, address + i) & 1))
      : Buffer.concat(Array.from({ length: count }, (_, i) => wordOf(registerAt(unit, code, address + i))));
  return frameOf(id, Buffer.concat([Buffer.from([unit, code, data.length]), data]));
}

export function frameOf(id: number, body: Buffer, protocol = 0): Buffer {
  return Buffer.concat([wordOf(id), wordOf(protocol), wordOf(body.length), body]);
}

/**
 * A Modbus TCP device that answers whatever `behave` sends: right, late, twice, cut or not at all. `exchange` counts the requests of its
 * connection from 0.
 */
export async function faultyDevice(
  behave: (asked: Asked, send: (bytes: Buffer) => void, exchange: number, socket: Socket) => void,
): Promise<{ port: number; close(): Promise<void> }> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    let held = Buffer.alloc(0);
    let exchange = 0;
    sockets.add(socket);
    socket.setNoDelay(true);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
    socket.on('data', (bytes) => {
      held = Buffer.concat([held, bytes]);
      while (held.length >= 12) {
        const asked = {
          id: held.readUInt16BE(0),
          unit: held.readUInt8(6),
          code: held.readUInt8(7),
          address: held.readUInt16BE(8),
          count: held.readUInt16BE(10),
        };
        held = held.subarray(12);
        behave(asked, (answer) => socket.destroyed || socket.write(answer), exchange++, socket);
      }
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    close() {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

function wordOf(value: number): Buffer {
  const word = Buffer.alloc(2);
  word.writeUInt16BE(value & 0xffff);
  return word;
}

function bitsOf(bits: readonly number[]): Buffer {
  const bytes = Buffer.alloc(Math.ceil(bits.length / 8));
  for (const [i, bit] of bits.entries()) bytes[i >> 3] = (bytes[i >> 3] as number) | (bit << (i & 7));
  return bytes;
}
