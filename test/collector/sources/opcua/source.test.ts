import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../../../collector/sources/clock.ts';
import { type DataValue, loadClient } from '../../../../collector/sources/opcua/client.ts';
import type { OpcuaConnection } from '../../../../collector/sources/opcua/connection.ts';
import { OpcuaSource } from '../../../../collector/sources/opcua/source.ts';
import { readStatus } from '../../../../collector/sources/opcua/status.ts';
import { numberOf } from '../../../../collector/sources/opcua/value.ts';
import { Fault } from '../../../../config/words/fault.ts';
import { Gather, unread } from '../gather.ts';

const FOLDER = fileURLToPath(new URL('../../../../collector/sources/opcua/', import.meta.url));

describe('OPC UA', () => {
  it('under Node.js 20 is refused with what to do', () => {
    const refused = (): unknown => {
      try {
        return loadClient('dcs', '20.19.0');
      } catch (error) {
        return error;
      }
    };
    expect(refused()).toBeInstanceOf(Fault);
    expect(refused()).toMatchObject({ code: 'opcua.node', place: 'dcs', en: expect.stringContaining('needs Node.js 22') as string });
  });

  it('has no word for writing, calling or browsing', () => {
    for (const file of readdirSync(FOLDER)) {
      expect(readFileSync(join(FOLDER, file), 'utf8')).not.toMatch(/\.(write|call|browse|historyUpdate|addNodes|deleteNodes)\w*\s*\(/i);
    }
  });
});

describe('a status code', () => {
  it.each([
    [0x00000000, 'good', 'none'],
    [0x00000400, 'good', 'none'],
    [0x00960000, 'suspect', 'unknown-mark'],
    [0x40000000, 'suspect', 'unknown-mark'],
    [0x40900000, 'missing', 'communication'],
    [0x40940000, 'suspect', 'out-of-range'],
    [0x80000000, 'missing', 'device-exception'],
    [0x80050000, 'missing', 'communication'],
    [0x808c0000, 'missing', 'device-fault'],
    [0x808d0400, 'missing', 'maintenance'],
    [0xc0000000, 'missing', 'device-exception'],
  ])('%i is %s: %s', (code, quality, reason) => {
    expect(readStatus(code)).toEqual({ quality, reason });
  });

  it('of bad severity never leaves a value, and none of another makes one good that was not', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 32 - 1 }), (code) => {
        const { quality, reason } = readStatus(code);
        if (code >= 2 ** 31) expect(quality).toBe('missing');
        if (quality === 'good') expect(code).toBeLessThan(2 ** 30);
        expect(reason === 'none').toBe(quality === 'good');
      }),
    );
  });
});

describe('a value', () => {
  const of = (dataType: number, value: unknown, arrayType = 0) => numberOf({ dataType, arrayType, value });

  it('of 64 bits is put together from its halves', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), (number) => {
        const bits = BigInt.asUintN(64, number);
        const halves = [Number(bits >> 32n), Number(bits & 0xffffffffn)];
        expect(of(8, halves)).toBe(Number(number));
        expect(of(9, halves)).toBe(Number(bits));
      }),
    );
  });

  it.each<[number, unknown, number | null]>([
    [1, true, 1],
    [11, 2.5, 2.5],
    [6, -7, -7],
    [11, null, null],
    [12, '2.5', null],
    [13, new Date(), null],
    [8, 5, null],
    [12, 5, null],
    [19, 5, null],
    [0, null, null],
  ])('of type %i holding %s is %s', (type, value, number) => {
    expect(of(type, value)).toBe(number);
  });

  it('that is an array is none', () => {
    expect(of(11, [1], 1)).toBeNull();
    expect(of(11, 1, 1)).toBeNull();
  });
});

describe('a server', () => {
  const answer = (value: number, sourceTimestamp: Date | null): DataValue => ({
    value: { dataType: 11, arrayType: 0, value },
    statusCode: { value: 0, toString: () => 'Good' },
    sourceTimestamp,
  });

  async function run(read: OpcuaConnection['read'], until: (sink: Gather) => boolean) {
    const sink = new Gather();
    const source = new OpcuaSource(
      { id: 'dcs', timeoutMs: 30, origin: 'device', open: () => async () => ({ read, report: async () => [], close() {} }) },
      [{ channel: 'a', node: 'ns=1;s=A', scale: 2, offset: 1, everyMs: 50 }],
      systemClock,
    );
    await source.start(sink);
    await sink.until(() => until(sink));
    await source.stop();
    return { source, samples: sink.of('a'), told: sink.told('a') };
  }

  it('that does not answer leaves a missing sample at every time', async () => {
    const { source, samples } = await run(
      () => new Promise(() => {}),
      (sink) => sink.taken.length >= 3,
    );
    expect(samples.every(unread)).toBe(true);
    expect(source.status()).toMatchObject({ lastError: 'no answer in time' });
  });

  it('gives a value its own time where that is fresh, and the time of the reading where it has not changed', async () => {
    const times: (Date | null)[] = [new Date(0), new Date(Date.now() + 600_000), null];
    const sent: Date[] = [];
    const { told } = await run(
      async () => {
        const time = times.length > 0 ? (times.shift() as Date | null) : new Date(Date.now() - 20);
        if (times.length === 0 && time !== null) sent.push(time);
        return [answer(3, time)];
      },
      (sink) => sink.told('a').length >= 5,
    );
    expect(told[0]).toMatchObject({ value: 7, quality: 'good' });
    expect(told[0]?.timeMs).toBeGreaterThan(Date.now() - 60_000);
    expect(told[1]).toMatchObject({ value: 7, quality: 'suspect', reason: 'clock-fault' });
    expect(told.slice(3).map(({ timeMs }) => timeMs)).toEqual(sent.slice(0, told.length - 3).map((time) => time.getTime()));
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, 1e38])('whose value is %s gives none', async (value) => {
    const { told } = await run(
      async () => [answer(value, null)],
      (sink) => sink.told('a').length >= 1,
    );
    expect(told[0]).toMatchObject({ value: null, quality: 'missing', reason: 'garbage' });
  });
});
