import type { Duplex } from 'node:stream';
import type { Clock } from '../clock.ts';
import { plainOfTls } from '../tls-error.ts';
import { type Request, readAnswer, requestBody } from './frame.ts';
import type { Link, Outcome } from './link.ts';

const HEADER_BYTES = 6;
/** Unit, function and 252 bytes of data: the longest that the length field of an answer may announce. */
const LONGEST_BODY = 254;
/** How many requests back an answer may still come again inside another one. */
const RECENT = 1024;

/**
 * Modbus TCP over one socket. A silence closes it, so that a late answer dies with it.
 *
 * An answer is taken only if protocol, transaction id, unit, function and byte count fit the request in flight, and if the bytes behind
 * it are whole frames too: an answer that was cut short and filled up with the next one gives itself away by what is left over, or by
 * ending in a frame. Anything that is neither the answer nor an earlier one come again breaks the link. What cannot be told on TCP: an
 * answer filled up with exactly as many bytes of a second one that was cut as well.
 *
 * Framed here and not by modbus-serial, whose transaction ids wrap at 256 and whose port looks neither at the protocol id nor at what is
 * left over; test/collector/sources/modbus/tcp.test.ts shows both.
 *
 * @source MODBUS Messaging on TCP/IP Implementation Guide V1.0b, section 3.1
 */
export class TcpLink implements Link {
  readonly #socket: Duplex;
  readonly #clock: Clock;
  readonly #onLost: (error: Error) => void;
  /** Ids run over all 16 bits, from a random one, so that those of an earlier connection do not come round again at once. */
  #id: number;
  #asked = 0;
  #flight: { readonly request: Request; readonly settle: (outcome: Outcome) => void } | null = null;
  #held: Buffer = Buffer.alloc(0);
  #unsolicited = 0;
  #closed: boolean = false;

  constructor(socket: Duplex, clock: Clock, onLost: (error: Error) => void) {
    this.#socket = socket;
    this.#clock = clock;
    this.#onLost = onLost;
    this.#id = Math.floor(clock.random() * 65_536);
    socket.on('data', (bytes: Buffer) => this.#take(bytes));
    socket.on('error', (error) => this.#end('lost', plainOfTls(error).message));
    socket.on('close', () => this.#end('lost', 'the device closed the connection'));
  }

  get unsolicited(): number {
    return this.#unsolicited;
  }

  get closed(): boolean {
    return this.#closed;
  }

  read(request: Request, deadlineMs: number): Promise<Outcome> {
    if (this.#flight !== null) throw new Error('a request is in flight');
    const body = requestBody(request);
    if (this.#closed) return Promise.resolve({ kind: 'lost', why: 'closed' });
    if (this.#held.length > 0) {
      this.close();
      return Promise.resolve({ kind: 'confused', why: 'bytes of no answer stand before the request' });
    }
    this.#id = (this.#id + 1) & 0xffff;
    this.#asked++;
    const frame = Buffer.allocUnsafe(HEADER_BYTES + body.length);
    frame.writeUInt16BE(this.#id, 0);
    frame.writeUInt16BE(0, 2);
    frame.writeUInt16BE(body.length, 4);
    body.copy(frame, HEADER_BYTES);
    return new Promise((resolve) => {
      const cancel = this.#clock.after(deadlineMs, () => {
        this.#settle({ kind: 'silence' });
        this.close();
      });
      this.#flight = {
        request,
        settle: (outcome) => {
          cancel();
          resolve(outcome);
        },
      };
      this.#socket.write(frame);
    });
  }

  close(): void {
    this.#closed = true;
    this.#socket.destroy();
    this.#settle({ kind: 'lost', why: 'closed' });
  }

  #take(bytes: Buffer): void {
    if (this.#closed) return;
    let rest = this.#held.length === 0 ? bytes : Buffer.concat([this.#held, bytes]);
    let answer: Outcome | null = null;
    let wrong: string | null = null;
    while (rest.length >= HEADER_BYTES && wrong === null) {
      const id = rest.readUInt16BE(0);
      const length = rest.readUInt16BE(4);
      if (rest.readUInt16BE(2) !== 0 || length < 3 || length > LONGEST_BODY) {
        wrong = 'the bytes are no Modbus TCP frame';
        break;
      }
      if (rest.length < HEADER_BYTES + length) break;
      const body = rest.subarray(HEADER_BYTES, HEADER_BYTES + length);
      rest = rest.subarray(HEADER_BYTES + length);
      if (id === this.#id && this.#flight !== null && answer === null) {
        const read = readAnswer(this.#flight.request, body);
        if (read.kind === 'foreign') wrong = read.why;
        else if (this.#endsInFrame(body)) wrong = 'the answer ends in another one';
        else answer = read;
      } else if (this.#age(id) < this.#asked) this.#unsolicited++;
      else wrong = `transaction ${id} was never asked`;
    }
    if (wrong === null && answer !== null && rest.length > 0) wrong = 'bytes of no answer stand behind the answer';
    this.#held = rest;
    if (wrong !== null) this.#end('confused', wrong);
    else if (answer !== null) this.#settle(answer);
  }

  /** How many requests ago the transaction was asked on this connection, if it was. */
  #age(id: number): number {
    return (this.#id - id) & 0xffff;
  }

  /**
   * Whether the last bytes of an answer are a whole frame of a recent transaction: then the answer was cut short and filled up exactly.
   * Readings that look so by chance are refused for as long as their first register equals a recent transaction, which soon passes.
   */
  #endsInFrame(body: Buffer): boolean {
    for (let at = 3; at + 9 <= body.length; at++) {
      if (body[at + 2] !== 0 || body[at + 3] !== 0 || body[at + 4] !== 0 || body[at + 5] !== body.length - at - HEADER_BYTES) continue;
      const code = body[at + 7] as number;
      const whole = code > 0x80 ? body.length === at + 9 : body[at + 8] === body.length - at - 9;
      if ((code & 0x7f) >= 1 && (code & 0x7f) <= 4 && whole && this.#age(body.readUInt16BE(at)) < Math.min(this.#asked, RECENT))
        return true;
    }
    return false;
  }

  #settle(outcome: Outcome): void {
    const flight = this.#flight;
    this.#flight = null;
    flight?.settle(outcome);
  }

  #end(kind: 'confused' | 'lost', why: string): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#socket.destroy();
    const asked = this.#flight !== null;
    this.#settle({ kind, why });
    if (!asked) this.#onLost(new Error(why));
  }
}
