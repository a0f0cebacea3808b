import { createServer, type Server, type Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { type Clock, passedMs } from '../clock.ts';

/** How a DTU that dials in is told from the others: by the bytes that it sends first, or by where it comes from. */
export type Caller = { readonly registration: Buffer } | { readonly address: string };

/** Who does not say within this time which device it is, is hung up on. */
const REGISTRATION_MS = 15_000;
/** Where one registration begins like a longer one, the shorter is meant when nothing follows for so long. */
const PAUSE_MS = 500;
/** A stranger that calls again and again is told of so often. */
const TELL_MS = 3_600_000;
/** Callers at one time that have not yet said who they are. */
const MOST_STRANGERS = 256;

interface Line {
  readonly caller: Caller;
  readonly heartbeat: Buffer | null;
  /** Takes the next connection of this caller. */
  waiter: ((stream: Duplex) => void) | null;
  /** The caller's latest connection, whether someone took it or not; an older one is dead. */
  latest: Duplex | null;
  taken: boolean;
}

/**
 * One TCP port on which DTUs dial in, each carrying the frames of its serial line. The port is open while any of its lines is in use.
 *
 * A DTU that dials in again is taken at its word: its earlier connection is dead, however alive it looks.
 */
export class DialIn {
  readonly #host: string;
  readonly #port: number;
  readonly #clock: Clock;
  readonly #lines = new Map<string, Line>();
  /** Devices in use, and whom to tell of a caller that is none of them: the first. */
  readonly #users = new Map<string, (detail: string) => void>();
  readonly #strangers = new Set<Socket>();
  /** When each of them was told of. */
  readonly #told = new Map<string, number>();
  #server: Promise<Server> | null = null;

  constructor(host: string, port: number, clock: Clock) {
    this.#host = host;
    this.#port = port;
    this.#clock = clock;
  }

  /** @returns the device that is known by the same sign already, null where there is none. */
  add(id: string, caller: Caller, heartbeat: Buffer | null): string | null {
    for (const [other, line] of this.#lines) if (signOf(line.caller) === signOf(caller)) return other;
    this.#lines.set(id, { caller, heartbeat, waiter: null, latest: null, taken: false });
    return null;
  }

  /**
   * The next connection of a device, waited for until the signal aborts. Rejects where the port cannot be opened.
   *
   * @param stranger told what a caller said that is no device of this port, once an hour each.
   */
  async next(id: string, signal: AbortSignal, stranger: (detail: string) => void = () => {}): Promise<Duplex> {
    const line = this.#lines.get(id) as Line;
    this.#users.set(id, stranger);
    this.#server ??= this.#listen();
    try {
      await this.#server;
    } catch (error) {
      this.#server = null;
      throw error;
    }
    signal.throwIfAborted();
    if (line.latest !== null && !line.taken && !line.latest.destroyed) return take(line, line.latest);
    return new Promise((resolve, reject) => {
      const abort = () => {
        line.waiter = null;
        reject(new Error('stopped'));
      };
      line.waiter = (stream) => {
        signal.removeEventListener('abort', abort);
        line.waiter = null;
        resolve(take(line, stream));
      };
      signal.addEventListener('abort', abort, { once: true });
    });
  }

  /** The device is read no more; with the last one the port is closed. */
  async leave(id: string): Promise<void> {
    const line = this.#lines.get(id);
    line?.latest?.destroy();
    this.#users.delete(id);
    if (this.#users.size > 0 || this.#server === null) return;
    const closing = this.#server;
    this.#server = null;
    for (const socket of this.#strangers) socket.destroy();
    for (const { latest } of this.#lines.values()) latest?.destroy();
    const server = await closing.catch(() => null);
    if (server !== null) await new Promise<void>((resolve) => server.close(() => resolve()));
  }

  #listen(): Promise<Server> {
    return new Promise((resolve, reject) => {
      const server = createServer({ noDelay: true, keepAlive: true, keepAliveInitialDelay: 30_000 }, (socket) => this.#called(socket));
      server.once('error', reject);
      server.listen(this.#port, this.#host, () => {
        server.removeListener('error', reject);
        server.on('error', () => {});
        resolve(server);
      });
    });
  }

  #called(socket: Socket): void {
    socket.on('error', () => {});
    const address = (socket.remoteAddress ?? '').replace(/^::ffff:/, '');
    const known = [...this.#lines.values()].find(({ caller }) => 'address' in caller && caller.address === address);
    if (known !== undefined) {
      this.#connected(known, socket);
      return;
    }
    if (this.#strangers.size >= MOST_STRANGERS) {
      socket.destroy();
      return;
    }
    this.#strangers.add(socket);
    let held: Buffer = Buffer.alloc(0);
    let cancelPause = (): void => {};
    const cancel = this.#clock.after(REGISTRATION_MS, () => {
      this.#tell(address, held);
      socket.destroy();
    });
    const settle = () => {
      cancel();
      cancelPause();
      this.#strangers.delete(socket);
      socket.removeListener('data', listen);
      socket.removeListener('close', settle);
    };
    const accept = (line: Line | null) => {
      settle();
      if (line === null) {
        this.#tell(address, held);
        socket.destroy();
        return;
      }
      socket.pause();
      const rest = held.subarray((line.caller as { registration: Buffer }).registration.length);
      if (rest.length > 0) socket.unshift(rest);
      this.#connected(line, socket);
    };
    const listen = (bytes: Buffer) => {
      held = Buffer.concat([held, bytes]);
      cancelPause();
      const { line, open } = this.#registered(held);
      if (!open) accept(line);
      else if (line !== null) cancelPause = this.#clock.after(PAUSE_MS, () => accept(line));
    };
    socket.on('data', listen);
    socket.once('close', settle);
  }

  /** Whose registration the bytes begin with, the longest that fits, and whether they may yet become a longer one. */
  #registered(held: Buffer): { readonly line: Line | null; readonly open: boolean } {
    const lines = [...this.#lines.values()].flatMap((line) =>
      'registration' in line.caller ? [{ line, sign: line.caller.registration }] : [],
    );
    const begins = (whole: Buffer, part: Buffer): boolean => whole.subarray(0, part.length).equals(part);
    const open = lines.some(({ sign }) => sign.length > held.length && begins(sign, held));
    const fit = lines.filter(({ sign }) => begins(held, sign)).sort((a, b) => b.sign.length - a.sign.length);
    return { line: fit[0]?.line ?? null, open };
  }

  /** A DTU whose registration the plant file has otherwise is found by what it sends. */
  #tell(address: string, held: Buffer): void {
    const sent = held.subarray(0, 64);
    const what = sent.length === 0 ? 'nothing' : `0x${sent.toString('hex')} ${JSON.stringify(sent.toString('latin1'))}`;
    const detail = `a caller from ${address} sent ${what} and is no device of this port`;
    const nowMs = passedMs(this.#clock);
    const lastMs = this.#told.get(detail);
    if (lastMs !== undefined && nowMs - lastMs < TELL_MS) return;
    if (this.#told.size >= MOST_STRANGERS) this.#told.clear();
    this.#told.set(detail, nowMs);
    this.#users.values().next().value?.(detail);
  }

  #connected(line: Line, socket: Socket): void {
    line.latest?.destroy();
    const stream = line.heartbeat === null ? socket : withoutHeartbeat(socket, line.heartbeat);
    line.latest = stream;
    line.taken = false;
    line.waiter?.(stream);
  }
}

function take(line: Line, stream: Duplex): Duplex {
  line.taken = true;
  return stream;
}

const signOf = (caller: Caller): string => ('address' in caller ? caller.address : `0x${caller.registration.toString('hex')}`);

/** The socket's bytes without the packets by which a DTU shows that it lives: those that come alone, or before or behind others. */
export function withoutHeartbeat(socket: Duplex, heartbeat: Buffer): Duplex {
  const stream = new Duplex({
    read: () => {
      socket.resume();
    },
    write: (bytes: Buffer, _encoding, done) => {
      socket.write(bytes, done);
    },
    destroy: (error, done) => {
      socket.destroy();
      done(error);
    },
  });
  socket.on('data', (bytes: Buffer) => {
    let rest = bytes;
    while (rest.length >= heartbeat.length && rest.subarray(0, heartbeat.length).equals(heartbeat)) rest = rest.subarray(heartbeat.length);
    while (rest.length >= heartbeat.length && rest.subarray(-heartbeat.length).equals(heartbeat))
      rest = rest.subarray(0, -heartbeat.length);
    if (rest.length > 0 && !stream.push(rest)) socket.pause();
  });
  socket.on('close', () => stream.destroy());
  return stream;
}
