import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { freePort } from '../free-port.ts';

/** A real VictoriaMetrics on a free loopback port. */
export interface VictoriaMetrics {
  readonly url: string;
  /** Of its process. */
  pid(): number;
  /** Ends it and waits; `start` brings it back with what it had stored. Killed hard it loses the last seconds: it keeps no log ahead. */
  end(): Promise<void>;
  start(): Promise<void>;
  /** It hangs: its port is open and nothing answers, until `resume`. */
  pause(): void;
  resume(): void;
  remove(): Promise<void>;
}

/** `flags` are its own, `-promscrape.config=…` say. */
export async function startVictoriaMetrics(...flags: readonly string[]): Promise<VictoriaMetrics> {
  const dir = await mkdtemp(join(tmpdir(), 'liangheng-vm-'));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  let child: ChildProcess | null = null;
  const stop = async (signal: NodeJS.Signals): Promise<void> => {
    if (child === null || child.exitCode !== null) return;
    const ended = new Promise((resolve) => child!.once('exit', resolve));
    child.kill(signal);
    await ended;
    child = null;
  };
  const server: VictoriaMetrics = {
    url,
    async start() {
      child = spawn(
        'victoria-metrics',
        [
          `-httpListenAddr=127.0.0.1:${port}`,
          `-storageDataPath=${dir}`,
          '-retentionPeriod=100y',
          '-dedup.minScrapeInterval=1ms',
          '-search.latencyOffset=0s',
          '-memory.allowedBytes=256MB',
          '-loggerLevel=ERROR',
          ...flags,
        ],
        { stdio: 'ignore' },
      );
      const failed = new Promise<never>((_, reject) => {
        child!.once('error', (cause) => reject(new Error('victoria-metrics is needed: apt-get install victoria-metrics', { cause })));
        child!.once('exit', (code) => reject(new Error(`victoria-metrics ended with ${code}`)));
      });
      failed.catch(() => undefined);
      await Promise.race([failed, answers(`${url}/health`)]);
    },
    end: () => stop('SIGINT'),
    pid: () => child!.pid!,
    pause: () => void child?.kill('SIGSTOP'),
    resume: () => void child?.kill('SIGCONT'),
    async remove() {
      await stop('SIGKILL');
      await rm(dir, { recursive: true, force: true });
    },
  };
  await server.start();
  return server;
}

async function answers(url: string): Promise<void> {
  for (;;) {
    const ok = await fetch(url).then(
      (answer) => answer.ok,
      () => false,
    );
    if (ok) return;
    await setTimeout(100);
  }
}
