import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { EXAMPLE, exampleOnFreePorts } from '../collector/simulate/example.ts';

const MAIN = 'cli/main.ts';

/** The example plant as `run --simulate` runs it, with four days of past: its address, and the link that makes the administrator. */
export interface RunningExample {
  readonly url: string;
  readonly setUpLink: string;
  readonly folder: string;
  stop(): Promise<void>;
}

export async function runExample(): Promise<RunningExample> {
  const folder = dirname((await exampleOnFreePorts()).path);
  cpSync(join(EXAMPLE, 'profile.yaml'), join(folder, 'profile.yaml'));
  const data = mkdtempSync(join(folder, 'data-'));
  const env = { ...process.env, LIANGHENG_DATA: data };
  const node = (...args: string[]) => ['--import', 'tsx', MAIN, ...args];
  const filled = spawnSync(process.execPath, node('simulate', folder, '--past', '96h'), { env, encoding: 'utf8' });
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
      rmSync(folder, { recursive: true, force: true });
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
