import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { build } from './built.ts';

/**
 * 10 devices × 10,000 floats each second, the largest load that EMQX Neuron publishes: read, journalled with fsync, stored in DuckDB, by
 * the program as it is installed, in a process of its own.
 */
export const name = 'modbus-plant';

const SECONDS = 20;
const DEVICES = 10;
const FLOATS = 10_000;

interface Told {
  readonly values: number;
  readonly notGood: number;
  readonly rss: number;
  readonly lateCycles: number;
  readonly cpuMs: number;
  readonly atMs: number;
  readonly behindMs: number;
}

export async function bench(): Promise<{ metrics: Record<string, number>; peers: Record<string, number> }> {
  const dir = mkdtempSync(join(tmpdir(), 'liangheng-plant-'));
  try {
    const built = await build(join(dir, 'built'));
    const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
    const meters = child(['--import', 'tsx', at('./modbus-tcp.child.ts'), String(DEVICES)]);
    const ports = JSON.parse(await meters.line()) as number[];
    const collector = child([at('./modbus-plant.child.mjs'), built, dir, String(FLOATS), ...ports.map(String)]);
    const told = async (): Promise<Told> => JSON.parse(await collector.line('?')) as Told;
    await told();
    await seconds(5);
    const before = await told();
    await seconds(SECONDS);
    const after = await told();
    const last = collector.line();
    collector.end();
    const { behindMs } = JSON.parse(await last) as Told;
    meters.end();
    const values = after.values - before.values;
    const [cpuMs, wallMs] = [after.cpuMs - before.cpuMs, after.atMs - before.atMs];
    return {
      metrics: {
        cpuPercent: rounded((cpuMs / wallMs) * 100),
        cpuMsPer1000Values: rounded((cpuMs / values) * 1000),
        valuesPerSecond: Math.round((values / wallMs) * 1000),
        lateCycles: after.lateCycles - before.lateCycles,
        notGood: after.notGood - before.notGood,
        rssMegabytes: Math.round(after.rss / 1e6),
        storeBehindMs: Math.round(behindMs),
      },
      peers: {},
    };
  } finally {
    rmSync(dir, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
  }
}

/** A child that says a line at a time. */
function child(args: readonly string[]): { line(ask?: string): Promise<string>; end(): void } {
  const running = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface(running.stdout);
  return {
    async line(ask = '') {
      const next = once(lines, 'line') as Promise<[string]>;
      if (ask !== '') running.stdin.write(ask);
      return (await next)[0];
    },
    end: () => running.stdin.end(),
  };
}

const rounded = (x: number): number => Math.round(x * 100) / 100;
const seconds = (count: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, count * 1000));
