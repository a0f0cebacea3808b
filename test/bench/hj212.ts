import { readFileSync } from 'node:fs';
import { decode } from '../../collector/sources/hj212/decode.ts';
import { Framer } from '../../collector/sources/hj212/framing.ts';

export const name = 'hj212';

const SECONDS = 2;
const CHUNK = 64 * 1024;

/**
 * Packets that one core frames and decodes in a second of its time (not of the wall's, which other programs share): the minute, hour and
 * day data of the standard's examples, as a stream of chunks.
 */
export async function bench(): Promise<{ metrics: Record<string, number>; peers: Record<string, number> }> {
  const packets = readFileSync('test/cases/hj212/packets.txt', 'utf8')
    .split('\n')
    .filter((line) => /^##\d{4}.*;CN=20[356]1;.*-Avg=/.test(line))
    .map((line) => Buffer.from(`${line.split('\t')[0]!}\r\n`));
  const stream = Buffer.concat(Array.from({ length: Math.ceil((4 * 1024 * 1024) / Buffer.concat(packets).length) }, () => packets).flat());
  const measure = (): { packets: number; bytes: number; ms: number } => {
    const framer = new Framer();
    let [decoded, bytes] = [0, 0];
    const startMs = performance.now();
    const startCpu = process.cpuUsage();
    for (let at = 0; performance.now() - startMs < SECONDS * 1000; at = at + CHUNK >= stream.length ? 0 : at + CHUNK) {
      const chunk = stream.subarray(at, at + CHUNK);
      bytes += chunk.length;
      for (const packet of framer.push(chunk).packets) {
        if (decode(packet).ok) decoded++;
      }
    }
    const { user, system } = process.cpuUsage(startCpu);
    return { packets: decoded, bytes, ms: (user + system) / 1000 };
  };
  measure();
  const { packets: count, bytes, ms } = measure();
  return {
    metrics: {
      packetsPerSecond: Math.round((count / ms) * 1000),
      bytesPerPacket: Math.round(Buffer.concat(packets).length / packets.length),
      megabytesPerSecond: Math.round(bytes / ms / 1000),
    },
    peers: {},
  };
}
