import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { accountOf } from '../../../../collector/sample/conservation.ts';
import { HOUR_MS } from '../../../../collector/sample/hour.ts';
import { REASON_CODE } from '../../../../collector/sample/reason.ts';
import { QUALITY_CODE } from '../../../../collector/sample/sample.ts';
import { systemClock } from '../../../../collector/sources/clock.ts';
import type { ClientPackage, DataValue, Session } from '../../../../collector/sources/opcua/client.ts';
import type { OpcuaConnection } from '../../../../collector/sources/opcua/connection.ts';
import { type Refused, subscribe } from '../../../../collector/sources/opcua/reports.ts';
import { OpcuaSource } from '../../../../collector/sources/opcua/source.ts';
import { Times } from '../../../../collector/sources/opcua/times.ts';
import { Gather } from '../gather.ts';

const dataValue = (value: number, sourceMs: number | null, status = 0): DataValue => ({
  value: { dataType: 11, arrayType: 0, value },
  statusCode: { value: status, toString: () => `status ${status}` },
  sourceTimestamp: sourceMs === null ? null : new Date(sourceMs),
});

/** A server whose value stands still for its readings, and that reports what the test says. */
function server(read?: OpcuaConnection['read'], refused: () => Promise<readonly Refused[]> = async () => []) {
  const reporters: ((index: number, value: DataValue) => void)[] = [];
  const closed: OpcuaConnection[] = [];
  const lost: ((connection: OpcuaConnection, error: Error) => void)[] = [];
  const standing = Date.now() - 10 * HOUR_MS;
  const sink = new Gather();
  const source = new OpcuaSource(
    {
      id: 'dcs',
      timeoutMs: 60_000,
      origin: 'device',
      open: (onLost) => async () => {
        lost.push(onLost);
        const connection: OpcuaConnection = {
          read: read ?? (async (nodes) => nodes.map(() => dataValue(1, standing))),
          async report(nodes, changed) {
            expect(nodes).toEqual([{ node: 'ns=1;s=A', samplingMs: 20, deadband: { kind: 'absolute', value: 0.5 } }]);
            reporters.push(changed);
            return refused();
          },
          close: () => closed.push(connection),
        };
        return connection;
      },
    },
    [
      {
        channel: 'a',
        node: 'ns=1;s=A',
        scale: 1,
        offset: 0,
        everyMs: 50,
        change: { samplingMs: 20, deadband: { kind: 'absolute', value: 0.5 } },
      },
      { channel: 'b', node: 'ns=1;s=B', scale: 1, offset: 0, everyMs: 50 },
    ],
    systemClock,
  );
  return { source, sink, reporters, closed };
}

describe('changes that a server reports', () => {
  it('come between the readings with their own times, each once; nothing due is missing or counted twice', async () => {
    const { source, sink, reporters } = server();
    await source.start(sink);
    await sink.until(() => reporters.length === 1 && sink.of('a').some(({ value }) => value === 1));
    const sent: number[] = [];
    for (let value = 10; value < 20; value++) {
      while (Date.now() === sent.at(-1)) await new Promise((resolve) => setTimeout(resolve, 1));
      const timeMs = Date.now();
      sent.push(timeMs);
      reporters[0]!(0, dataValue(value, timeMs));
      reporters[0]!(0, dataValue(value, timeMs));
      await sink.until(() => sink.of('a').some((sample) => sample.value === value));
    }
    await source.stop();
    expect(sink.polled).toBe(sink.taken.length);
    const told = sink.of('a').filter(({ value }) => value !== null && value >= 10);
    expect(told.map(({ value }) => value)).toEqual([10, 11, 12, 13, 14, 15, 16, 17, 18, 19]);
    for (const [index, { timeMs, quality }] of told.entries()) {
      expect(quality).toBe('good');
      // Its own time; a millisecond behind it where a reading had just that one.
      expect(timeMs - sent[index]!).toBeGreaterThanOrEqual(0);
      expect(timeMs - sent[index]!).toBeLessThanOrEqual(1);
    }
    const times = sink.of('a').map(({ timeMs }) => timeMs);
    expect(new Set(times).size).toBe(times.length);
    // Of a channel beside it, that is only read, nothing more is told.
    expect(sink.of('b').every(({ value }) => value === null || value === 1)).toBe(true);
    reporters[0]!(0, dataValue(99, Date.now()));
    expect(sink.of('a').some(({ value }) => value === 99)).toBe(false);
    expect(sink.events).toEqual([]);
  });

  it.each<[string, () => Promise<readonly Refused[]>, string]>([
    ['some nodes', async () => [{ node: 'ns=1;s=A', why: 'BadFilterNotAllowed' }], 'ns=1;s=A: BadFilterNotAllowed'],
    ['subscriptions', () => Promise.reject(new Error('BadTooManySubscriptions')), 'all: BadTooManySubscriptions'],
  ])('where the server refuses %s are told of, and the readings go on', async (_what, refused, why) => {
    const { source, sink } = server(undefined, refused);
    await source.start(sink);
    await sink.until(() => sink.events.length > 0 && sink.of('a').filter(({ value }) => value === 1).length > 3);
    await source.stop();
    const detail = `changes are not reported: ${why}`;
    expect(sink.events).toMatchObject([{ source: 'dcs', event: 'reports-refused', detail }]);
    expect(source.status().lastError).toBe(detail);
  });

  it('that nobody can write do not pile up: the connection is given up, and the server keeps or counts what it has no room for', async () => {
    const { source, sink, reporters, closed } = server();
    await source.start(sink);
    await sink.until(() => reporters.length === 1 && sink.of('a').length > 0);
    let writable = (): void => {};
    const full = new Promise<void>((resolve) => {
      writable = resolve;
    });
    const samples = sink.samples.bind(sink);
    sink.samples = async (list) => {
      await full;
      await samples(list);
    };
    const atMs = Date.now();
    for (let number = 0; closed.length === 0 && number < 200_000; number++) reporters[0]!(0, dataValue(2, atMs - number));
    expect(closed).toHaveLength(1);
    writable();
    await source.stop();
    const taken = sink.of('a').filter(({ value }) => value === 2);
    expect(taken.length).toBeGreaterThan(50_000);
    expect(taken.length).toBeLessThan(50_010);
  });

  it('that come while a reading is under way stand behind it', async () => {
    let answer: (() => void) | null = null;
    let asked = 0;
    const { source, sink, reporters } = server((nodes) => {
      if (++asked < 3) return Promise.resolve(nodes.map(() => dataValue(asked, null)));
      return new Promise((resolve) => {
        answer = () => resolve(nodes.map(() => dataValue(asked, null)));
      });
    });
    await source.start(sink);
    await sink.until(() => sink.of('a').some(({ value }) => value === 2));
    while (answer === null) await new Promise((resolve) => setTimeout(resolve, 5));
    reporters[0]!(0, dataValue(50, Date.now()));
    await new Promise((resolve) => setImmediate(resolve));
    expect(sink.of('a').some(({ value }) => value === 50)).toBe(false);
    (answer as () => void)();
    await sink.until(() => sink.of('a').some(({ value }) => value === 50));
    const values = sink.of('a').flatMap(({ value }) => (value === null ? [] : [value]));
    expect(values.indexOf(50)).toBe(values.indexOf(3) + 1);
    const stopped = source.stop();
    (answer as () => void)();
    await stopped;
  });

  it('with a bad status are missing with their reason; more than the server had room for are told of', async () => {
    const { source, sink, reporters } = server();
    await source.start(sink);
    await sink.until(() => reporters.length === 1 && sink.of('a').length > 0);
    reporters[0]!(0, dataValue(7, Date.now(), 0x808c0000));
    await sink.until(() => sink.of('a').some(({ reason }) => reason === 'device-fault'));
    expect(sink.of('a').find(({ reason }) => reason === 'device-fault')).toMatchObject({ value: null, quality: 'missing' });
    reporters[0]!(0, dataValue(8, Date.now() + 5, 0x00000480));
    await sink.until(() => sink.events.some(({ event }) => event === 'reports-lost'));
    await sink.until(() => sink.of('a').some(({ value }) => value === 8));
    await source.stop();
  });
});

describe('the account of a channel whose changes are reported', () => {
  it('expects what it would expect without them, to the sample', () => {
    const everyMs = 60_000;
    const due = Array.from({ length: 62 }, (_, at) => ({ timeMs: (at - 1) * everyMs + 40, missing: at % 7 === 0 }));
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 0, max: HOUR_MS - 1 }), { maxLength: 200 }), (reported) => {
        const all = [...due, ...reported.filter((timeMs) => timeMs % everyMs !== 40).map((timeMs) => ({ timeMs, missing: false }))];
        all.sort((a, b) => a.timeMs - b.timeMs);
        const account = accountOf(
          {
            timeMs: Float64Array.from(all, ({ timeMs }) => timeMs),
            value: Float64Array.from(all, ({ missing }) => (missing ? Number.NaN : 1)),
            quality: Uint8Array.from(all, ({ missing }) => (missing ? QUALITY_CODE.missing : QUALITY_CODE.good)),
            reason: Uint8Array.from(all, ({ missing }) => (missing ? REASON_CODE.communication : REASON_CODE.none)),
            origin: new Uint8Array(all.length),
          },
          everyMs,
          0,
        );
        expect([account.expected, account.unaccounted]).toEqual([60, 0]);
        const missing = Object.values(account.missing).reduce((sum, count) => sum + count, 0);
        expect(account.good + account.suspect + missing + account.additional).toBe(all.length - 2);
      }),
    );
  });
});

describe('the times of readings and reports', () => {
  it('are never shared, and those of new values are their own where they lie within the interval', () => {
    const EVERY = 1000;
    const step = fc.record({
      // Often close together: what is told of one moment meets what the server says of the same.
      waitMs: fc.oneof(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 700 })),
      ageMs: fc.oneof(fc.integer({ min: -2, max: 4 }), fc.integer({ min: -200, max: 3000 })),
      reading: fc.boolean(),
      again: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const times = new Times();
        const told = new Set<number>();
        let nowMs = 1_000_000;
        let stamp = { sourceMs: 999_000, status: 0 };
        let newestMs = Number.NEGATIVE_INFINITY;
        for (const { waitMs, ageMs, reading, again } of steps) {
          nowMs += Math.max(1, waitMs);
          const known = stamp;
          if (!again) stamp = { sourceMs: nowMs - ageMs, status: 0 };
          const timeMs = reading ? times.ofReading('a', EVERY, stamp, nowMs, nowMs) : times.ofReport('a', EVERY, stamp, nowMs);
          if (timeMs === null) {
            expect(stamp.sourceMs).toBe(known.sourceMs);
            continue;
          }
          if (reading || timeMs > newestMs) {
            expect(told.has(timeMs)).toBe(false);
            newestMs = Math.max(newestMs, timeMs);
          }
          told.add(timeMs);
          expect(timeMs).toBeLessThanOrEqual(nowMs + 1);
        }
      }),
    );
  });

  it('are not those of what could not be read, and a value that stood meanwhile is none of before', () => {
    const times = new Times();
    expect(times.ofReading('a', 1000, { sourceMs: 9_900, status: 0 }, 10_000, 10_010)).toBe(9_900);
    times.missing('a', 11_000);
    expect(times.ofReading('a', 1000, { sourceMs: 9_900, status: 0 }, 11_000, 11_010)).toBe(11_001);
    expect(times.ofReading('a', 1000, { sourceMs: 11_001, status: 0 }, 12_000, 12_010)).toBe(12_000);
    expect(times.ofReading('a', 1000, { sourceMs: 13_010, status: 0 }, 13_000, 13_010)).toBe(13_010);
    expect(times.ofReading('a', 1000, { sourceMs: 14_011, status: 0 }, 14_000, 14_010)).toBe(14_000);
  });

  it('of a value that has stood for long and is reported first are those of the report', () => {
    const times = new Times();
    expect(times.ofReport('a', 1000, { sourceMs: 5_000, status: 0 }, 100_000)).toBe(100_000);
    expect(times.ofReport('a', 1000, { sourceMs: 5_000, status: 0 }, 100_500)).toBeNull();
    expect(times.ofReport('a', 1000, { sourceMs: 5_000, status: 9 }, 100_600)).toBe(100_600);
    expect(times.ofReport('a', 1000, { sourceMs: 100_700, status: 0 }, 100_800)).toBe(100_700);
    // Late, but of this interval: it keeps its own time.
    expect(times.ofReport('a', 1000, { sourceMs: 100_650, status: 0 }, 100_900)).toBe(100_650);
    expect(times.ofReport('a', 1000, { sourceMs: 100_650, status: 0 }, 100_950)).toBeNull();
    expect(times.ofReport('a', 1000, { sourceMs: 200_000, status: 0 }, 101_000)).toBe(101_000);
  });
});

describe('a subscription', () => {
  function session(statuses: readonly number[]) {
    const asked: { node: string; parameters: { filter?: unknown; samplingInterval?: unknown } }[] = [];
    const options: Record<string, number>[] = [];
    const listeners: ((value: DataValue) => void)[] = [];
    let end: () => void = () => {};
    const made: Pick<Session, 'createSubscription2'> = {
      async createSubscription2(given) {
        options.push(given as Record<string, number>);
        return {
          async monitor({ nodeId }, parameters) {
            asked.push({ node: nodeId, parameters });
            const value = statuses[asked.length - 1] ?? 0;
            if (value < 0) throw new Error('no such node');
            return { statusCode: { value, toString: () => `bad ${value.toString(16)}` }, on: (_, listener) => listeners.push(listener) };
          },
          on: (_, listener) => {
            end = listener;
          },
        };
      },
    };
    return { made: made as Session, asked, options, listeners, end: () => end() };
  }
  class DataChangeFilter {
    readonly options: object;

    constructor(options: object) {
      this.options = options;
    }
  }
  const opcua = { DataChangeFilter } as unknown as ClientPackage;

  it('asks for each node with its dead-band, and names those that the server refuses', async () => {
    const { made, asked, options, listeners, end } = session([0, 0x80440000, -1, 0]);
    const changes: [number, unknown][] = [];
    let ended = 0;
    const refused = await subscribe(
      opcua,
      made,
      [
        { node: 'A', samplingMs: 500, deadband: { kind: 'absolute', value: 0.25 } },
        { node: 'B', samplingMs: 2000, deadband: { kind: 'percent', value: 1 } },
        { node: 'C', samplingMs: 2000, deadband: null },
        { node: 'D', samplingMs: 2000, deadband: null },
      ],
      (index, { value }) => changes.push([index, value.value]),
      () => ended++,
    );
    expect(refused).toEqual([
      { node: 'B', why: 'bad 80440000' },
      { node: 'C', why: 'no such node' },
    ]);
    expect(asked.map(({ parameters }) => (parameters.filter as { options: object }).options)).toEqual([
      { trigger: 1, deadbandType: 1, deadbandValue: 0.25 },
      { trigger: 1, deadbandType: 2, deadbandValue: 1 },
      { trigger: 1, deadbandType: 0, deadbandValue: 0 },
      { trigger: 1, deadbandType: 0, deadbandValue: 0 },
    ]);
    expect(asked.map(({ parameters }) => parameters.samplingInterval)).toEqual([500, 2000, 2000, 2000]);
    expect(options[0]).toMatchObject({ requestedPublishingInterval: 500, requestedMaxKeepAliveCount: 20, requestedLifetimeCount: 120 });
    for (const listener of listeners) listener(dataValue(listeners.indexOf(listener), null));
    expect(changes).toEqual([
      [0, 0],
      [3, 1],
    ]);
    end();
    expect(ended).toBe(1);
  });
});
