import { crc16 } from '../../collector/sources/modbus/framing.ts';
import { openSerial } from '../../collector/sources/serial.ts';

/**
 * A slave on a serial line that takes the time which 9,600 baud take: `node … modbus-bus.child.ts TTY BAUD`. The request has arrived when
 * its bytes have gone over the wire and 3.5 characters of silence have passed; the answer when its own bytes have. Prints `ready`, and
 * with its standard input's end how many requests it answered.
 */
const [, , path = '', baudText = '9600'] = process.argv;
const baud = Number(baudText);
const byteMs = 10_000 / baud;
const gapMs = baud > 19_200 ? 1.75 : 3.5 * byteMs;

const port = await openSerial({ path, baud, dataBits: 8, parity: 'none', stopBits: 1 }, new AbortController().signal);
let answered = 0;
let early = 0;
let freeMs = 0;
port.on('data', (request: Buffer) => {
  if (request.length !== 8) return;
  const nowMs = performance.now();
  // A master that does not keep the silence would collide on a real line.
  if (nowMs < freeMs) early++;
  const count = request.readUInt16BE(4);
  const body = Buffer.alloc(3 + 2 * count);
  body.set([request.readUInt8(0), request.readUInt8(1), 2 * count]);
  const answer = Buffer.concat([body, crc16(body)]);
  const atMs = nowMs + (request.length + answer.length) * byteMs + gapMs;
  const wait = (): void => {
    const leftMs = atMs - performance.now();
    if (leftMs > 1.5) setTimeout(wait, leftMs - 1.2);
    else {
      while (performance.now() < atMs);
      port.write(answer);
      freeMs = performance.now() + gapMs - 0.5;
      answered++;
    }
  };
  wait();
});
process.stdout.write('ready\n');
process.stdin.on('data', () => process.stdout.write(`${JSON.stringify({ answered, early, atMs: performance.now() })}\n`));
process.stdin.on('end', () => process.exit(0));
