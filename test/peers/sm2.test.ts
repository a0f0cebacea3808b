import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isSignedBy, signed } from '../../balance/report/pack/signature.ts';

const run = promisify(execFile);
const openssl = (...args: readonly string[]) => run('openssl', [...args], { cwd: dir });
const SIGNER = ['-sigopt', 'distid:1234567812345678'];
const message = Buffer.from('{"format":"liangheng-evidence 1"}\n');
let dir: string;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'liangheng-sm2-'));
  await openssl('genpkey', '-algorithm', 'SM2', '-out', 'key.pem');
  await openssl('pkey', '-in', 'key.pem', '-pubout', '-out', 'pub.pem');
  await writeFile(join(dir, 'message'), message);
});
afterAll(() => rm(dir, { recursive: true, force: true }));

describe('SM2 with SM3 beside OpenSSL', () => {
  it('signs what OpenSSL verifies, and names the same public key', async () => {
    const { signature, publicKey } = signed(message, await readFile(join(dir, 'key.pem'), 'utf8'));
    expect(publicKey.replaceAll(/\s/g, '')).toBe((await readFile(join(dir, 'pub.pem'), 'utf8')).replaceAll(/\s/g, ''));
    await writeFile(join(dir, 'ours'), Buffer.from(signature, 'base64'));
    const { stdout } = await openssl('dgst', '-sm3', '-verify', 'pub.pem', ...SIGNER, '-signature', 'ours', 'message');
    expect(stdout).toContain('Verified OK');
  });

  it('verifies what OpenSSL signs, and nothing else', async () => {
    await openssl('dgst', '-sm3', '-sign', 'key.pem', ...SIGNER, '-out', 'theirs', 'message');
    const signature = (await readFile(join(dir, 'theirs'))).toString('base64');
    const publicKey = await readFile(join(dir, 'pub.pem'), 'utf8');
    expect(isSignedBy(message, signature, publicKey)).toBe(true);
    expect(isSignedBy(Buffer.from(message.toString().replace('1', '2')), signature, publicKey)).toBe(false);
  });
});
