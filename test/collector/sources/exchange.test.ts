import { describe, expect, it } from 'vitest';
import { Exchange, type Question } from '../../../collector/sources/exchange.ts';
import { VirtualClock, Wire } from './modbus/virtual-time.ts';

const QUIET_MS = 100;
const DEADLINE_MS = 500;

/** A question answered by its own byte, how many bytes follow, and those. */
const question = (id: number): Question<number> => ({
  frame: Buffer.of(id),
  find(bytes) {
    if (bytes.length > 0 && bytes[0] !== id) return { kind: 'noise', why: 'of another question' };
    if (bytes.length < 2 || bytes.length < 2 + bytes[1]! * 100) return { kind: 'more' };
    return { kind: 'answer', answer: bytes[0]!, bytes: 2 + bytes[1]! * 100 };
  },
});

/** A line in virtual time, and when what was asked on it. */
function line(answer: (wire: Wire, id: number, clock: VirtualClock) => void) {
  const clock = new VirtualClock(0, 1);
  const asked: (readonly [atMs: number, id: number])[] = [];
  const lost: string[] = [];
  const wire = new Wire((bytes, own) => {
    asked.push([clock.nowMs(), bytes[0]!]);
    answer(own, bytes[0]!, clock);
  });
  const exchange = new Exchange(wire, QUIET_MS, clock, (error) => lost.push(error.message));
  const ask = (id: number) => clock.during(exchange.ask(question(id), DEADLINE_MS));
  return { clock, wire, asked, lost, exchange, ask };
}

const right = (id: number) => ({ kind: 'answer', answer: id });

describe('one question at a time on a line of meters', () => {
  it('is asked once the line was silent for the quiet time: when it was opened, after what nobody asked for, after a missed answer', async () => {
    let silent = true;
    const { ask, asked, wire, clock } = line((own, id) => {
      if (!silent) own.send(Buffer.of(id, 0));
    });
    // The answer to an earlier connection.
    clock.after(30, () => wire.send(Buffer.of(1, 0)));
    expect(await ask(1)).toEqual({ kind: 'silence' });
    silent = false;
    expect(await ask(2)).toEqual(right(2));
    expect(await ask(3)).toEqual(right(3));
    wire.send(Buffer.of(3, 0));
    expect(await ask(4)).toEqual(right(4));
    const [opened, again] = [30 + QUIET_MS, 30 + QUIET_MS + DEADLINE_MS + QUIET_MS];
    expect(asked).toEqual([
      [opened, 1],
      [again, 2],
      [again, 3],
      [again + QUIET_MS, 4],
    ]);
  });

  it('is not asked while a late answer lies in the socket that the timer was quicker than', async () => {
    const { ask, asked, wire, clock } = line((own, id) => own.send(Buffer.of(id, 0)));
    // Handed over in the turn of the event loop in which the quiet time ends, behind the timer.
    const after = clock.after.bind(clock);
    let late = 1;
    clock.after = (delayMs, callback) =>
      after(delayMs, () => {
        if (late-- > 0) setImmediate(() => wire.send(Buffer.of(1, 0)));
        callback();
      });
    expect(await ask(1)).toEqual(right(1));
    expect(asked).toEqual([[2 * QUIET_MS, 1]]);
  });

  it('takes an answer that comes byte by byte, and none of another question, with bytes behind it, or longer than any', async () => {
    const { ask } = line((own, id, clock) => {
      if (id === 1) for (const [at, byte] of [1, 0].entries()) clock.after(at, () => own.send(Buffer.of(byte)));
      if (id === 2) own.send(Buffer.of(9, 0));
      if (id === 3) own.send(Buffer.of(3, 0, 3, 0));
      // Ten times a hundred bytes are more than a frame has, and wait for no end.
      if (id === 4) own.send(Buffer.concat([Buffer.of(4, 200), Buffer.alloc(1_100)]));
      if (id === 5) clock.after(1, () => own.send(Buffer.concat([Buffer.of(5, 9), Buffer.alloc(900)])));
    });
    expect(await ask(1)).toEqual(right(1));
    expect(await ask(2)).toEqual({ kind: 'confused', why: 'of another question' });
    expect(await ask(3)).toEqual({ kind: 'confused', why: 'bytes stand behind the answer' });
    expect(await ask(4)).toEqual({ kind: 'confused', why: 'more bytes than a frame has' });
    expect(await ask(5)).toEqual(right(5));
  });

  it('waits for no line that never falls silent', async () => {
    const { ask, asked, exchange, clock, wire } = line(() => {});
    const babble = (): void => {
      if (exchange.closed) return;
      wire.send(Buffer.of(7));
      clock.after(QUIET_MS / 2, babble);
    };
    babble();
    expect(await ask(1)).toMatchObject({ kind: 'confused', why: expect.stringContaining('second master') });
    expect(asked).toEqual([]);
    expect(clock.nowMs()).toBeGreaterThan(QUIET_MS);
    expect(clock.nowMs()).toBeLessThan(20 * QUIET_MS);
  });

  it('gives the line up after five silences in a row, and not for those between which it answers', async () => {
    let silences = 4;
    const { ask, exchange, lost } = line((own, id) => {
      if (silences-- <= 0) own.send(Buffer.of(id, 0));
    });
    for (const more of [4, 4, 5]) {
      silences = more;
      for (let i = 0; i < more; i++) {
        expect(exchange.closed).toBe(false);
        expect(await ask(1)).toEqual({ kind: 'silence' });
      }
      if (more === 4) expect(await ask(1)).toEqual(right(1));
    }
    expect(exchange.closed).toBe(true);
    expect(await ask(1)).toEqual({ kind: 'lost', why: 'closed' });
    // Who asks learns it from the answer.
    expect(lost).toEqual([]);
  });

  it.each<[string, (wire: Wire, exchange: Exchange) => void, string]>([
    ['is closed', (_wire, exchange) => exchange.close(), 'closed'],
    ['breaks', (wire) => wire.destroy(new Error('the adapter is gone')), 'the adapter is gone'],
    ['goes away', (wire) => wire.destroy(), 'the line was closed'],
  ])('is settled at once by a line that %s', async (_, end, why) => {
    const { ask, exchange, clock, lost, asked } = line((own) => end(own, exchange));
    expect(await ask(1)).toEqual({ kind: 'lost', why });
    expect([exchange.closed, clock.nowMs(), lost]).toEqual([true, QUIET_MS, []]);
    expect(await ask(2)).toEqual({ kind: 'lost', why: 'closed' });
    expect(asked).toHaveLength(1);
  });

  it('that is not asked yet when the line goes away is not asked, and a line that goes away while nobody asks is told of, once', async () => {
    const waiting = line(() => {});
    waiting.clock.after(QUIET_MS / 2, () => waiting.wire.destroy());
    expect(await waiting.ask(1)).toEqual({ kind: 'lost', why: 'closed' });
    expect([waiting.asked, waiting.exchange.closed]).toEqual([[], true]);

    const idle = line((own, id) => own.send(Buffer.of(id, 0)));
    expect(await idle.ask(1)).toEqual(right(1));
    idle.wire.destroy(new Error('the adapter is gone'));
    await new Promise((resolve) => setImmediate(resolve));
    expect([idle.lost, idle.exchange.closed]).toEqual([['the adapter is gone'], true]);
  });
});
