import { join } from 'node:path';
import { watchInbox } from '../collector/import/inbox.ts';
import { type Journal, openJournal } from '../collector/journal/journal.ts';
import { keepDailyRoots } from '../collector/journal/roots.ts';
import { absenceRecords } from '../collector/recorder/absence.ts';
import { qualityChecks } from '../collector/recorder/checks.ts';
import { keepIntake } from '../collector/recorder/intake-journal.ts';
import { createRecorder, type Recorder } from '../collector/recorder/recorder.ts';
import { type ClockNews, readingText, SteadyClock } from '../collector/recorder/steady-clock.ts';
import { qualityStage } from '../collector/sample/quality.ts';
import { systemClock } from '../collector/sources/clock.ts';
import { openSources } from '../collector/sources/open.ts';
import type { Source, SourceStatus } from '../collector/sources/source.ts';
import { follow } from '../collector/stores/follow.ts';
import { openStores } from '../collector/stores/open.ts';
import { setBack } from '../collector/stores/set-back.ts';
import type { Store } from '../collector/stores/store.ts';
import type { Plant } from '../config/plant/plant.ts';
import { Fault } from '../config/words/fault.ts';
import type { Operation } from '../dashboards/server/services.ts';
import { allOrNone, type Undo } from './all-or-none.ts';
import { tellOfClock, watchClock } from './clock-news.ts';
import { sayDevices } from './device-news.ts';
import { type Disk, watchDisk } from './disk.ts';
import { specsAhead } from './hours-ahead.ts';
import { lastRecordMs } from './last-record.ts';
import { say } from './output.ts';
import { keepPlantVersion } from './plant-history.ts';
import { changeSources, type SourceChange } from './reloading.ts';
import { keepJournalSmall, keepOf } from './retention.ts';
import { auditStores } from './rounds.ts';
import { keepHeapSmall } from './small-heap.ts';
import { newsOfStore, type StoreNews, sayShort, sayWaiting } from './store-news.ts';
import { hasTerminal } from './terminal.ts';

/** A plant that is being read: journal, stores that follow it, sources that feed it. */
export interface Collecting {
  readonly journal: Journal;
  readonly stores: readonly Store[];
  /** As they are at the moment: a change of the plant file changes them. */
  readonly sources: readonly Source[];
  /** What they say of themselves, and what of what each polled since the start is in the journal. */
  statuses(): SourceStatus[];
  /** The plant as it is read at the moment. */
  readonly plant: Plant;
  /** Reads what another version of the plant file says from now on; what stays the same goes on without missing a reading. */
  reload(next: Plant): Promise<SourceChange>;
  readonly recorder: Recorder;
  /** Settles when the local store holds what the journal held at the start. */
  readonly caughtUp: Promise<void>;
  hasCaughtUp(): boolean;
  /** As it was seen last; null before the first look. */
  disk(): Disk | null;
  /** What each store said of itself last, in their order. */
  readonly news: readonly Pick<StoreNews, 'away' | 'known'>[];
  /** Ends reading, then writing: what arrived is in the journal, and the local store holds it. */
  stop(): Promise<void>;
}

/** How far the journal is and the stores are, for whoever watches the program. */
export async function operationOf({ journal, stores, hasCaughtUp, news, disk }: Collecting): Promise<Operation> {
  const each = stores.map(async (store, index): Promise<Operation['stores'][number]> => {
    const { engine, place = null, quarantine } = store;
    return {
      engine,
      place,
      cursor: await store.cursor().catch(() => null),
      away: news[index]?.away() ?? null,
      refused: quarantine?.count ?? null,
      quarantined: (await quarantine?.held().catch(() => null)) ?? null,
    };
  });
  return { caughtUp: hasCaughtUp(), journalSeq: journal.head().seq, stores: await Promise.all(each), disk: disk() };
}

type Checks = ReturnType<typeof qualityChecks>;

/** Folder of a plant's journal. */
export function journalDir(plant: Plant): string {
  return join(plant.dataDir, 'journal');
}

/**
 * Opens journal and stores, records what was missed since the journal's last entry, and starts reading.
 *
 * @throws Fault when another process already collects for this plant, a secret or a certificate is not to be had, or a port is taken.
 * Nothing that was started stays behind then.
 */
export function startCollecting(plant: Plant): Promise<Collecting> {
  keepHeapSmall();
  return allOrNone((undo) => start(plant, undo));
}

async function start(plant: Plant, undo: Undo): Promise<Collecting> {
  const journal = await openJournal(journalDir(plant), { plant: plant.id });
  undo(() => journal.close());
  const stores = await openStores(plant, { owner: true, specs: specsAhead(plant) });
  undo(() => Promise.all(stores.map((store) => store.close())));
  for (const store of stores) await setBack(store, journal.head().seq);
  const lastMs = await lastRecordMs(journal, plant.dataDir);
  const { promise: recording, resolve: records } = withResolvers();
  // By the clock itself, once it stands: a wall clock that was in 2036 dates no record.
  const told = (news: ClockNews): void => {
    void recording.then(() => tellOfClock(recorder, news, clock.nowMs())).catch(() => undefined);
  };
  const clock: SteadyClock = new SteadyClock(systemClock, () => performance.now(), told, lastMs);
  let current = { plant, sources: openSources(plant, clock, lastMs) };
  const intake = await keepIntake(journal, plant.dataDir, clock, lastMs);
  undo(() => intake.stop());
  let judge = qualityStage(qualityChecks(plant.channels.values()));
  const recorder: Recorder = createRecorder(journal, {
    simulated: plant.simulated,
    judge,
    clockDoubted: () => clock.doubted,
    intake: intake.book,
  });
  records();
  const stopWatchingClock = watchClock(clock, recorder);
  undo(stopWatchingClock);
  const stopRoots = await keepDailyRoots(journal, plant.dataDir, plant.offsetMinutes, () => clock.nowMs());
  undo(stopRoots);
  const nowMs = clock.nowMs();
  await keepVersion(plant, nowMs);
  const missed = lastMs === null ? 0 : await recordAbsence(plant, journal, lastMs, nowMs);
  await recorder.event({
    timeMs: nowMs,
    source: 'collector',
    event: 'started',
    detail: `${lastMs === null ? 'first start' : `${missed} readings missed since ${new Date(lastMs).toISOString()}`}; ${readingText(clock.reading())}`,
  });
  if (missed > 0) {
    say(
      `采集器停止期间缺失 ${missed} 个读数，已按“采集器停止”记入日志。`,
      `${missed} readings were missed while the collector did not run; journalled as missing.`,
    );
  }
  const ending = new AbortController();
  const goal = journal.head().seq;
  const { promise: caughtUp, resolve: reached } = withResolvers();
  if ((await stores[0]?.cursor()) === goal) reached();
  let hasCaughtUp = false;
  void caughtUp.then(() => {
    hasCaughtUp = true;
  });
  for (const store of stores) await sayShort(store, journal.dir, recorder).catch(() => undefined);
  const news = stores.map((store) => newsOfStore(store, recorder, () => sayShort(store, journal.dir, recorder)));
  const following = stores.map((store, index) =>
    follow(journal, store, {
      signal: ending.signal,
      onProgress(progress) {
        news[index]!.progress(progress);
        if (index === 0 && progress.error === null && progress.seq >= goal) reached();
      },
    }),
  );
  undo(() => {
    ending.abort();
    return Promise.all(following);
  });
  const stopInbox = await watchInbox(plant.dataDir, journal, (file, error) => {
    const { zh, en } = error instanceof Fault ? error : { zh: error.message, en: error.message };
    say(`导入的文件 ${file} 未能写入日志：${zh}`, `${file} was handed in and could not be journalled: ${en}`);
  });
  undo(stopInbox);
  const stopAudits = auditStores(journal, stores, recorder, (store, fault) => news[stores.indexOf(store)]!.lost(fault));
  undo(stopAudits);
  const disk = watchDisk(journal, recorder);
  undo(() => disk.stop());
  const stopDropping = keepJournalSmall(() => keepOf(current.plant.file), journal, stores, recorder);
  undo(stopDropping);
  undo(() => Promise.all(current.sources.map((source) => source.stop())));
  for (const source of current.sources) await source.start(recorder.of(source.id));
  const stopSaying = sayDevices(() => current.sources.map((source) => source.status()));
  let changing: Promise<unknown> = Promise.resolve();
  const judgeBy = (checks: Checks): void => {
    judge = qualityStage(checks, judge);
    recorder.judgeBy(judge);
  };

  return {
    journal,
    stores,
    get sources() {
      return current.sources;
    },
    get plant() {
      return current.plant;
    },
    statuses() {
      const totals = intake.book.totals();
      return current.sources.map((source) => {
        const counted = totals.get(source.id);
        return counted === undefined ? source.status() : { ...source.status(), intake: counted };
      });
    },
    reload(next) {
      const changed = changing.then(async () => {
        const [old, young] = [current.plant, next].map(({ channels }) => qualityChecks(channels.values())) as [Checks, Checks];
        // The first reading that another source hands in is held against what the new file says, the last of one that ends against the old.
        judgeBy(new Map([...old, ...young]));
        const { sources, ...change } = await changeSources(current, next, { clock, sinkOf: (source) => recorder.of(source) }).catch(
          (error: unknown) => {
            judgeBy(old);
            throw error;
          },
        );
        judgeBy(young);
        current = { plant: next, sources };
        await keepVersion(next, clock.nowMs());
        return change;
      });
      changing = changed.catch(() => undefined);
      return changed;
    },
    recorder,
    caughtUp,
    hasCaughtUp: () => hasCaughtUp,
    disk: () => disk.now(),
    news,
    async stop() {
      await changing;
      stopWatchingClock();
      stopSaying();
      await Promise.all(current.sources.map((source) => source.stop()));
      await stopInbox();
      // Where the disk refuses, the next start says that the end of these counts is not known.
      await intake.stop().catch(() => undefined);
      await recorder.event({ timeMs: Date.now(), source: 'collector', event: 'stopped', detail: '' });
      ending.abort();
      await stopAudits();
      await stopDropping();
      await disk.stop();
      await Promise.all(following);
      for (const store of stores) await sayWaiting(store, journal.head().seq);
      for (const store of stores) await store.close();
      await stopRoots();
      await journal.close();
    },
  };
}

/** Reading goes on where the version of the plant file cannot be kept; an evidence pack needs it, so it is said. */
async function keepVersion(plant: Plant, nowMs: number): Promise<void> {
  await keepPlantVersion(plant, nowMs).catch(({ message }: Error) => {
    say(`企业文件的这一版本未能存档：${message}`, `This version of the plant file could not be kept: ${message}`);
  });
}

function withResolvers(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve = (): void => undefined;
  const promise = new Promise<void>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}

async function recordAbsence(plant: Plant, journal: Journal, afterMs: number, beforeMs: number): Promise<number> {
  let count = 0;
  for (const batch of absenceRecords(plant.channels.values(), afterMs, beforeMs)) {
    await journal.append(batch);
    count += batch.length;
  }
  return count;
}

/** Settles at the first SIGINT or SIGTERM, and when the terminal is gone at which it was started. */
export function untilToldToStop(): Promise<void> {
  return new Promise((resolve) => {
    const stop = () => resolve();
    process.once('SIGINT', stop);
    process.once('SIGTERM', stop);
    if (!hasTerminal()) return;
    process.once('SIGHUP', stop);
    // Nobody can be told any more.
    for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  });
}
