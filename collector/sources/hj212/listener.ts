import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { type Clock, passedMs } from '../clock.ts';
import { type Framed, Framer } from './framing.ts';

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
/**
 * Packets of all connections on their way to the disk at one time: what comes beyond waits as bytes, which cost a tenth of a decoded packet.
 * A group of the journal takes that many with one fsync.
 */
const UNDER_WAY = 1_024;
/** Bytes of one connection that wait; with that many it is not read further. */
const WAITING_BYTES = 64 * 1024;

/** One accepted connection. */
export class Line {
  readonly remote: string;
  readonly #socket: Socket;
  readonly #limits: ListenerLimits;
  readonly #framer = new Framer();
  /** Set once a packet of a known station with its password came. */
  introduced: boolean = false;
  /** Set once it was closed from our side. */
  dropped: boolean = false;
  lastMs: number;
  readonly openedMs: number;
  #underWay = 0;
  #waitingBytes = 0;
  #out: Uint8Array[] = [];

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

  /** What is sent in one go (the answers to the packets of one fsync) is written in one. Nothing goes to a peer that does not read. */
  send(bytes: Uint8Array): void {
    if (this.#out.push(bytes) === 1) process.nextTick(() => this.#flush());
  }

  #flush(): void {
    const out = this.#out;
    this.#out = [];
    if (this.#socket.destroyed) return;
    this.#socket.write(out.length === 1 ? out[0]! : Buffer.concat(out));
    // Its buffer would grow without bound.
    if (this.#socket.writableLength > 1024 * 1024) this.#socket.destroy();
  }

  /** From our side: what it sent and was not looked at is not looked at any more. */
  close(): void {
    this.dropped = true;
    this.#socket.destroy();
  }

  /** Bytes came and wait to be looked at. */
  waits(bytes: Buffer): void {
    this.#waitingBytes += bytes.length;
    this.#holdBack();
  }

  /** They are looked at. */
  frames(bytes: Buffer): Framed {
    this.#waitingBytes -= bytes.length;
    const framed = this.#framer.push(bytes);
    this.#holdBack();
    return framed;
  }

  /** A packet of this connection goes to the disk. */
  begins(): void {
    this.#underWay++;
    this.#holdBack();
  }

  /** It is there, or refused. */
  ends(): void {
    this.#underWay--;
    this.#holdBack();
  }

  /** Is read further only while not too much of it waits. */
  #holdBack(): void {
    const enough = this.#underWay >= this.#limits.backlog || this.#waitingBytes >= WAITING_BYTES;
    if (enough !== this.#socket.isPaused()) enough ? this.#socket.pause() : this.#socket.resume();
  }
}

/** What a listener hands on. No call may throw. */
export interface Receiver {
  /** @returns what settles when the packet is on disk or refused, and never rejects; null where there is nothing to wait for. */
  packet(bytes: Buffer, line: Line): Promise<void> | null;
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
  /** What came and is not looked at yet, in the order in which it came; null: the connection ended. */
  #waiting: { readonly line: Line; readonly bytes: Buffer | null }[] = [];
  #underWay = 0;
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
    this.#waiting = [];
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
    const line = new Line(socket, this.#limits, passedMs(this.#clock));
    this.#lines.set(line, socket);
    socket.on('data', (bytes: Buffer) => {
      line.waits(bytes);
      this.#waiting.push({ line, bytes });
      this.#look();
    });
    socket.on('close', () => {
      this.#lines.delete(line);
      this.#waiting.push({ line, bytes: null });
      this.#look();
    });
  }

  /** Looks at what came, as far as the disk keeps up. */
  #look(): void {
    let looked = 0;
    while (this.#underWay < UNDER_WAY && looked < this.#waiting.length) {
      const { line, bytes } = this.#waiting[looked++]!;
      if (bytes === null) this.#receiver.closed(line);
      else this.#framed(line, line.frames(bytes));
    }
    if (looked > 0) this.#waiting.splice(0, looked);
  }

  #framed(line: Line, { packets, discarded }: Framed): void {
    for (const { bytes, why } of discarded) this.#receiver.noise(bytes, why, line);
    for (const bytes of packets) {
      if (line.dropped) return;
      line.lastMs = passedMs(this.#clock);
      const work = this.#receiver.packet(bytes, line);
      if (work === null) continue;
      this.#underWay++;
      line.begins();
      void work.then(() => {
        line.ends();
        // In bunches: so many packets share one group of the journal.
        if (--this.#underWay <= UNDER_WAY / 2) this.#look();
      });
    }
  }

  /** Closes who does not introduce himself, who sends byte by byte, and who is gone without saying so. */
  #sweep(): void {
    const { introductionMs, idleMs } = this.#limits;
    this.#cancelSweep = this.#clock.after(Math.min(introductionMs / 4, idleMs / 4, LONGEST_SWEEP_MS), () => {
      const nowMs = passedMs(this.#clock);
      for (const line of this.#lines.keys()) {
        if (!line.introduced && nowMs - line.openedMs > introductionMs) line.close();
        else if (nowMs - line.lastMs > idleMs) line.close();
      }
      this.#sweep();
    });
  }
}
