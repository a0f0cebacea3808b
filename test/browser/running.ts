import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { EXAMPLE, exampleOnFreePorts } from '../collector/simulate/example.ts';

const HOUR_MS = 3_600_000;
const PAST_HOURS = 96;

/** A register of options in a plant file: one that was carried out in the middle of the past that the example is given. */
function registerOfOptions(nowMs: number): string {
  const ago = (hours: number): string => {
    const local = new Date(Math.floor(nowMs / HOUR_MS - hours) * HOUR_MS + 8 * HOUR_MS);
    return `"${local.toISOString().slice(0, 19)}+08:00"`;
  };
  return `
auditRound: { from: ${ago(PAST_HOURS)} }
options:
  - id: reuse
    name: { zh: 回用, en: Reuse }
    cost: no-low
    proposed: ${ago(94)}
    done: ${ago(47)}
    investment: { amount: 20000, unit: 元 }
    saves:
      - balance: water
        streams: [raw-water]
        product: p2o5
        before: { from: ${ago(90)}, to: ${ago(48)} }
        after: { from: ${ago(46)}, to: ${ago(4)} }
`;
}

/** The example plant as `run --simulate` runs it, with four days of past: its address, and the link that makes the administrator. */
export interface RunningExample {
  readonly url: string;
  readonly setUpLink: string;
  readonly folder: string;
  stop(): Promise<void>;
}

/** The program as it is installed: every question that takes a process of its own starts it, and from its sources that takes twice as long. */
function builtProgram(): string {
  const cache = resolve('node_modules/.cache');
  mkdirSync(cache, { recursive: true });
  const built = mkdtempSync(join(cache, 'browser-run-'));
  const made = spawnSync(process.execPath, ['scripts/build.mjs', '--no-check', built], { encoding: 'utf8' });
  if (made.status !== 0) throw new Error(made.stdout + made.stderr);
  return built;
}

export async function runExample(): Promise<RunningExample> {
  const built = builtProgram();
  const folder = dirname((await exampleOnFreePorts((text) => text + registerOfOptions(Date.now()))).path);
  cpSync(join(EXAMPLE, 'profile.yaml'), join(folder, 'profile.yaml'));
  const data = mkdtempSync(join(folder, 'data-'));
  const env = { ...process.env, LIANGHENG_DATA: data };
  const node = (...args: string[]) => [join(built, 'cli/main.js'), ...args];
  const filled = spawnSync(process.execPath, node('simulate', folder, '--past', `${PAST_HOURS}h`), { env, encoding: 'utf8' });
  if (filled.status !== 0) throw new Error(filled.stderr);
  const run = spawn(process.execPath, node('run', folder, '--simulate', '--port', '0', '--public'), {
    env,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const setUpLink = await linkOf(run);
  return {
    url: setUpLink.replace(/\/#.*/, ''),
    setUpLink,
    folder,
    async stop() {
      run.kill('SIGTERM');
      await new Promise((resolve) => run.once('exit', resolve));
      for (const made of [folder, built]) rmSync(made, { recursive: true, force: true });
    },
  };
}

function linkOf(run: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = '';
    run.stderr!.on('data', (bytes: Buffer) => {
      said += bytes.toString();
      if (process.env.LH_SHOW) process.stderr.write(bytes);
      const link = /http:\S+#link=\S+/.exec(said)?.[0];
      if (link) resolve(link);
    });
    run.once('exit', (code) => reject(new Error(`run ended with status ${code}: ${said}`)));
  });
}
