import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { Clock } from '../../../../collector/sources/clock.ts';
import { decode } from '../../../../collector/sources/hj212/decode.ts';
import { encode } from '../../../../collector/sources/hj212/encode.ts';
import { Framer } from '../../../../collector/sources/hj212/framing.ts';
import { type Field, headerField, type Packet } from '../../../../collector/sources/hj212/packet.ts';
import type { Hj212Channel } from '../../../../collector/sources/hj212/reading.ts';
import { Hj212Source } from '../../../../collector/sources/hj212/source.ts';
import type { StationSettings } from '../../../../collector/sources/hj212/station.ts';
import { written, writtenMs } from '../../../../collector/sources/hj212/time.ts';

export const MN = '010000A8900016F000169DC0';
export const OFFSET = 480;
/** 2026-03-01 10:00:00 +08:00. */
export const TEN = Date.UTC(2026, 2, 1, 2);
export const MINUTE = 60_000;
export const at = (text: string): number => Date.parse(`${text}+08:00`);

/** The machine's timers under a wall clock that a test moves. */
export class TestClock implements Clock {
  ms: number;
  constructor(ms: number) {
    this.ms = ms;
  }
  nowMs(): number {
    return this.ms;
  }
  after(delayMs: number, callback: () => void): () => void {
    const timer = setTimeout(callback, delayMs);
    return () => clearTimeout(timer);
  }
  random(): number {
    return 0.5;
  }
}

export const reads = (entries: readonly (readonly [string, string, Hj212Channel['period']])[]): Hj212Channel[] =>
  entries.map(([code, value, period]) => ({
    channel: `${code}.${period}`,
    station: MN,
    code,
    value,
    period,
    scale: 1,
    offset: 0,
    everyMs: null,
  }));

export const CHANNELS = reads([
  ['w01018', 'Rtd', 'real-time'],
  ['w01018', 'Avg', 'minute'],
  ['w00000', 'Avg', 'minute'],
  ['w01018', 'Avg', 'hour'],
]);

export const settingsOf = (more: Partial<StationSettings> = {}): StationSettings => ({
  mn: MN,
  password: '123456',
  systems: null,
  crc: 'hj212',
  key: null,
  minuteIntervalMs: 10 * MINUTE,
  channels: CHANNELS,
  ...more,
});

export function platform(
  clock: Clock,
  stations: readonly StationSettings[],
  more: Partial<ConstructorParameters<typeof Hj212Source>[0]> = {},
) {
  return new Hj212Source(
    {
      id: 'bureau',
      host: '127.0.0.1',
      port: 0,
      tls: null,
      limits: { connections: 8, introductionMs: 5_000, idleMs: 60_000, backlog: 64 },
      offsetMinutes: OFFSET,
      origin: 'device',
      backfillMs: 31 * 86_400_000,
      timeoutMs: 200,
      sends: 3,
      fromMs: null,
      ...more,
    },
    stations,
    clock,
  );
}

export interface Sent {
  readonly cn: string;
  readonly qnMs: number;
  readonly dataMs?: number;
  readonly groups?: readonly (readonly Field[])[];
  readonly header?: Readonly<Record<string, string>>;
}

/** A packet of the station, an answer wanted. */
export function packetOf({ cn, qnMs, dataMs, groups = [], header = {} }: Sent): Packet {
  const fields = { QN: writtenMs(qnMs, OFFSET), ST: '32', CN: cn, PW: '123456', MN, Flag: '5', ...header };
  const time: Field[][] = dataMs === undefined ? [] : [[['DataTime', written(dataMs, OFFSET)]]];
  return { header: Object.entries(fields), groups: [...time, ...groups] };
}

export const item = (code: string, values: Readonly<Record<string, string>>): Field[] =>
  Object.entries(values).map(([name, value]) => [`${code}-${name}`, value]);

/** A logger in the hands of a test. */
export class TestLogger {
  readonly socket: Socket;
  readonly got: Packet[] = [];
  onPacket: (packet: Packet) => void = () => {};
  readonly #framer = new Framer();
  readonly #waiting = new Set<() => void>();

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.on('error', () => {});
    socket.on('data', (bytes: Buffer) => {
      for (const framed of this.#framer.push(bytes).packets) {
        const decoded = decode(framed);
        if (!decoded.ok) throw new Error(decoded.detail);
        this.got.push(decoded.packet);
        this.onPacket(decoded.packet);
      }
      for (const look of [...this.#waiting]) look();
    });
    socket.on('close', () => {
      for (const look of [...this.#waiting]) look();
    });
  }

  static async call(port: number): Promise<TestLogger> {
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    return new TestLogger(socket);
  }

  send(packet: Packet, key: Uint8Array | null = null): void {
    this.socket.write(encode(packet, 'hj212', key));
  }

  until(condition: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const look = (): void => {
        if (!condition()) return;
        this.#waiting.delete(look);
        resolve();
      };
      this.#waiting.add(look);
      look();
    });
  }

  answers(cn: string): string[] {
    return this.got.filter((packet) => headerField(packet, 'CN') === cn).map((packet) => headerField(packet, 'QN') ?? '');
  }

  /** Settles when everything sent before has been read by the other side: a heartbeat is answered after it. */
  async settled(qnMs: number): Promise<void> {
    const packet = packetOf({ cn: '9015', qnMs });
    const qn = headerField(packet, 'QN')!;
    this.send(packet);
    await this.until(() => this.answers('9013').includes(qn) || this.socket.destroyed);
  }

  close(): void {
    this.socket.destroy();
  }
}
