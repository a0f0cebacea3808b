import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { freePort } from '../free-port.ts';

export const name = 'npm start from a clone';

const LONGEST_MS = 300_000;

/** From `npm start` in a fresh clone, the package cache warm, to the API answering with balances. */
export async function bench(): Promise<{ metrics: Record<string, number>; peers: Record<string, number> }> {
  const folder = mkdtempSync(join(tmpdir(), 'lh-start-'));
  const clone = join(folder, 'liangheng');
  spawnSync('git', ['clone', '-q', process.cwd(), clone], { stdio: 'inherit' });
  const port = await freePort();
  const began = performance.now();
  const since = () => (performance.now() - began) / 1000;
  const npm = spawn('npm', ['start'], {
    cwd: clone,
    env: { ...process.env, CI: '1', LIANGHENG_PORT: String(port), LIANGHENG_DATA: join(folder, 'data') },
    stdio: ['ignore', 2, 'pipe'],
    detached: true,
  });
  let said = '';
  npm.stderr!.on('data', (bytes: Buffer) => {
    said += bytes.toString();
    process.stderr.write(bytes);
  });
  let ended: number | null = null;
  npm.once('exit', (code) => {
    ended = code ?? 1;
  });
  try {
    const pageS = await until('/', port, () => ended, since);
    const cookie = await signIn(port, () => said);
    const balancesS = await until('/api/v1/balances', port, () => ended, since, cookie);
    return { metrics: { 'seconds to the page': pageS, 'seconds to balances (target 60)': balancesS }, peers: {} };
  } finally {
    // The whole group, at once: npm ends before what it started, and nothing here is to be kept.
    if (ended === null) process.kill(-npm.pid!, 'SIGKILL');
    await setTimeout(1000);
    rmSync(folder, { recursive: true, force: true, maxRetries: 50, retryDelay: 200 });
  }
}

/** Signs in with the link that `npm start` prints, and answers with the session's cookie. */
async function signIn(port: number, said: () => string): Promise<string> {
  for (let tries = 0; tries < 600; tries++, await setTimeout(200)) {
    const link = /#link=(\S+)/.exec(said())?.[1];
    if (link === undefined) continue;
    const answer = await fetch(`http://127.0.0.1:${port}/api/v1/session/link`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ link }),
    });
    const cookie = answer.headers.get('set-cookie')?.split(';')[0];
    if (!answer.ok || cookie === undefined) throw new Error(`the link does not sign in: ${answer.status}`);
    return cookie;
  }
  throw new Error('npm start printed no link');
}

async function until(path: string, port: number, ended: () => number | null, since: () => number, cookie = ''): Promise<number> {
  while (since() * 1000 < LONGEST_MS) {
    if (ended() !== null) throw new Error(`npm start ended with status ${ended()}`);
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, { headers: { cookie } }).catch(() => null);
    if (answer?.ok) return since();
    await setTimeout(200);
  }
  throw new Error(`no ${path} within ${LONGEST_MS / 1000} s`);
}
