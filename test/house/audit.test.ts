import { spawn } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';

const SCRIPT = resolve('scripts/audit.mjs');
const advisory = (severity: string) => ({
  left: [{ id: 1, url: 'https://advisories.example/1', title: 'reads too far', severity, vulnerable_versions: '<2.0.0' }],
});

/** A project with one locked package, held against a registry that answers so. */
async function audited(status: number, advisories: object, servers: Server[]): Promise<{ code: number | null; said: string }> {
  const server = createServer((request, response) => {
    const isBulk = request.method === 'POST' && request.url === '/-/npm/v1/security/advisories/bulk';
    request.resume();
    response.writeHead(isBulk ? status : 404, { 'content-type': 'application/json' });
    response.end(JSON.stringify(isBulk ? advisories : { error: 'not found' }));
  });
  servers.push(server);
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const folder = mkdtempSync(join(tmpdir(), 'lh-audit-'));
  const own = { name: 'one', version: '1.0.0', dependencies: { left: '1.0.0' } };
  const packages = { '': own, 'node_modules/left': { version: '1.0.0' } };
  writeFileSync(join(folder, 'package.json'), JSON.stringify(own));
  writeFileSync(join(folder, 'package-lock.json'), JSON.stringify({ ...own, lockfileVersion: 3, requires: true, packages }));
  const env = {
    ...process.env,
    npm_config_registry: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    npm_config_cache: join(folder, '.cache'),
    npm_config_proxy: '',
    npm_config_https_proxy: '',
    npm_config_noproxy: '127.0.0.1',
  };
  const child = spawn(process.execPath, [SCRIPT], { cwd: folder, env, stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.on('data', (part: Buffer) => {
    said += String(part);
  });
  const code = await new Promise<number | null>((end) => child.on('close', end));
  return { code, said };
}

describe('the advisories of the locked packages', { timeout: 120_000 }, () => {
  const servers: Server[] = [];
  afterEach(() => {
    for (const server of servers.splice(0)) server.close();
  });

  it('fails on one of severity high and names it', async () => {
    const { code, said } = await audited(200, advisory('high'), servers);
    expect(said).toContain('high: left: reads too far https://advisories.example/1');
    expect(code).toBe(1);
  });

  it('passes where there is none so severe', async () => {
    expect((await audited(200, advisory('moderate'), servers)).code).toBe(0);
  });

  it('says that nothing was checked where no endpoint answers, and does not pass', async () => {
    const { code, said } = await audited(405, { error: 'method' }, servers);
    expect(said).toContain('were not checked');
    expect(code).toBe(3);
  });
});
