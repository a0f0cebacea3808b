import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const SECRETS = { INFLUXDB_ADMIN_TOKEN: 'token', INFLUXDB_ADMIN_PASSWORD: 'password', GRAFANA_ADMIN_PASSWORD: 'password' };

/** Debian's docker-compose checks a file against the Compose schema without an engine. */
function compose(folder: string, env: Record<string, string>) {
  return spawnSync('docker-compose', ['config'], { cwd: folder, env: { PATH: process.env.PATH ?? '', ...env }, encoding: 'utf8' });
}

describe('docker-compose.yml', () => {
  it('fits the Compose schema and names the four services', () => {
    const checked = compose('.', SECRETS);
    expect(checked.stderr).toBe('');
    expect(checked.status).toBe(0);
    for (const service of ['liangheng', 'influxdb', 'mosquitto', 'grafana']) expect(checked.stdout).toContain(`\n  ${service}:\n`);
  });

  it('publishes nothing beyond the loopback address', () => {
    const published = [...readFileSync('docker-compose.yml', 'utf8').matchAll(/^ +- "([\d.:]+)"$/gm)].map((match) => match[1]!);
    expect(published.length).toBeGreaterThan(0);
    for (const port of published) expect(port).toMatch(/^127\.0\.0\.1:/);
  });

  it('has no password of its own: without secrets it does not start', () => {
    expect(compose('.', {}).status).not.toBe(0);
  });

  it('is refused when a key is misspelt, so the check can fail', () => {
    const folder = mkdtempSync(join(tmpdir(), 'lh-compose-'));
    copyFileSync('docker-compose.yml', join(folder, 'original.yml'));
    writeFileSync(join(folder, 'docker-compose.yml'), readFileSync('docker-compose.yml', 'utf8').replace('restart:', 'restrat:'));
    expect(compose(folder, SECRETS).status).not.toBe(0);
  });
});
