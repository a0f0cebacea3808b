import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { type Clock, systemClock } from '../../../../collector/sources/clock.ts';
import { DialIn } from '../../../../collector/sources/modbus/dial-in.ts';
import { crc16 } from '../../../../collector/sources/modbus/framing.ts';
import { openSources } from '../../../../collector/sources/open.ts';
import { freePort } from '../../../free-port.ts';
import { Gather, unread } from '../gather.ts';
import { plantOf } from '../plants.ts';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const dtu = (id: string, port: number, caller: object, more: object = {}) => ({
  id,
  protocol: 'modbus-listen',
  listen: { port },
  caller,
  timeout: '300ms',
  quiet: '40ms',
  ...more,
});
const read = (device: string) => ({ device, unit: 1, table: 'holding', address: { pdu: 5 }, type: 'uint16', every: '100ms' });

async function listening(devices: readonly object[], reads: Readonly<Record<string, object>>): Promise<Gather> {
  const sink = new Gather();
  for (const source of openSources(plantOf(devices, reads))) {
    closing.push(() => source.stop());
    await source.start(sink);
  }
  return sink;
}

/** A DTU that dials in, says `hello`, and whose meter holds `value` in every register. Tries again until the port is open. */
async function dials(port: number, hello: readonly string[], value: number, beat?: string): Promise<Socket> {
  for (;;) {
    const socket = connect({ host: '127.0.0.1', port });
    closing.push(() => socket.destroy());
    const refused = await Promise.race([once(socket, 'connect').then(() => false), once(socket, 'error').then(() => true)]);
    if (refused) {
      await new Promise((resolve) => setTimeout(resolve, 20));
      continue;
    }
    socket.on('error', () => {});
    socket.on('data', (bytes) => {
      if (bytes.length !== 8) return;
      const body = Buffer.from([bytes[0] as number, 3, 2, value >> 8, value & 0xff]);
      const answer = Buffer.concat([body, crc16(body)]);
      socket.write(beat === undefined ? answer : Buffer.concat([Buffer.from(beat), answer]));
    });
    for (const part of hello) {
      socket.write(part);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    return socket;
  }
}

const good = (sink: Gather, channel: string) => sink.of(channel).filter(({ value }) => value !== null);

describe('DTUs that dial in', () => {
  it('are told of where no device is known by what they send, once and not each time that they call', async () => {
    const port = await freePort();
    const sink = await listening([dtu('a', port, { registration: 'DTU1' })], { A: read('a') });
    for (const hello of ['DTU2', 'DTU2', 'meter 7']) {
      const socket = await dials(port, [hello], 2);
      if (!socket.closed) await once(socket, 'close');
    }
    await dials(port, ['DTU1'], 1);
    await sink.until(() => good(sink, 'A').length > 0);
    const told = sink.events.filter(({ event }) => event === 'unknown-caller');
    expect(told.map(({ detail }) => detail)).toEqual([
      'a caller from 127.0.0.1 sent 0x44545532 "DTU2" and is no device of this port',
      'a caller from 127.0.0.1 sent 0x6d657465722037 "meter 7" and is no device of this port',
    ]);
  });

  it('are told by their registration packet, also where it comes in pieces and one begins like another', async () => {
    const port = await freePort();
    const devices = [
      dtu('a', port, { registration: 'DTU1' }),
      dtu('b', port, { registration: 'DTU12' }),
      dtu('c', port, { registration: '0xfe01' }),
    ];
    const sink = await listening(devices, { A: read('a'), B: read('b'), C: read('c') });
    await dials(port, ['DTU', '12'], 12);
    await dials(port, ['\u00fe\u0001'], 99);
    const raw = await dials(port, [], 3);
    raw.write(Buffer.from([0xfe, 0x01]));
    await sink.until(() => good(sink, 'B').length > 1 && good(sink, 'C').length > 1);
    expect(new Set(good(sink, 'B').map(({ value }) => value))).toEqual(new Set([12]));
    expect(new Set(good(sink, 'C').map(({ value }) => value))).toEqual(new Set([3]));
    expect(good(sink, 'A')).toEqual([]);
    expect(sink.of('A').every(unread)).toBe(true);
    await dials(port, ['DTU1'], 1);
    await sink.until(() => good(sink, 'A').length > 1);
    expect(new Set(good(sink, 'A').map(({ value }) => value))).toEqual(new Set([1]));
  });

  it('that call a second time are believed, and strangers are hung up on', async () => {
    const port = await freePort();
    const sink = await listening([dtu('a', port, { registration: 'hello' })], { A: read('a') });
    const first = await dials(port, ['hello'], 1);
    await sink.until(() => good(sink, 'A').some(({ value }) => value === 1));
    const hungUp = once(first, 'close');
    await dials(port, ['hello'], 2);
    await hungUp;
    await sink.until(() => good(sink, 'A').some(({ value }) => value === 2));
    const stranger = await dials(port, ['GET / HTTP/1.1\r\n'], 7);
    if (!stranger.destroyed) await once(stranger, 'close');
    expect(good(sink, 'A').some(({ value }) => value === 7)).toBe(false);
  });

  it('let no more than 256 wait that do not say who they are, and those no longer than their time', async () => {
    const port = await freePort();
    const timers = new Set<() => void>();
    const clock: Clock = {
      ...systemClock,
      after(_delayMs, callback) {
        timers.add(callback);
        return () => timers.delete(callback);
      },
    };
    const dialIn = new DialIn('127.0.0.1', port, clock);
    dialIn.add('a', { registration: Buffer.from('DTU1') }, null);
    const ending = new AbortController();
    const taken = dialIn.next('a', ending.signal);
    closing.push(() => dialIn.leave('a'));
    const strangers: Socket[] = [];
    for (let count = 0; count < 256; count++) strangers.push(await dials(port, [], 0));
    const tooMany = await dials(port, [], 0);
    if (!tooMany.closed) await once(tooMany, 'close');
    expect(strangers.filter(({ closed }) => closed)).toEqual([]);
    // Their time is up.
    expect(timers.size).toBe(256);
    for (const callback of [...timers]) callback();
    for (const stranger of strangers) if (!stranger.closed) await once(stranger, 'close');
    const known = await dials(port, ['DTU1'], 0);
    const stream = await taken;
    known.write('x');
    const heard = once(stream, 'data');
    stream.resume();
    expect(String(await heard)).toBe('x');
  }, 120_000);

  it('may be told by their address, and their heartbeats are no answers', async () => {
    const port = await freePort();
    const sink = await listening([dtu('a', port, { address: '127.0.0.1' }, { heartbeat: 'HB!', timeout: '20s' })], { A: read('a') });
    const socket = await dials(port, [], 5, 'HB!');
    const beating = setInterval(() => socket.write('HB!'), 10);
    closing.push(() => clearInterval(beating));
    await sink.until(() => good(sink, 'A').length > 3);
    expect(sink.taken.filter(({ quality }) => quality === 'suspect')).toEqual([]);
    expect(sink.events.map(({ event }) => event)).not.toContain('unsolicited');
  });

  it('are waited for anew where another program had the port', async () => {
    const other = createServer();
    other.listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const dialIn = new DialIn('127.0.0.1', port, systemClock);
    dialIn.add('a', { registration: Buffer.from('DTU1') }, null);
    closing.push(() => dialIn.leave('a'));
    const wanted = new AbortController();
    for (let attempt = 0; attempt < 2; attempt++) await expect(dialIn.next('a', wanted.signal)).rejects.toThrow('EADDRINUSE');
    await new Promise((resolve) => other.close(resolve));
    const stream = dialIn.next('a', wanted.signal);
    const socket = await dials(port, ['DTU1'], 0);
    socket.write('x');
    const heard = once((await stream).resume(), 'data');
    expect(String(await heard)).toBe('x');
    const next = dialIn.next('a', wanted.signal);
    wanted.abort();
    await expect(next).rejects.toThrow();
  });

  it('leave the port free when the last is read no more', async () => {
    const port = await freePort();
    for (let round = 0; round < 20; round++) {
      const sources = openSources(
        plantOf([dtu('a', port, { registration: 'x' }), dtu('b', port, { registration: 'y' })], { A: read('a'), B: read('b') }),
      );
      const sink = new Gather();
      for (const source of sources) await source.start(sink);
      const caller = await dials(port, ['x'], round);
      await sink.until(() => good(sink, 'A').length > 0);
      for (const source of sources) await source.stop();
      if (!caller.destroyed) await once(caller, 'close');
    }
  });

  it('that go by one sign are refused', () => {
    const devices = [dtu('a', 1502, { registration: 'x' }), dtu('b', 1502, { registration: '0x78' })];
    expect(() => openSources(plantOf(devices, { A: read('a'), B: read('b') }))).toThrow(/same registration or address as a/);
  });
});
