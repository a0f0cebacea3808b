import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openJournal } from '../../collector/journal/journal.ts';
import { createRecorder } from '../../collector/recorder/recorder.ts';
import { systemClock } from '../../collector/sources/clock.ts';
import type { Hj212Channel } from '../../collector/sources/hj212/reading.ts';
import { Hj212Source } from '../../collector/sources/hj212/source.ts';

export const name = 'hj212-loggers';

/** LIANGHENG_LOGGERS and LIANGHENG_PERIODS make it smaller. A day of ten-minute data has 144 periods. */
const LOGGERS = Number(process.env.LIANGHENG_LOGGERS ?? 10_000);
const PERIODS = Number(process.env.LIANGHENG_PERIODS ?? 144);
const CODES = ['w01018', 'w21003', 'w21001', 'w21011', 'w01001', 'w01010', 'w00000', 'w01012', 'w20117', 'w20116'];

interface Told {
  readonly what: string;
  readonly packets: number;
  readonly seconds: number;
  readonly p50: number;
  readonly p99: number;
  readonly most: number;
}

/**
 * 10,000 connected loggers with ten codes each, whose period data arrive in the same second, then all of them reconnect and back-fill a day. A
 * packet is answered (9014) after the journal's fsync. The loggers run in a process of their own; memory is that of the platform.
 */
export async function bench(): Promise<{ metrics: Record<string, number>; peers: Record<string, number> }> {
  const folder = await mkdtemp(join(tmpdir(), 'liangheng-loggers-'));
  const journal = await openJournal(join(folder, 'journal'), { plant: 'bench' });
  const recorder = createRecorder(journal, { simulated: true });
  const mn = (index: number): string => index.toString(16).toUpperCase().padStart(24, '0');
  const stations = Array.from({ length: LOGGERS }, (_, index) => ({
    mn: mn(index),
    password: '123456',
    systems: null,
    crc: 'hj212' as const,
    key: null,
    minuteIntervalMs: 600_000,
    channels: CODES.map((code): Hj212Channel => {
      const channel = `${index}.${code}`;
      return { channel, station: mn(index), code, value: 'Avg', period: 'minute', scale: 1, offset: 0, everyMs: 600_000 };
    }),
  }));
  const limits = { connections: 4 * LOGGERS, introductionMs: 600_000, idleMs: 3_600_000, backlog: 64 };
  const day = 86_400_000;
  const settings = { id: 'b', host: '127.0.0.1', port: 0, tls: null, limits, offsetMinutes: 480, origin: 'simulated' as const };
  const source = new Hj212Source({ ...settings, backfillMs: 31 * day, timeoutMs: 600_000, sends: 1, fromMs: null }, stations, systemClock);
  await source.start(recorder);
  let rss = 0;
  const watch = setInterval(() => {
    rss = Math.max(rss, process.memoryUsage().rss);
  }, 200);
  const child = fork(new URL('hj212-loggers.child.ts', import.meta.url), [String(source.port), String(LOGGERS), String(PERIODS)], {
    execArgv: ['--import', 'tsx'],
  });
  const told: Told[] = [];
  child.on('message', (message) => told.push(message as Told));
  const [status] = (await once(child, 'exit')) as [number];
  clearInterval(watch);
  const { stored, damaged, strangers } = source.tally;
  await source.stop();
  await journal.close();
  await rm(folder, { recursive: true });
  if (status !== 0 || told.length !== 2) throw new Error(`the loggers ended with ${status}`);
  const [burst, backfill] = told as [Told, Told];
  return {
    metrics: {
      loggers: LOGGERS,
      burstPackets: burst.packets,
      burstSeconds: burst.seconds,
      burstAnswerP50Ms: burst.p50,
      burstAnswerP99Ms: burst.p99,
      backfillPackets: backfill.packets,
      backfillSeconds: backfill.seconds,
      backfillPacketsPerSecond: backfill.packets / backfill.seconds,
      backfillAnswerP50Ms: backfill.p50,
      backfillAnswerP99Ms: backfill.p99,
      backfillAnswerMostMs: backfill.most,
      lost: LOGGERS * (1 + PERIODS) - stored,
      damaged: damaged + strangers,
      megabytesOfPlatform: rss / 1024 / 1024,
    },
    peers: {},
  };
}
