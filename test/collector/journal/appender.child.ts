import { writeSync } from 'node:fs';
import { join } from 'node:path';
import { openJournal } from '../../../collector/journal/journal.ts';
import { openDuckdbStore } from '../../../collector/stores/duckdb/store.ts';
import { follow } from '../../../collector/stores/follow.ts';

// Appends readings numbered from `first` on, stores them as it goes, and says on standard output which are on disk, until it is killed.
const [dir, first] = [process.argv[2]!, Number(process.argv[3])];
const journal = await openJournal(join(dir, 'journal'), { plant: 'p1', segmentBytes: 20_000 });
const store = await openDuckdbStore(join(dir, 'samples.duckdb'), { threads: 1, memory: '256MB' });
void follow(journal, store);
let next = first;
async function feed(): Promise<void> {
  for (;;) {
    const from = next;
    next += 7;
    const records = Array.from({ length: 7 }, (_, k) => {
      const sample = {
        channel: 'F1',
        timeMs: from + k,
        value: (from + k) / 3,
        quality: 'good',
        reason: 'none',
        origin: 'device',
        raw: null,
      } as const;
      return { kind: 'sample', sample } as const;
    });
    await journal.append(records);
    writeSync(1, `${from}\n`);
  }
}
writeSync(1, 'ready\n');
await Promise.all([feed(), feed(), feed()]);
