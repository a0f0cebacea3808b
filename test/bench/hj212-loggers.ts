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
import type { Told } from './hj212-loggers.child.ts';

export const name = 'hj212-loggers';

/** LIANGHENG_LOGGERS, LIANGHENG_PERIODS and LIANGHENG_WINDOW change it: 144 periods are the day of ten-minute data, 1,440 that of one-minute data. */
const LOGGERS = Number(process.env.LIANGHENG_LOGGERS ?? 10_000);
const PERIODS = Number(process.env.LIANGHENG_PERIODS ?? 144);
const CODES = ['w01018', 'w21003', 'w21001', 'w21011', 'w01001', 'w01010', 'w00000', 'w01012', 'w20117', 'w20116'];
const DAY_MS = 86_400_000;
const EVERY_MS = DAY_MS / Math.max(PERIODS, 144);

const cpuSeconds = (): number => process.resourceUsage().userCPUTime / 1e6 + process.resourceUsage().systemCPUTime / 1e6;

/**
 * 10,000 connected loggers with ten codes each, whose period data arrive in the same second; then nothing for a day; then all of them
 * reconnect and back-fill it, while the platform asks them for what it misses. A packet is answered (9014) after the journal's fsync. The
 * loggers run in a process of their own, and each process's time is told by itself; memory is that of the platform.
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
    minuteIntervalMs: EVERY_MS,
    channels: CODES.map((code): Hj212Channel => {
      const channel = `${index}.${code}`;
      return { channel, station: mn(index), code, value: 'Avg', period: 'minute', scale: 1, offset: 0, everyMs: EVERY_MS };
    }),
  }));
  const limits = { connections: 4 * LOGGERS, introductionMs: 600_000, idleMs: 3_600_000, backlog: 64 };
  const settings = { id: 'b', host: '127.0.0.1', port: 0, tls: null, limits, offsetMinutes: 480, origin: 'simulated' as const };
  /** The outage ends now: the platform's clock is behind until it begins, and jumps over it. */
  const outageMs = Math.floor(Date.now() / EVERY_MS) * EVERY_MS - PERIODS * EVERY_MS;
  const startMs = Date.now();
  let behindMs = startMs - outageMs - 1_000;
  const clock = { ...systemClock, nowMs: () => Date.now() - behindMs };
  const source = new Hj212Source({ ...settings, backfillMs: 31 * DAY_MS, timeoutMs: 10_000, sends: 3, fromMs: null }, stations, clock);
  await source.start(recorder);
  let rss = 0;
  const watch = setInterval(() => {
    rss = Math.max(rss, process.memoryUsage.rss());
  }, 200);
  const told: (Told & { readonly platformSeconds: number })[] = [];
  let beganAt = 0;
  const child = fork(new URL('hj212-loggers.child.ts', import.meta.url), [source.port, LOGGERS, PERIODS, EVERY_MS, outageMs].map(String), {
    execArgv: ['--import', 'tsx'],
  });
  child.on('message', (message: Told | { what: 'burst begins' | 'backfill begins' }) => {
    if ('packets' in message) told.push({ ...message, platformSeconds: cpuSeconds() - beganAt });
    else beganAt = cpuSeconds();
    if (message.what === 'backfill begins') behindMs = 0;
  });
  const [status] = (await once(child, 'exit')) as [number];
  clearInterval(watch);
  const { stored, damaged, strangers, quarantined } = source.tally;
  await source.stop();
  await journal.close();
  await rm(folder, { recursive: true });
  if (status !== 0 || told.length !== 2) throw new Error(`the loggers ended with ${status}`);
  const [burst, backfill] = told as [(typeof told)[0], (typeof told)[0]];
  return {
    metrics: {
      loggers: LOGGERS,
      burstPackets: burst.packets,
      burstSeconds: burst.seconds,
      burstAnswerP50Ms: burst.p50,
      burstAnswerP99Ms: burst.p99,
      burstCpuSeconds: burst.platformSeconds,
      burstCpuSecondsOfLoggers: burst.cpuSeconds,
      burstShareOfACore: burst.platformSeconds / burst.seconds,
      periods: PERIODS,
      backfillPackets: backfill.packets,
      backfillSeconds: backfill.seconds,
      backfillPacketsPerSecond: backfill.packets / backfill.seconds,
      backfillAnswerP50Ms: backfill.p50,
      backfillAnswerP99Ms: backfill.p99,
      backfillAnswerMostMs: backfill.most,
      backfillCpuSeconds: backfill.platformSeconds,
      backfillCpuSecondsPer10000: (backfill.platformSeconds / backfill.packets) * 10_000,
      backfillCpuSecondsOfLoggers: backfill.cpuSeconds,
      backfillShareOfACore: backfill.platformSeconds / backfill.seconds,
      historyRequests: backfill.asked,
      lost: LOGGERS * (1 + PERIODS) - stored,
      refused: damaged + strangers + quarantined,
      megabytesOfPlatform: rss / 1024 / 1024,
    },
    peers: {},
  };
}
