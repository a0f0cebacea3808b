import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectAsync } from 'mqtt';
import { afterEach, expect, it } from 'vitest';
import { openSources } from '../../collector/sources/open.ts';
import type { Source } from '../../collector/sources/source.ts';
import { Gather } from '../collector/sources/gather.ts';
import { plantOf } from '../collector/sources/plants.ts';
import { writeCertificates } from './certificates.ts';
import { Mosquitto } from './mosquitto.ts';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** An authority of the test's own, with a certificate for the broker and one for the collector. */
function certificates(): (name: string) => string {
  const folder = mkdtempSync(join(tmpdir(), 'liangheng-tls-'));
  closing.push(() => rmSync(folder, { recursive: true, force: true }));
  writeCertificates(folder, { authorities: ['ca'], names: ['broker', 'collector'], san: 'IP:127.0.0.1' });
  return (name) => join(folder, name);
}

function source(port: number, device: object): Source {
  const devices = [{ id: 'broker', protocol: 'mqtt', url: `mqtts://127.0.0.1:${port}`, ...device }];
  const [opened] = openSources(plantOf(devices, { a: { device: 'broker', topic: 'a', format: 'plain' } }));
  closing.push(() => (opened as Source).stop());
  return opened as Source;
}

it('reads through TLS with a certificate and a password, and through nothing less', async () => {
  const path = certificates();
  execFileSync('mosquitto_passwd', ['-b', '-c', path('passwords'), 'collector', 'measured'], { stdio: 'pipe' });
  const files = [
    `cafile ${path('ca.crt')}`,
    `certfile ${path('broker.crt')}`,
    `keyfile ${path('broker.key')}`,
    `password_file ${path('passwords')}`,
  ];
  const broker = await Mosquitto.start([...files, 'require_certificate true', 'allow_anonymous false', ''].join('\n'));
  closing.push(() => broker.remove());
  process.env.LIANGHENG_TEST_USER = 'collector';
  writeFileSync(path('password'), 'measured\n');
  const login = { username: { env: 'LIANGHENG_TEST_USER' }, password: { file: path('password') } };
  const certificate = { cert: path('collector.crt'), key: path('collector.key') };

  const client = await connectAsync(`mqtts://127.0.0.1:${broker.port}`, {
    username: 'collector',
    password: 'measured',
    ca: readFileSync(path('ca.crt')),
    cert: readFileSync(path('collector.crt')),
    key: readFileSync(path('collector.key')),
  });
  closing.push(() => client.endAsync(true));

  const trusted = source(broker.port, { clientId: 'trusted', ca: path('ca.crt'), ...certificate, ...login });
  const sink = new Gather();
  await trusted.start(sink);
  while (trusted.status().state !== 'online') await new Promise((resolve) => setTimeout(resolve, 10));
  await client.publishAsync('a', '42', { qos: 1 });
  await sink.until(() => sink.of('a').some((sample) => sample.value === 42));

  for (const lacking of [
    { ca: path('ca.crt'), ...login },
    { ...certificate, ...login },
    { ca: path('ca.crt'), ...certificate, username: login.username, password: { env: 'LIANGHENG_TEST_USER' } },
  ]) {
    const refused = source(broker.port, { clientId: 'refused', ...lacking });
    await refused.start(new Gather());
    while (refused.status().lastError === null) await new Promise((resolve) => setTimeout(resolve, 10));
    expect(['connecting', 'waiting']).toContain(refused.status().state);
    expect(JSON.stringify(refused.status())).not.toContain('measured');
  }
});

it('says which secret is missing before anything is connected', () => {
  expect(() => source(1, { password: { env: 'LIANGHENG_NO_SUCH' } })).toThrow('LIANGHENG_NO_SUCH is not set');
  expect(() => source(1, { ca: 'no-such-file.crt' })).toThrow('cannot read');
});
