import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { secured } from '../../../../collector/sources/modbus/tls.ts';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** A connection to a device that takes it and knows nothing of TLS. */
async function connected(called: (socket: Socket) => void = () => {}): Promise<Socket> {
  const server = createServer((socket) => {
    closing.push(() => socket.destroy());
    socket.on('error', () => {});
    called(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closing.push(() => server.close());
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  await once(socket, 'connect');
  return socket;
}

describe('a connection that cannot be secured', () => {
  it('because the device says nothing to it is given up in time, and says so', async () => {
    const socket = await connected();
    await expect(secured(socket, 'meter.test', {}, AbortSignal.timeout(30))).rejects.toThrow('was not secured in time');
    expect(socket.destroyed).toBe(true);
  });

  it('because our own certificate is none is no connection that stays open', async () => {
    const socket = await connected();
    const broken = secured(socket, 'meter.test', { cert: Buffer.from('none'), key: Buffer.from('none') }, new AbortController().signal);
    await expect(broken).rejects.toThrow(/^TLS: no start line$/);
    expect(socket.destroyed).toBe(true);
  });

  it('because the device hangs up, or the collector stops, says that', async () => {
    const hungUp = await connected((socket) => socket.end());
    await expect(secured(hungUp, 'meter.test', {}, new AbortController().signal)).rejects.toThrow();
    const stop = new AbortController();
    const stopped = secured(await connected(), '127.0.0.1', {}, stop.signal);
    stop.abort();
    await expect(stopped).rejects.toThrow('stopped');
    await expect(secured(await connected(), '127.0.0.1', {}, stop.signal)).rejects.toThrow('stopped');
  });
});
