import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import type { Clock } from '../clock.ts';
import { Framer } from './framing.ts';

export interface ListenerLimits {
  /** Connections at one time; a further one is closed at once. */
  readonly connections: number;
  /** So long may a connection take until its first packet of a known station. */
  readonly introductionMs: number;
  /** So long may one be without a whole packet before it is taken for dead. */
  readonly idleMs: number;
  /** Packets of one connection under way at one time; with that many it is not read further. */
  readonly backlog: number;
}

export interface Tls {
  readonly cert: Buffer;
  readonly key: Buffer;
}

const LONGEST_SWEEP_MS = 15_000;

/** One accepted connection. */
export class Line {
  readonly remote: string;
  readonly #socket: Socket;
  readonly #limits: ListenerLimits;
  /** Set once a packet of a known station with its password came. */
  introduced: boolean = false;
  lastMs: number;
  readonly openedMs: number;
  #underWay = 0;

  constructor(socket: Socket, limits: ListenerLimits, nowMs: number) {
    this.#socket = socket;
    this.#limits = limits;
    this.remote = `${socket.remoteAddress ?? '?'}:${socket.remotePort ?? 0}`;
    this.openedMs = nowMs;
    this.lastMs = nowMs;
  }

  get closed(): boolean {
    return this.#socket.destroyed;
  }

  /** Sends nothing to a peer that does not read: its buffer would grow without bound. */
  send(bytes: Uint8Array): void {
    if (this.#socket.destroyed) return;
    this.#socket.write(bytes);
    if (this.#socket.writableLength > 1024 * 1024) this.#socket.destroy();
  }

  close(): void {
    this.#socket.destroy();
  }

  /** Holds the reading back while too much of this connection waits for the disk. */
  async hold(work: Promise<void>): Promise<void> {
    if (++this.#underWay >= this.#limits.backlog) this.#socket.pause();
    try {
      await work;
    } finally {
      if (--this.#underWay < this.#limits.backlog && this.#socket.isPaused()) this.#socket.resume();
    }
  }
}

/** What a listener hands on. Neither call may throw. */
export interface Receiver {
  packet(bytes: Buffer, line: Line): void;
  /** Bytes that are no packet. */
  noise(bytes: Buffer, why: string, line: Line): void;
  closed(line: Line): void;
  refused(remote: string): void;
}

/** The port on which stations call: packets out of streams, and no peer costs more than its limits. */
export class Listener {
  readonly #server: Server;
  readonly #lines = new Map<Line, Socket>();
  readonly #limits: ListenerLimits;
  readonly #receiver: Receiver;
  readonly #clock: Clock;
  #cancelSweep: () => void = () => {};

  constructor(limits: ListenerLimits, receiver: Receiver, clock: Clock, tls: Tls | null) {
    this.#limits = limits;
    this.#receiver = receiver;
    this.#clock = clock;
    this.#server = tls === null ? createServer() : createTlsServer({ cert: tls.cert, key: tls.key, minVersion: 'TLSv1.2' });
    this.#server.on(tls === null ? 'connection' : 'secureConnection', (socket: Socket) => this.#accept(socket));
    if (tls !== null) this.#server.on('tlsClientError', () => {});
  }

  get lines(): number {
    return this.#lines.size;
  }

  /** @throws where the port cannot be had. @returns the port. */
  async open(host: string, port: number): Promise<number> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, host, () => {
        this.#server.off('error', reject);
        this.#server.on('error', () => {});
        resolve();
      });
    });
    this.#sweep();
    const address = this.#server.address();
    return typeof address === 'object' && address !== null ? address.port : port;
  }

  async close(): Promise<void> {
    this.#cancelSweep();
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    for (const socket of this.#lines.values()) socket.destroy();
    await closed;
  }

  #accept(socket: Socket): void {
    socket.on('error', () => socket.destroy());
    if (this.#lines.size >= this.#limits.connections) {
      this.#receiver.refused(socket.remoteAddress ?? '?');
      socket.destroy();
      return;
    }
    socket.setNoDelay(true);
    socket.setKeepAlive(true, 60_000);
    const line = new Line(socket, this.#limits, this.#clock.nowMs());
    const framer = new Framer();
    this.#lines.set(line, socket);
    socket.on('data', (chunk: Buffer) => {
      const { packets, discarded } = framer.push(chunk);
      for (const { bytes, why } of discarded) this.#receiver.noise(bytes, why, line);
      for (const bytes of packets) {
        if (line.closed) break;
        line.lastMs = this.#clock.nowMs();
        this.#receiver.packet(bytes, line);
      }
    });
    socket.on('close', () => {
      this.#lines.delete(line);
      this.#receiver.closed(line);
    });
  }

  /** Closes who does not introduce himself, who sends byte by byte, and who is gone without saying so. */
  #sweep(): void {
    const { introductionMs, idleMs } = this.#limits;
    this.#cancelSweep = this.#clock.after(Math.min(introductionMs / 4, idleMs / 4, LONGEST_SWEEP_MS), () => {
      const nowMs = this.#clock.nowMs();
      for (const line of this.#lines.keys()) {
        if (!line.introduced && nowMs - line.openedMs > introductionMs) line.close();
        else if (nowMs - line.lastMs > idleMs) line.close();
      }
      this.#sweep();
    });
  }
}
