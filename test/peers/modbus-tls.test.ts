import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer, type TlsOptions } from 'node:tls';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openSources } from '../../collector/sources/open.ts';
import type { Source } from '../../collector/sources/source.ts';
import { Gather, unread } from '../collector/sources/gather.ts';
import { registerAt, rightAnswer } from '../collector/sources/modbus/faulty-device.ts';
import { plantOf } from '../collector/sources/plants.ts';
import { writeCertificates } from './certificates.ts';

let folder = '';
const path = (name: string) => join(folder, name);
const closing: (() => unknown)[] = [];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'liangheng-modbus-tls-'));
  writeCertificates(folder, { authorities: ['ca', 'other'], names: ['device', 'collector'], san: 'DNS:meter.test' });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** A device that speaks Modbus over TLS and asks for a certificate. */
async function device(): Promise<number> {
  const options: TlsOptions = {
    cert: readFileSync(path('device.crt')),
    key: readFileSync(path('device.key')),
    ca: readFileSync(path('ca.crt')),
    requestCert: true,
    rejectUnauthorized: true,
  };
  const server = createServer(options, (socket) => {
    closing.push(() => socket.destroy());
    socket.on('error', () => {});
    socket.on('data', (bytes: Buffer) =>
      socket.write(
        rightAnswer({
          id: bytes.readUInt16BE(0),
          unit: bytes.readUInt8(6),
          code: bytes.readUInt8(7),
          address: bytes.readUInt16BE(8),
          count: bytes.readUInt16BE(10),
        }),
      ),
    );
  });
  server.on('tlsClientError', () => {});
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closing.push(() => server.close());
  return (server.address() as AddressInfo).port;
}

async function reading(port: number, tls: object): Promise<[Source, Gather]> {
  const one = { id: 'd', protocol: 'modbus-tcp', host: '127.0.0.1', port, tls };
  const [source] = openSources(
    plantOf([one], { a: { device: 'd', unit: 1, table: 'holding', address: { pdu: 9 }, type: 'uint16', every: '100ms' } }),
  ) as [Source];
  const sink = new Gather();
  closing.push(() => source.stop());
  await source.start(sink);
  return [source, sink];
}

describe('Modbus over TLS', () => {
  const own = () => ({ cert: path('collector.crt'), key: path('collector.key') });

  it('is read where both ends prove who they are', async () => {
    const [, sink] = await reading(await device(), { ca: path('ca.crt'), ...own(), serverName: 'meter.test' });
    await sink.until(() => sink.taken.some(({ quality }) => quality === 'good'));
    expect(sink.taken.find(({ quality }) => quality === 'good')?.value).toBe(registerAt(1, 3, 9));
  });

  it.each([
    ['another authority', () => ({ ca: path('other.crt'), ...own(), serverName: 'meter.test' }), /certificate/],
    ['another name', () => ({ ca: path('ca.crt'), ...own(), serverName: 'elsewhere.test' }), /altnames/],
    ['no certificate of ours', () => ({ ca: path('ca.crt'), serverName: 'meter.test' }), /TLS: refused by the other end: .*certificate/],
  ])('gives nothing with %s', async (_, tls, why) => {
    const [source, sink] = await reading(await device(), tls());
    await sink.until(() => sink.taken.length >= 4);
    expect(sink.taken.every(unread)).toBe(true);
    await expect.poll(() => source.status().lastError, { timeout: 60_000 }).toMatch(why);
  });

  it('says which file it cannot read', async () => {
    await expect(reading(1, { ca: path('none.crt') })).rejects.toThrow(/none\.crt/);
  });
});
