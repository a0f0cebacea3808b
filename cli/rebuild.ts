import { rename, stat } from 'node:fs/promises';
import { SegmentReader } from '../collector/journal/reader.ts';
import { connectReader, socketPath } from '../collector/stores/duckdb/socket.ts';
import { follow } from '../collector/stores/follow.ts';
import { databasePath, openStores } from '../collector/stores/open.ts';
import type { Plant } from '../config/plant/plant.ts';
import { Fault } from '../config/words/fault.ts';
import { journalHead } from './caught-up.ts';
import { journalDir } from './collecting.ts';
import { specsAhead } from './hours-ahead.ts';
import { say } from './output.ts';

/** A line about every so much of the journal. */
const SAID_SHARE = 0.1;

/**
 * Sets the file of the local store aside, whatever state it is in, and fills a new one from the journal. Results are computed again by
 * `balance` and `coverage`.
 *
 * @throws Fault store.owned while a process owns the file; rebuild.no-journal where there is nothing to rebuild it from.
 */
export async function rebuildLocal(plant: Plant): Promise<void> {
  const local = plant.file.stores.filter(({ engine }) => engine === 'duckdb').slice(0, 1);
  const path = databasePath(plant);
  const owner = await connectReader(await socketPath(plant.dataDir));
  if (owner !== null) {
    await owner.close();
    throw new Fault({
      code: 'store.owned',
      place: path,
      zh: '采集进程正在使用这个文件；请先停止采集',
      en: 'the collecting process is using this file; stop it first',
    });
  }
  const head = await journalHead(plant);
  if (head === null || local.length === 0) {
    throw new Fault({
      code: 'rebuild.no-journal',
      place: path,
      zh: '没有日志或没有本地存储，无从重建',
      en: 'no journal or no local store: nothing to rebuild',
    });
  }
  const aside = `${path}.${Date.now()}.aside`;
  for (const end of ['', '.wal']) if (await stat(path + end).catch(() => null)) await rename(path + end, aside + end);
  say(`原文件（若有）移为 ${aside}，正由日志重建`, `the old file, if any, is now ${aside}; rebuilding from the journal`);
  const specs = specsAhead(plant);
  const [store] = await openStores({ ...plant, file: { ...plant.file, stores: local } }, { owner: true, specs });
  try {
    const journal = new SegmentReader(journalDir(plant));
    const followed = {
      head: () => head,
      groups: (seq: number) => journal.groups(seq),
      waitFor: () => Promise.reject(new Error('at its end')),
    };
    let said = 0;
    let failure: unknown = null;
    await follow(followed, store!, {
      untilHead: true,
      onProgress({ seq, error }) {
        failure = error;
        if (error !== null || seq < said + SAID_SHARE * head.seq) return;
        said = seq;
        say(`已重建至第 ${seq} 组，共 ${head.seq} 组`, `rebuilt through group ${seq} of ${head.seq}`);
      },
    });
    if (failure !== null) throw failure;
  } finally {
    await store!.close();
  }
}
