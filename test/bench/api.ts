import { fork } from 'node:child_process';
import { once } from 'node:events';
import { Agent, get } from 'node:http';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';

export const name = 'API with 1,000 meters, 200 requests a second';

const PER_SECOND = 200;
const SECONDS = 20;

/**
 * A server of 1,000 meters that are read once a second, in a process of its own. Requests are sent at their times, whether or not those
 * before have been answered; a late answer is late for what was due.
 */
export async function bench(): Promise<{ metrics: Record<string, number>; peers: Record<string, number> }> {
  const child = fork(join(import.meta.dirname, 'server.child.ts'), [], { execArgv: ['--import', 'tsx'] });
  const [{ url, secret, channel }] = (await once(child, 'message')) as [{ url: string; secret: string; channel: string }];
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  const asked = [
    '/api/v1/state',
    '/api/v1/plant',
    '/api/v1/sources',
    '/api/v1/coverage',
    '/api/v1/balances',
    `/api/v1/meters/${channel}`,
    '/api/v1/bus',
    `/api/v1/channels/${channel}/samples?limit=100`,
    '/api/v1/windows',
    '/api/v1/values',
  ];
  const answered = (path: string): Promise<boolean> =>
    new Promise((resolve) => {
      get(url + path, { agent, headers: { authorization: `Bearer ${secret}` } }, (answer) => {
        answer.resume();
        answer.on('end', () => resolve(answer.statusCode === 200));
      }).on('error', () => resolve(false));
    });
  for (const path of asked) if (!(await answered(path))) throw new Error(`${path} is not answered`);
  const cpuMs = async (): Promise<number> => {
    child.send('cpu');
    const [{ cpu }] = (await once(child, 'message')) as [{ cpu: NodeJS.CpuUsage }];
    return (cpu.user + cpu.system) / 1000;
  };
  const cpuBefore = await cpuMs();
  const took: { path: string; ms: number; ok: boolean }[] = [];
  const began = performance.now();
  const running: Promise<void>[] = [];
  for (let n = 0; n < PER_SECOND * SECONDS; n += 1) {
    const dueMs = began + (1000 * n) / PER_SECOND;
    const wait = dueMs - performance.now();
    if (wait > 1) await setTimeout(wait);
    const path = asked[n % asked.length]!;
    running.push(answered(path).then((ok) => void took.push({ path, ms: performance.now() - dueMs, ok })));
  }
  await Promise.all(running);
  const busyMs = (await cpuMs()) - cpuBefore;
  agent.destroy();
  child.kill();
  const quantile = (list: readonly number[], q: number): number => list.toSorted((a, b) => a - b)[Math.floor(q * (list.length - 1))]!;
  const all = took.map(({ ms }) => ms);
  for (const path of asked) {
    const own = took.filter((one) => one.path === path).map(({ ms }) => ms);
    process.stderr.write(`${path}: p50 ${quantile(own, 0.5).toFixed(1)} ms, p99 ${quantile(own, 0.99).toFixed(1)} ms\n`);
  }
  return {
    metrics: {
      requests: took.length,
      'refused or failed': took.filter(({ ok }) => !ok).length,
      // The meters' readings, 1,000 a second, are in it.
      'ms of the server’s processor a request': busyMs / took.length,
      'ms p50': quantile(all, 0.5),
      'ms p99 (target 100)': quantile(all, 0.99),
      'ms longest': Math.max(...all),
    },
    peers: {},
  };
}
