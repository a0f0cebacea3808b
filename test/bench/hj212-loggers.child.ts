import { connect, type Socket } from 'node:net';
import { encode } from '../../collector/sources/hj212/encode.ts';
import type { Field } from '../../collector/sources/hj212/packet.ts';
import { timeOf, written, writtenMs } from '../../collector/sources/hj212/time.ts';

/**
 * The loggers of the bench, in a process of their own. Arguments: port, loggers, periods that each back-fills, length of a period in ms, when
 * the outage begins.
 */
const [port, loggers, periods, everyMs, outageMs] = process.argv.slice(2).map(Number) as [number, number, number, number, number];
const OFFSET = 480;
const CODES = ['w01018', 'w21003', 'w21001', 'w21011', 'w01001', 'w01010', 'w00000', 'w01012', 'w20117', 'w20116'];
/** Packets of one logger that wait for an answer at one time while it back-fills: one, as the dialogue of the standard has it. */
const WINDOW = Number(process.env.LIANGHENG_WINDOW ?? 1);

/** What the loggers tell of one phase. */
export interface Told {
  readonly what: 'burst' | 'backfill';
  readonly packets: number;
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly p50: number;
  readonly p99: number;
  readonly most: number;
  /** Requests for history of the platform, all of which were answered. */
  readonly asked: number;
}

const mn = (index: number): string => index.toString(16).toUpperCase().padStart(24, '0');

/** A packet of one logger, which wants no answer where its Flag is 8. */
function packetOf(index: number, qn: string, cn: string, groups: readonly (readonly Field[])[], more: readonly Field[] = []): Buffer {
  const [st, flag] = cn.startsWith('9') ? ['91', '8'] : ['32', '9'];
  const header: Field[] = [['QN', qn], ['ST', st], ['CN', cn], ['PW', '123456'], ['MN', mn(index)], ['Flag', flag], ...more];
  return encode({ header, groups });
}

function minuteData(index: number, qn: string, dataMs: number, late: boolean): Buffer {
  const groups = CODES.map((code, n) => [[`${code}-Avg`, String(n + (index % 100) / 10)] as const, [`${code}-Flag`, 'N'] as const]);
  return packetOf(index, qn, '2051', [[['DataTime', written(dataMs, OFFSET)]], ...groups], late ? [['RF', '1']] : []);
}

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

const answeredMs: number[] = [];
let asked = 0;

/** Sends the periods of every logger at once, so many of each under way, and answers the platform's requests for them; ends with the last. */
function deliver(sockets: readonly Socket[], dataTimes: readonly number[], window: number, sentAtMs: number | null): Promise<void> {
  return new Promise((resolve, reject) => {
    let open = sockets.length * dataTimes.length;
    for (const [index, socket] of sockets.entries()) {
      const waiting = new Map<string, { readonly sentMs: number; readonly dataMs: number }>();
      /** Requests whose data are not all delivered: QN and the last period asked for. */
      let requests: { readonly qn: string; readonly toMs: number }[] = [];
      let [next, qnMs] = [0, 0];
      let rest = '';
      const send = (): void => {
        const dataMs = dataTimes[next];
        if (dataMs === undefined) return;
        next++;
        qnMs = Math.max(qnMs + 1, sentAtMs ?? Date.now());
        const qn = writtenMs(qnMs, OFFSET);
        waiting.set(qn, { sentMs: performance.now(), dataMs });
        socket.write(minuteData(index, qn, dataMs, sentAtMs === null));
      };
      const ended = (): void => {
        const oldestMs = Math.min(dataTimes[next] ?? Number.POSITIVE_INFINITY, ...[...waiting.values()].map(({ dataMs }) => dataMs));
        for (const { qn } of requests.filter(({ toMs }) => toMs < oldestMs)) socket.write(packetOf(index, qn, '9012', [[['ExeRtn', '1']]]));
        requests = requests.filter(({ toMs }) => toMs >= oldestMs);
      };
      socket.on('close', () => reject(new Error(`connection ${index} was closed with ${open} packets open`)));
      socket.on('data', (chunk: Buffer) => {
        const text = rest + chunk.toString('latin1');
        rest = text.slice(text.lastIndexOf('\n') + 1);
        for (const [, qn, cn, cp] of text.matchAll(/##\d{4}QN=(\d{17});ST=\d\d;CN=(\d{4})[^\r]*CP=&&([^\r]*)&&/g)) {
          if (cn === '2051') {
            asked++;
            socket.write(packetOf(index, qn!, '9011', [[['QnRtn', '1']]]));
            requests.push({ qn: qn!, toMs: timeOf(/EndTime=(\d{14})/.exec(cp!)![1]!, OFFSET)! });
            ended();
          }
          const sent = cn === '9014' ? waiting.get(qn!) : undefined;
          if (sent === undefined) continue;
          waiting.delete(qn!);
          answeredMs.push(performance.now() - sent.sentMs);
          send();
          if (requests.length > 0) ended();
          if (--open === 0) return resolve();
        }
      });
      for (let n = 0; n < window; n++) send();
    }
  });
}

/** One phase, told to the bench. */
async function phase(what: Told['what'], deliver: () => Promise<void>): Promise<void> {
  process.send!({ what: `${what} begins` });
  const startMs = performance.now();
  const start = process.cpuUsage();
  await deliver();
  const seconds = (performance.now() - startMs) / 1000;
  const { user, system } = process.cpuUsage(start);
  const sorted = Float64Array.from(answeredMs.splice(0)).sort();
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]!;
  const cpuSeconds = (user + system) / 1e6;
  process.send!({ what, packets: sorted.length, seconds, cpuSeconds, p50: at(0.5), p99: at(0.99), most: at(1), asked } satisfies Told);
}

let sockets = await connected();
await phase('burst', () => deliver(sockets, [outageMs - everyMs], 1, outageMs + 1_000));
for (const socket of sockets) {
  socket.removeAllListeners('close');
  socket.destroy();
}
const day = Array.from({ length: periods }, (_, n) => outageMs + n * everyMs);
await phase('backfill', async () => {
  sockets = await connected();
  await deliver(sockets, day, WINDOW, null);
});
process.exit(0);
