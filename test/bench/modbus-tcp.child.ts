import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';

/**
 * Modbus TCP servers for benchmarks, as cheap as they can be made: every pair of holding registers holds a float that changes each second,
 * and a read answers from a prepared buffer. `node … modbus-tcp.child.ts COUNT` prints the ports as one JSON line and ends with its
 * standard input.
 */
const words = Buffer.alloc(65_536 * 2);
const move = (): void => {
  const seconds = Date.now() / 1000;
  for (let i = 0; i < 32_768; i++) words.writeFloatBE(10 + Math.sin(seconds / 7 + i), i * 4);
};
move();
setInterval(move, 1000);

const ports: number[] = [];
for (let i = 0; i < Number(process.argv[2]); i++) {
  const server = createServer((socket) => {
    socket.setNoDelay(true);
    socket.on('error', () => {});
    socket.on('data', (request) => {
      for (let at = 0; at + 12 <= request.length; at += 12) {
        const address = request.readUInt16BE(at + 8);
        const bytes = request.readUInt16BE(at + 10) * 2;
        const answer = Buffer.allocUnsafe(9 + bytes);
        request.copy(answer, 0, at, at + 4);
        answer.writeUInt16BE(3 + bytes, 4);
        request.copy(answer, 6, at + 6, at + 8);
        answer[8] = bytes;
        words.copy(answer, 9, address * 2, address * 2 + bytes);
        socket.write(answer);
      }
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  ports.push((server.address() as AddressInfo).port);
}
process.stdout.write(`${JSON.stringify(ports)}\n`);
process.stdin.on('end', () => process.exit(0)).resume();
