import { createRequire } from 'node:module';
import type ModbusRTU from 'modbus-serial';
import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../../../collector/sources/clock.ts';
import type { ReadRequest } from '../../../../collector/sources/modbus/frame.ts';
import type { Outcome } from '../../../../collector/sources/modbus/link.ts';
import { TcpLink } from '../../../../collector/sources/modbus/tcp.ts';
import { openSocket } from '../../../../collector/sources/socket.ts';
import { faultyDevice, frameOf, registerAt, rightAnswer } from './faulty-device.ts';

const Client = createRequire(import.meta.url)('modbus-serial') as unknown as typeof ModbusRTU.default;
const never = new AbortController().signal;
const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function device(...args: Parameters<typeof faultyDevice>): Promise<number> {
  const opened = await faultyDevice(...args);
  closing.push(() => opened.close());
  return opened.port;
}

async function link(port: number): Promise<TcpLink> {
  const opened = new TcpLink(await openSocket('127.0.0.1', port, 1000, systemClock, never), systemClock, () => {});
  closing.push(() => opened.close());
  return opened;
}

const registers = (address: number, count = 2): ReadRequest => ({ unit: 1, table: 'holding', address, count });
const words = (outcome: Outcome): number[] | string =>
  outcome.kind === 'data' ? Array.from({ length: outcome.data.length / 2 }, (_, i) => outcome.data.readUInt16BE(2 * i)) : outcome.kind;
const right = (address: number, count = 2): number[] => Array.from({ length: count }, (_, i) => registerAt(1, 3, address + i));

describe('a Modbus TCP link', () => {
  it('takes one request at a time', async () => {
    const opened = await link(await device(() => {}));
    void opened.read(registers(0), 1000);
    expect(() => opened.read(registers(1), 1000)).toThrow('in flight');
  });

  it('takes an answer that comes byte by byte', async () => {
    const port = await device((asked, send) => {
      for (const [i, byte] of rightAnswer(asked).entries()) setTimeout(() => send(Buffer.from([byte])), i);
    });
    expect(words(await (await link(port)).read(registers(7), 1000))).toEqual(right(7));
  });

  it.each<[string, (answer: Buffer) => Buffer]>([
    ['of another unit', (answer) => Buffer.from(answer).fill(9, 6, 7)],
    ['of another function', (answer) => Buffer.from(answer).fill(4, 7, 8)],
    [
      'with another byte count',
      (answer) => frameOf(answer.readUInt16BE(0), Buffer.concat([Buffer.from([1, 3, 2]), answer.subarray(9, 11)])),
    ],
    ['of another protocol', (answer) => frameOf(answer.readUInt16BE(0), answer.subarray(6), 7)],
    ['with a transaction that was never asked', (answer) => frameOf(answer.readUInt16BE(0) + 1, answer.subarray(6))],
    ['that was cut short and filled up with the next frame', (answer) => Buffer.concat([answer.subarray(0, -2), answer])],
  ])('refuses an answer %s, and is never used again', async (_, spoil) => {
    const opened = await link(await device((asked, send) => send(spoil(rightAnswer(asked)))));
    expect((await opened.read(registers(5), 500)).kind).toBe('confused');
    expect((await opened.read(registers(5), 500)).kind).toBe('lost');
  });

  it('refuses an answer that was cut short and filled up exactly by another one', async () => {
    const port = await device((asked, send) => {
      const [own, other] = [rightAnswer(asked), frameOf(asked.id, Buffer.from([asked.unit, asked.code, 4, 0, 1, 0, 2]))];
      send(Buffer.concat([own.subarray(0, -other.length), other]));
    });
    expect((await (await link(port)).read(registers(5, 10), 60_000)).kind).toBe('confused');
  });

  it('is closed by a silence, so that the late answer dies with it', async () => {
    const opened = await link(await device((asked, send) => setTimeout(() => send(rightAnswer(asked)), 60)));
    expect((await opened.read(registers(1), 30)).kind).toBe('silence');
    expect((await opened.read(registers(2), 500)).kind).toBe('lost');
  });

  it('passes on what the device refuses', async () => {
    const opened = await link(await device((asked, send) => send(frameOf(asked.id, Buffer.from([asked.unit, asked.code | 0x80, 2])))));
    expect(await opened.read(registers(1), 500)).toEqual({ kind: 'exception', code: 2 });
  });

  it('is settled at once by a connection that the device resets', async () => {
    const opened = await link(await device((_asked, _send, _exchange, socket) => socket.resetAndDestroy()));
    expect((await opened.read(registers(1), 60_000)).kind).toBe('lost');
  });

  it('gives up on a device that does not take the connection', async () => {
    const abort = new AbortController();
    const waiting = openSocket('127.0.0.1', await device(() => {}), 5000, systemClock, abort.signal);
    abort.abort();
    await expect(waiting).rejects.toThrow('stopped');
  });
});

describe('why the frames are not left to modbus-serial', () => {
  // What the device sends twice, or cut, is the same for both.
  const olderAgain = (): Parameters<typeof faultyDevice>[0] => {
    const before: Buffer[] = [];
    return (asked, send, exchange) => {
      before.push(rightAnswer(asked));
      send(exchange === 256 ? (before[0] as Buffer) : rightAnswer(asked));
      if (exchange === 256) setTimeout(() => send(rightAnswer(asked)), 10);
    };
  };
  const spliced: Parameters<typeof faultyDevice>[0] = (asked, send) =>
    send(Buffer.concat([rightAnswer(asked).subarray(0, -2), rightAnswer(asked)]));

  it('its transaction ids come round after 256 requests, and an answer sent twice is taken for another one', async () => {
    const client = new Client();
    await client.connectTCP('127.0.0.1', { port: await device(olderAgain()) });
    closing.push(() => client.destroy(() => {}));
    client.setID(1);
    client.setTimeout(500);
    const wrong: number[] = [];
    for (let i = 0; i <= 256; i++) if ((await client.readHoldingRegisters(i, 2)).data[0] !== right(i)[0]) wrong.push(i);
    expect(wrong).toEqual([256]);

    const opened = await link(await device(olderAgain()));
    for (let i = 0; i <= 256; i++) expect(words(await opened.read(registers(i), 500))).toEqual(right(i));
    expect(opened.unsolicited).toBe(1);
  });

  it('its port does not look at what is left over behind an answer that was cut and filled up', async () => {
    const client = new Client();
    await client.connectTCP('127.0.0.1', { port: await device(spliced) });
    closing.push(() => client.destroy(() => {}));
    client.setID(1);
    client.setTimeout(500);
    const { data } = await client.readHoldingRegisters(40, 2);
    expect(data).not.toEqual(right(40));

    const opened = await link(await device(spliced));
    expect((await opened.read(registers(40), 500)).kind).toBe('confused');
  });
});
