import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { startServer } from '../../dashboards/server/server.ts';
import { visitor } from '../dashboards/people.ts';
import { plantOfMeters } from './meters.child.ts';

export const name = 'API with 1,000 meters, 200 requests a second';

const PER_SECOND = 200;
const SECONDS = 20;

/** Requests are sent at their times, whether or not those before have been answered; a late answer is late for what was due. */
export async function bench(): Promise<{ metrics: Record<string, number>; peers: Record<string, number> }> {
  const { services, channels } = await plantOfMeters(1000);
  const pages = mkdtempSync(join(tmpdir(), 'lh-pages-'));
  writeFileSync(join(pages, 'index.html'), '<!doctype html><title>bench</title>');
  const server = await startServer({ services, port: 0, pages });
  const person = await visitor(server);
  const asked = [
    '/api/v1/state',
    '/api/v1/plant',
    '/api/v1/sources',
    '/api/v1/coverage',
    '/api/v1/balances',
    `/api/v1/meters/${channels[0]}`,
    '/api/v1/bus',
    `/api/v1/channels/${channels[1]}/samples?limit=100`,
    '/api/v1/session',
    '/api/v1/values',
  ];
  for (const path of asked) await (await person.get(path)).arrayBuffer();
  const took: { path: string; ms: number; ok: boolean }[] = [];
  const began = performance.now();
  const running: Promise<void>[] = [];
  for (let n = 0; n < PER_SECOND * SECONDS; n += 1) {
    const dueMs = began + (1000 * n) / PER_SECOND;
    const wait = dueMs - performance.now();
    if (wait > 1) await setTimeout(wait);
    const path = asked[n % asked.length]!;
    running.push(
      person.get(path).then(async (answer) => {
        await answer.arrayBuffer();
        took.push({ path, ms: performance.now() - dueMs, ok: answer.ok });
      }),
    );
  }
  await Promise.all(running);
  await server.close();
  const sorted = took.map(({ ms }) => ms).sort((a, b) => a - b);
  const quantile = (q: number): number => sorted[Math.floor(q * (sorted.length - 1))]!;
  const worst = asked.map((path) => ({ path, ms: Math.max(...took.filter((one) => one.path === path).map(({ ms }) => ms)) }));
  process.stderr.write(`${worst.map(({ path, ms }) => `${path} max ${ms.toFixed(0)} ms`).join('\n')}\n`);
  return {
    metrics: {
      requests: took.length,
      'refused or failed': took.filter(({ ok }) => !ok).length,
      'ms p50': quantile(0.5),
      'ms p99 (target 100)': quantile(0.99),
      'ms longest': sorted.at(-1)!,
    },
    peers: {},
  };
}
