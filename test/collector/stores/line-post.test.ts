import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { Batch } from '../../../collector/stores/batch.ts';
import { isHere, lineSender } from '../../../collector/stores/line-post.ts';
import { sample } from './contract.ts';
import { lineOf } from './line.ts';

it('sends a body compressed or as it is, and says which', async () => {
  const taken: { readonly path: string | undefined; readonly encoding: string | undefined; readonly body: Buffer }[] = [];
  const server = createServer((request, answer) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      taken.push({ path: request.url, encoding: request.headers['content-encoding'], body: Buffer.concat(parts) });
      answer.writeHead(204).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/vm/`;
    const batch = [sample('F1', 1_772_323_200_000, 1.5)];
    for (const compressed of [false, true]) {
      const sender = lineSender({ url, path: '/write', timeoutMs: 60_000, compressed }, 'p1');
      await sender.send(Batch.of(batch));
      await sender.post(['a b=1']);
    }
    const lines = [lineOf('p1', batch[0]!), 'a b=1'];
    expect(taken.map(({ path }) => path)).toEqual(Array(4).fill('/vm/write'));
    expect(taken.map(({ encoding }) => encoding)).toEqual([undefined, undefined, 'gzip', 'gzip']);
    expect(taken.map(({ body, encoding }) => String(encoding === 'gzip' ? gunzipSync(body) : body))).toEqual([...lines, ...lines]);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}, 60_000);

it('only this machine is here', () => {
  const here = ['http://localhost:8428', 'http://127.0.0.1:8428/a', 'http://127.3.2.1', 'https://[::1]:8428'];
  const there = [
    'http://127.0.0.1.example.com',
    'http://10.0.0.1',
    'http://localhost.example.com',
    'http://[fe80::1]',
    'http://victoria:8428',
  ];
  expect([...here, ...there].map(isHere)).toEqual([...here.map(() => true), ...there.map(() => false)]);
});
