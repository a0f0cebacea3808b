import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { freePort } from '../free-port.ts';

/** A real InfluxDB 1.x on a free loopback port. */
export interface Influxd {
  readonly url: string;
  /** Of its process. */
  pid(): number;
  /** Kills it and waits; `start` brings it back with what it had stored. */
  kill(): Promise<void>;
  start(): Promise<void>;
  /** It hangs: its port is open and nothing answers, until `resume`. */
  pause(): void;
  resume(): void;
  remove(): Promise<void>;
}

export async function startInfluxd(): Promise<Influxd> {
  const dir = await mkdtemp(join(tmpdir(), 'liangheng-influxd-'));
  const [http, rpc] = [await freePort(), await freePort()];
  const url = `http://127.0.0.1:${http}`;
  let child: ChildProcess | null = null;
  const influxd: Influxd = {
    url,
    async start() {
      child = spawn('influxd', ['run', '-config', '/dev/null'], {
        stdio: 'ignore',
        env: {
          ...process.env,
          INFLUXDB_REPORTING_DISABLED: 'true',
          INFLUXDB_BIND_ADDRESS: `127.0.0.1:${rpc}`,
          INFLUXDB_META_DIR: join(dir, 'meta'),
          INFLUXDB_DATA_DIR: join(dir, 'data'),
          INFLUXDB_DATA_WAL_DIR: join(dir, 'wal'),
          INFLUXDB_DATA_INDEX_VERSION: 'tsi1',
          INFLUXDB_HTTP_BIND_ADDRESS: `127.0.0.1:${http}`,
          INFLUXDB_MONITOR_STORE_ENABLED: 'false',
          INFLUXDB_IFQL_ENABLED: 'false',
          INFLUXDB_HTTP_LOG_ENABLED: 'false',
        },
      });
      const failed = new Promise<never>((_, reject) => {
        child!.once('error', (cause) => reject(new Error('influxd is needed: apt-get install influxdb', { cause })));
        child!.once('exit', (code) => reject(new Error(`influxd ended with ${code}`)));
      });
      failed.catch(() => undefined);
      await Promise.race([failed, answers(`${url}/ping`)]);
    },
    async kill() {
      if (child === null || child.exitCode !== null) return;
      const ended = new Promise((resolve) => child!.once('exit', resolve));
      child.kill('SIGKILL');
      await ended;
      child = null;
    },
    pid: () => child!.pid!,
    pause: () => void child?.kill('SIGSTOP'),
    resume: () => void child?.kill('SIGCONT'),
    async remove() {
      await influxd.kill();
      await rm(dir, { recursive: true, force: true });
    },
  };
  await influxd.start();
  return influxd;
}

async function answers(url: string): Promise<void> {
  for (;;) {
    if (
      await fetch(url).then(
        ({ ok }) => ok,
        () => false,
      )
    )
      return;
    await setTimeout(100);
  }
}
