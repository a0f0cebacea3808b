import { createServer } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { type Clock, systemClock } from '../../../collector/sources/clock.ts';
import { openerOf } from '../../../collector/sources/meter-device.ts';
import { openSocket } from '../../../collector/sources/socket.ts';
import { plantOf } from './plants.ts';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function listening(): Promise<number> {
  const server = createServer((socket) => socket.destroy());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => server.close());
  return (server.address() as { port: number }).port;
}

/** All time has passed before anything can come over a network. */
const overAtOnce: Clock = {
  ...systemClock,
  after(_delayMs, callback) {
    let cancelled = false;
    queueMicrotask(() => cancelled || callback());
    return () => {
      cancelled = true;
    };
  },
};
const never = new AbortController().signal;

describe('a connection', () => {
  it('that does not stand in time is given up, and says to where', async () => {
    const port = await listening();
    await expect(openSocket('127.0.0.1', port, 700, overAtOnce, never)).rejects.toThrow(`no connection to 127.0.0.1:${port} within 700 ms`);
    await expect(openSocket('127.0.0.1', port, 700, systemClock, AbortSignal.abort())).rejects.toThrow('stopped');
    const socket = await openSocket('127.0.0.1', port, 60_000, systemClock, never);
    socket.destroy();
  });

  it.each(['dlt645-tcp', 'cjt188-tcp'])('to the gateway of a %s line is waited for no longer than an answer', async (protocol) => {
    const port = await listening();
    const plant = plantOf([{ id: 'line', protocol, host: '127.0.0.1', port, timeout: '1500ms' }], {});
    const open = openerOf(plant.devices.get('line') as never, overAtOnce);
    await expect(open(never)).rejects.toThrow(`no connection to 127.0.0.1:${port} within 1500 ms`);
  });
});
