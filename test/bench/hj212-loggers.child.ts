import { connect, type Socket } from 'node:net';
import { encode } from '../../collector/sources/hj212/encode.ts';
import { written, writtenMs } from '../../collector/sources/hj212/time.ts';

/** The loggers of the bench, in a process of their own. Arguments: port, loggers, periods that each back-fills. */
const [port, loggers, periods] = process.argv.slice(2).map(Number) as [number, number, number];
const OFFSET = 480;
const EVERY_MS = 600_000;
const CODES = ['w01018', 'w21003', 'w21001', 'w21011', 'w01001', 'w01010', 'w00000', 'w01012', 'w20117', 'w20116'];
/** Packets of one logger that wait for an answer at one time while it back-fills. */
const WINDOW = 4;

const mn = (index: number): string => index.toString(16).toUpperCase().padStart(24, '0');

/** @param qnMs no two of one logger are alike. */
function packet(index: number, dataMs: number, qnMs: number): { qn: string; bytes: Buffer } {
  const own = writtenMs(qnMs, OFFSET);
  const groups = CODES.map((code, n) => [[`${code}-Avg`, String(n + (index % 100) / 10)] as const, [`${code}-Flag`, 'N'] as const]);
  const header = [
    ['QN', own],
    ['ST', '32'],
    ['CN', '2051'],
    ['PW', '123456'],
    ['MN', mn(index)],
    ['Flag', '9'],
  ] as const;
  return { qn: own, bytes: encode({ header, groups: [[['DataTime', written(dataMs, OFFSET)]], ...groups] }) };
}

const answeredMs: number[] = [];

async function connected(): Promise<Socket[]> {
  const sockets: Socket[] = [];
  for (let index = 0; index < loggers; index += 200) {
    const some = Array.from(
      { length: Math.min(200, loggers - index) },
      () =>
        new Promise<Socket>((resolve, reject) => {
          const socket = connect(port, '127.0.0.1', () => resolve(socket));
          socket.once('error', reject);
        }),
    );
    sockets.push(...(await Promise.all(some)));
  }
  return sockets;
}

/** Sends the periods of every logger at once, so many of each under way; settles when all are answered. */
function deliver(sockets: readonly Socket[], dataTimes: readonly number[], window: number): Promise<void> {
  return new Promise((resolve, reject) => {
    let open = sockets.length * dataTimes.length;
    for (const [index, socket] of sockets.entries()) {
      const sentMs = new Map<string, number>();
      let [next, qnMs] = [0, Date.now()];
      let rest = '';
      const send = (): void => {
        if (next >= dataTimes.length) return;
        qnMs = Math.max(qnMs + 1, Date.now());
        const one = packet(index, dataTimes[next++]!, qnMs);
        sentMs.set(one.qn, performance.now());
        socket.write(one.bytes);
      };
      socket.removeAllListeners('data');
      socket.on('close', () => reject(new Error(`connection ${index} was closed with ${open} packets open`)));
      socket.on('data', (chunk: Buffer) => {
        const text = rest + chunk.toString('latin1');
        rest = text.slice(text.lastIndexOf('\n') + 1);
        for (const [, answered] of text.matchAll(/##\d{4}QN=(\d{17});ST=91;CN=9014/g)) {
          const atMs = sentMs.get(answered!);
          if (atMs === undefined) continue;
          sentMs.delete(answered!);
          answeredMs.push(performance.now() - atMs);
          if (--open === 0) return resolve();
          send();
        }
      });
      for (let n = 0; n < window; n++) send();
    }
  });
}

function told(what: string, startMs: number): void {
  const sorted = answeredMs.splice(0).sort((a, b) => a - b);
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]!;
  process.send!({ what, packets: sorted.length, seconds: (performance.now() - startMs) / 1000, p50: at(0.5), p99: at(0.99), most: at(1) });
}

const now = Math.floor((Date.now() - 2 * EVERY_MS) / EVERY_MS) * EVERY_MS;
const day = Array.from({ length: periods }, (_, n) => now - (periods - n) * EVERY_MS);
let sockets = await connected();
let startMs = performance.now();
await deliver(sockets, [now], 1);
told('burst', startMs);
for (const socket of sockets) {
  socket.removeAllListeners('close');
  socket.destroy();
}
sockets = await connected();
startMs = performance.now();
await deliver(sockets, day, WINDOW);
told('backfill', startMs);
process.exit(0);
