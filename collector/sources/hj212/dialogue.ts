import { type Clock, passedMs } from '../clock.ts';
import { EXE_RTN, QN_RTN } from './answers.ts';
import type { Range } from './book.ts';
import type { Packet } from './packet.ts';
import { written, writtenMs } from './time.ts';

/** done: carried out; no-data: the station has none; refused: it said no; silent: it did not answer or did not end. */
export type Ended = 'done' | 'no-data' | 'refused' | 'silent';

/** Commands that read history: all that this platform sends by itself. What sets or controls a station is an officer's, see `control.ts`. */
export type HistoryCommand = '2051' | '2061' | '2031';

export interface DialogueSettings {
  readonly timeoutMs: number;
  /** How often a request is sent before it is given up. */
  readonly sends: number;
  readonly offsetMinutes: number;
}

interface Open {
  readonly qn: string;
  /** Of history: what is asked for; null of a command. */
  readonly range: Range | null;
  readonly cn: string;
  accepted: boolean;
  /** When the station was last heard. */
  lastMs: number;
  ended: Ended | null;
  /** Ends the waiting. */
  wake: () => void;
}

/**
 * Our requests to one station, one at a time: request, 9011, data, 9012.
 *
 * @source HJ 212-2017 6.2, table 1 (10 s, 3 sends)
 */
export class Dialogue {
  readonly #settings: DialogueSettings;
  readonly #clock: Clock;
  #open: Open | null = null;
  #lastQnMs = 0;

  constructor(settings: DialogueSettings, clock: Clock) {
    this.#settings = settings;
    this.#clock = clock;
  }

  /** Whether the time lies in what is being asked for. */
  covers(cn: string, timeMs: number): boolean {
    const range = this.#open?.cn === cn ? this.#open.range : null;
    return range !== null && timeMs >= range.fromMs && timeMs <= range.toMs;
  }

  /** Whether a request is under way; a station is asked one thing at a time. */
  get busy(): boolean {
    return this.#open !== null;
  }

  /** Asks for the history of a range. `send` puts a packet on the line, with the header of the station and the given QN. */
  async ask(cn: HistoryCommand, range: Range, send: (packet: Pick<Packet, 'groups'> & { qn: string; cn: string }) => void): Promise<Ended> {
    const { offsetMinutes } = this.#settings;
    return this.#exchange(
      cn,
      range,
      [[['BeginTime', written(range.fromMs, offsetMinutes)]], [['EndTime', written(range.toMs, offsetMinutes)]]],
      send,
    );
  }

  /** Sends a command of an officer, once: one that is not answered may have been carried out all the same. */
  async command(
    cn: string,
    groups: Packet['groups'],
    send: (packet: Pick<Packet, 'groups'> & { qn: string; cn: string }) => void,
  ): Promise<Ended> {
    return this.#exchange(cn, null, groups, send);
  }

  async #exchange(
    cn: string,
    range: Range | null,
    groups: Packet['groups'],
    send: (packet: Pick<Packet, 'groups'> & { qn: string; cn: string }) => void,
  ): Promise<Ended> {
    if (this.#open !== null) throw new Error('a request is open');
    this.#lastQnMs = Math.max(this.#clock.nowMs(), this.#lastQnMs + 1);
    const { offsetMinutes, timeoutMs } = this.#settings;
    const sends = range === null ? 1 : this.#settings.sends;
    const open: Open = {
      qn: writtenMs(this.#lastQnMs, offsetMinutes),
      range,
      cn,
      accepted: false,
      lastMs: 0,
      ended: null,
      wake: () => {},
    };
    this.#open = open;
    try {
      for (let sent = 0; sent < sends && !open.accepted && open.ended === null; sent++) {
        send({ qn: open.qn, cn, groups });
        await this.#patience(open, timeoutMs);
      }
      if (open.accepted && open.ended === null) await this.#patience(open, timeoutMs * this.#settings.sends);
      return open.ended ?? 'silent';
    } finally {
      this.#open = null;
    }
  }

  /** An answer 9011 or 9012 of the station. */
  answered(cn: string, qn: string | null, code: number | null): void {
    const open = this.#open;
    if (open === null || qn !== open.qn) return;
    if (cn === '9011') {
      if (code === QN_RTN.ready) this.#accept(open);
      else this.#end(open, 'refused');
    } else if (cn === '9012') {
      if (code === EXE_RTN.done) this.#end(open, 'done');
      else this.#end(open, code === EXE_RTN.noData ? 'no-data' : 'refused');
    }
  }

  /** Data of the open request arrived: the station is at work. */
  heard(): void {
    if (this.#open !== null) this.#accept(this.#open);
  }

  /** The line is gone. */
  broken(): void {
    if (this.#open !== null) this.#end(this.#open, 'silent');
  }

  /** Waits until the request is accepted or ended, or nothing was heard for so long. */
  #patience(open: Open, patienceMs: number): Promise<void> {
    open.lastMs = passedMs(this.#clock);
    return new Promise((resolve) => {
      let cancel = (): void => {};
      const look = (): void => {
        const leftMs = open.lastMs + patienceMs - passedMs(this.#clock);
        if (leftMs > 0) cancel = this.#clock.after(leftMs, look);
        else resolve();
      };
      open.wake = () => {
        cancel();
        resolve();
      };
      look();
    });
  }

  #accept(open: Open): void {
    open.lastMs = passedMs(this.#clock);
    if (open.accepted) return;
    open.accepted = true;
    open.wake();
  }

  #end(open: Open, ended: Ended): void {
    open.ended = ended;
    open.wake();
  }
}
