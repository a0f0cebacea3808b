import { connect, type Socket } from 'node:net';
import { type Clock, sleep } from '../clock.ts';
import { Supervisor } from '../supervisor.ts';
import { answerTo, EXE_RTN, QN_RTN } from './answers.ts';
import { type BookState, PeriodBook } from './book.ts';
import { decode } from './decode.ts';
import { Framer } from './framing.ts';
import { type Identity, Numbers, packetsOf, type Report, wire } from './outgoing.ts';
import { flagOf, headerField, type Packet, plainFields } from './packet.ts';
import { type Period, periodMs } from './reading.ts';
import { timeOf } from './time.ts';

export interface LoggerSettings extends Identity {
  readonly host: string;
  readonly port: number;
  /** For an acknowledgement, and how often a packet is sent until it came. @source HJ 212-2017 table 1: 10 s, 3 sends */
  readonly timeoutMs: number;
  readonly sends: number;
  readonly minuteIntervalMs: number;
  readonly periods: readonly Exclude<Period, 'real-time'>[];
  /** From when on periods are to be sent. */
  readonly fromMs: number;
  /** How far back what was not sent is still sent. */
  readonly backlogMs: number;
}

/** Where the logger has its figures from: handed in by who starts it, with everything that was read while the platform was away. */
export interface History {
  /** Periods that start within [from, to], those without any figure left out. */
  reports(period: Exclude<Period, 'real-time'>, fromMs: number, toMs: number): Promise<readonly Report[]>;
  now(): Promise<Report | null>;
}

/** Which periods a platform has acknowledged, by period. */
export type SentState = Readonly<Record<string, BookState>>;

/** Where the logger keeps what was acknowledged, so that a restart sends nothing twice and leaves nothing out. */
export interface SentKeeper {
  /** null where nothing was kept. */
  load(): Promise<SentState | null>;
  save(state: SentState): Promise<void>;
}

export interface LoggerStatus {
  readonly state: 'stopped' | 'connecting' | 'online' | 'waiting';
  readonly sent: number;
  readonly acknowledged: number;
  readonly repeated: number;
  readonly refused: number;
  readonly lastError: string | null;
}

const COMMAND = { minute: '2051', hour: '2061', day: '2031' } as const;
const PERIOD: Readonly<Record<string, Exclude<Period, 'real-time'>>> = { '2051': 'minute', '2061': 'hour', '2031': 'day' };
/** What every platform is told first: these are a plant's own readings, not those of its certified logger. */
export const NOT_CERTIFIED = '非认证数采仪：企业自有计量数据 not a certified data logger: the plant itself reads these';
const STEP_MS = 1_000;
/** Periods after which what was acknowledged is written down; a crash sends no more than these again. */
const KEPT_EVERY = 32;

/**
 * Reports a plant's own readings to a platform (上位机): each period once it is complete, sent until it is acknowledged, the newest before
 * what has piled up. Questions for history and real-time data are answered; whatever sets or controls is refused.
 *
 * It is not the certified logger (数采仪) of an outfall and says so on every connection. A certified one is read at its second destination.
 */
export class Hj212Logger {
  readonly #settings: LoggerSettings;
  readonly #history: History;
  readonly #clock: Clock;
  readonly #numbers: Numbers;
  readonly #keeper: SentKeeper | null;
  readonly #books: ReadonlyMap<Exclude<Period, 'real-time'>, PeriodBook>;
  readonly #supervisor: Supervisor<Socket>;
  readonly #awaited = new Map<string, () => void>();
  readonly #counts = { sent: 0, acknowledged: 0, repeated: 0, refused: 0 };
  #lastError: string | null = null;
  #running: { readonly abort: AbortController; readonly ended: Promise<void> } | null = null;
  #introduced: Socket | null = null;

  /** @param keeper null: what was acknowledged is forgotten with the program. */
  constructor(settings: LoggerSettings, history: History, clock: Clock, keeper: SentKeeper | null = null) {
    this.#settings = settings;
    this.#keeper = keeper;
    this.#history = history;
    this.#clock = clock;
    this.#numbers = new Numbers(settings.offsetMinutes);
    this.#books = new Map(
      settings.periods.map((period) => [
        period,
        new PeriodBook(periodMs(period, settings.minuteIntervalMs), settings.offsetMinutes, settings.backlogMs, settings.fromMs),
      ]),
    );
    this.#supervisor = new Supervisor({ open: (signal) => this.#open(signal), close: (socket) => socket.destroy() }, clock, (_, error) => {
      if (error !== null) this.#lastError = error.message;
    });
  }

  start(): void {
    if (this.#running !== null) return;
    const abort = new AbortController();
    this.#supervisor.start();
    this.#running = { abort, ended: this.#run(abort.signal) };
  }

  async stop(): Promise<void> {
    const running = this.#running;
    if (running === null) return;
    running.abort.abort();
    this.#supervisor.stop();
    // What is not acknowledged by now was not.
    for (const [key, wake] of [...this.#awaited]) if (key.startsWith('!')) wake();
    await running.ended;
    this.#running = null;
  }

  status(): LoggerStatus {
    return { state: this.#supervisor.state, ...this.#counts, lastError: this.#lastError };
  }

  /** Periods that are complete and not acknowledged yet. */
  waiting(): number {
    let count = 0;
    for (const book of this.#books.values()) {
      for (const { fromMs, toMs } of book.missing(this.#clock.nowMs(), 0, 1_000)) count += (toMs - fromMs) / book.everyMs + 1;
    }
    return count;
  }

  async #run(signal: AbortSignal): Promise<void> {
    try {
      const kept = await this.#keeper?.load();
      for (const [period, book] of this.#books) if (kept?.[period] !== undefined) book.restore(kept[period]);
    } catch (error) {
      this.#lastError = error instanceof Error ? error.message : String(error);
    }
    while (!signal.aborted) {
      const socket = this.#supervisor.connection;
      try {
        if (socket !== null && !socket.destroyed) await this.#work(socket, signal);
      } catch (error) {
        this.#lastError = error instanceof Error ? error.message : String(error);
      }
      await sleep(this.#clock, STEP_MS, signal);
    }
  }

  async #keep(): Promise<void> {
    await this.#keeper?.save(Object.fromEntries([...this.#books].map(([period, book]) => [period, book.state()])));
  }

  /** Sends what is due, the newest period first, then the oldest that waits, until nothing does. */
  async #work(socket: Socket, signal: AbortSignal): Promise<void> {
    if (this.#introduced !== socket) {
      const report: Report = { timeMs: this.#clock.nowMs(), items: [{ code: 'i21001', values: { Info: `//${NOT_CERTIFIED}//` } }] };
      const [packet] = packetsOf(this.#settings, this.#numbers, this.#clock.nowMs(), '3020', report, true, false);
      if (!(await this.#deliver(socket, packet!))) return;
      this.#introduced = socket;
    }
    for (const [period, book] of this.#books) {
      let unkept = 0;
      for (let newest = true; !signal.aborted; newest = !newest) {
        const ranges = book.missing(this.#clock.nowMs(), 0, 144);
        const range = newest ? ranges.at(-1) : ranges[0];
        if (range === undefined) break;
        const timeMs = newest ? range.toMs : range.fromMs;
        const [report] = await this.#history.reports(period, timeMs, timeMs);
        const late = this.#clock.nowMs() - timeMs >= 2 * book.everyMs;
        const packets =
          report === undefined ? [] : packetsOf(this.#settings, this.#numbers, this.#clock.nowMs(), COMMAND[period], report, true, late);
        for (const packet of packets) {
          if (await this.#deliver(socket, packet)) continue;
          if (unkept > 0) await this.#keep();
          return;
        }
        book.arrived(timeMs);
        if (++unkept >= KEPT_EVERY) {
          await this.#keep();
          unkept = 0;
        }
      }
      if (unkept > 0) await this.#keep();
    }
  }

  /** Sends a packet until it is acknowledged. @returns false where it never was: the connection is given up then. */
  async #deliver(socket: Socket, packet: Packet): Promise<boolean> {
    const qn = headerField(packet, 'QN')!;
    const bytes = wire(this.#settings, packet);
    for (let sent = 0; sent < this.#settings.sends; sent++) {
      if (socket.destroyed || this.#supervisor.connection !== socket) return false;
      socket.write(bytes);
      this.#counts.sent++;
      if (sent > 0) this.#counts.repeated++;
      if (await this.#acknowledged(qn)) {
        this.#counts.acknowledged++;
        this.#supervisor.proved();
        return true;
      }
    }
    this.#supervisor.lost(socket, new Error(`no acknowledgement of ${qn} after ${this.#settings.sends} sends`));
    return false;
  }

  #acknowledged(qn: string): Promise<boolean> {
    return new Promise((resolve) => {
      const settle = (came: boolean): void => {
        cancel();
        this.#awaited.delete(qn);
        this.#awaited.delete(`!${qn}`);
        resolve(came);
      };
      const cancel = this.#clock.after(this.#settings.timeoutMs, () => settle(false));
      this.#awaited.set(qn, () => settle(true));
      this.#awaited.set(`!${qn}`, () => settle(false));
    });
  }

  #open(signal: AbortSignal): Promise<Socket> {
    return new Promise((resolve, reject) => {
      const socket = connect({ host: this.#settings.host, port: this.#settings.port, signal });
      const framer = new Framer();
      socket.setNoDelay(true);
      socket.once('connect', () => resolve(socket));
      socket.on('error', reject);
      socket.on('close', () => {
        for (const [key, wake] of [...this.#awaited]) if (key.startsWith('!')) wake();
        this.#supervisor.lost(socket, new Error('the platform closed the connection'));
      });
      socket.on('data', (chunk: Buffer) => {
        for (const bytes of framer.push(chunk).packets) {
          const { crc, key } = this.#settings;
          const decoded = decode(bytes, { crc, ...(key === null ? {} : { key }) });
          if (decoded.ok) this.#take(socket, decoded.packet);
        }
      });
    });
  }

  #take(socket: Socket, packet: Packet): void {
    const cn = headerField(packet, 'CN')!;
    const qn = headerField(packet, 'QN');
    if (cn === '9014' || cn === '9013') {
      if (qn !== null && headerField(packet, 'MN') === this.#settings.mn) this.#awaited.get(qn)?.();
      return;
    }
    if (/^9/.test(cn)) return;
    this.#answer(socket, packet, cn).catch((error: unknown) => {
      this.#lastError = error instanceof Error ? error.message : String(error);
    });
  }

  /** A question of the platform: 9011, the data, 9012. */
  async #answer(socket: Socket, packet: Packet, cn: string): Promise<void> {
    const say = (answer: '9011' | '9012', field: string, code: number): void => {
      socket.write(wire({ ...this.#settings, key: null }, answerTo(packet, answer, [[field, String(code)]])));
    };
    const accepted = this.#accepts(packet, cn);
    if (accepted !== QN_RTN.ready) {
      this.#counts.refused++;
      // Who does not know the password is told nothing.
      if (accepted !== QN_RTN.password && accepted !== QN_RTN.mn) say('9011', 'QnRtn', accepted);
      return;
    }
    say('9011', 'QnRtn', QN_RTN.ready);
    const { offsetMinutes } = this.#settings;
    const period = PERIOD[cn];
    let reports: readonly Report[];
    if (period === undefined) {
      const now = await this.#history.now();
      reports = now === null ? [] : [now];
    } else {
      const fields = plainFields(packet);
      const fromMs = timeOf(fields.BeginTime ?? '', offsetMinutes);
      const toMs = timeOf(fields.EndTime ?? '', offsetMinutes);
      if (fromMs === null || toMs === null || toMs < fromMs || toMs - fromMs > this.#settings.backlogMs) {
        say('9012', 'ExeRtn', EXE_RTN.condition);
        return;
      }
      reports = await this.#history.reports(period, fromMs, toMs);
    }
    for (const report of reports) {
      const nowMs = this.#clock.nowMs();
      for (const part of packetsOf(this.#settings, this.#numbers, nowMs, cn, report, false, false)) {
        if (socket.destroyed) return;
        if (!socket.write(wire(this.#settings, part))) await new Promise((resolve) => setImmediate(resolve));
      }
    }
    say('9012', 'ExeRtn', reports.length > 0 ? EXE_RTN.done : EXE_RTN.noData);
  }

  /** QnRtn of a question. */
  #accepts(packet: Packet, cn: string): number {
    if (headerField(packet, 'MN') !== this.#settings.mn) return QN_RTN.mn;
    if (headerField(packet, 'PW') !== this.#settings.password) return QN_RTN.password;
    if (headerField(packet, 'QN') === null) return QN_RTN.qn;
    if (flagOf(packet) === null) return QN_RTN.flag;
    if (cn === '2011' || PERIOD[cn] !== undefined) return QN_RTN.ready;
    return /^[123]\d{3}$/.test(cn) ? QN_RTN.refused : QN_RTN.cn;
  }
}
