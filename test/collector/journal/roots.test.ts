import { mkdtemp, readFile, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openJournal } from '../../../collector/journal/journal.ts';
import { keepDailyRoots, readDailyRoots } from '../../../collector/journal/roots.ts';
import { listSegments } from '../../../collector/journal/segment.ts';
import { verifyJournal } from '../../../collector/journal/verify.ts';

const event = (detail: string) => ({ kind: 'event', timeMs: 0, source: 's', event: 'e', detail }) as const;
const OFFSET = 480;

describe('daily roots', () => {
  it('name the last group of each day at the plant’s offset, over a restart, and the journal is verified against each', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'liangheng-roots-'));
    const dir = join(dataDir, 'journal');
    // One in the morning at the plant, the evening before in UTC.
    let now = Date.UTC(2026, 2, 1, 17);
    const due: string[] = [];
    const dayOf = (timeMs: number) => new Date(timeMs + OFFSET * 60_000).toISOString().slice(0, 10);
    for (let life = 0; life < 2; life += 1) {
      const journal = await openJournal(dir, { plant: 'p1' });
      const stop = await keepDailyRoots(journal, dataDir, OFFSET, () => now);
      for (const days of [0, 1, 1, 3]) {
        now += days * 86_400_000;
        const { seq, sha256 } = journal.head();
        if (days > 0) due.push(`${dayOf(now - days * 86_400_000)}\t${seq}:${sha256}`);
        await journal.append([event('a')]);
        await journal.append([event('b')]);
      }
      await stop();
      await journal.close();
      // When its last group was written is taken from the file.
      for (const { path } of await listSegments(dir)) await utimes(path, now / 1000, now / 1000);
    }
    expect(await readFile(join(dataDir, 'daily-roots.txt'), 'utf8')).toBe(`${due.join('\n')}\n`);
    const roots = await readDailyRoots(dataDir);
    expect(roots).toHaveLength(6);
    for (const root of roots) expect((await verifyJournal(dir, root)).finding).toBeNull();
    const forged = { ...roots[3]!, sha256: roots[2]!.sha256 };
    expect((await verifyJournal(dir, forged)).finding).not.toBeNull();
  });

  it('go on after a clock that was in 2036 for a while', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'liangheng-roots-'));
    const journal = await openJournal(join(dataDir, 'journal'), { plant: 'p1' });
    let now = Date.UTC(2026, 2, 1, 4);
    const stop = await keepDailyRoots(journal, dataDir, OFFSET, () => now);
    for (const at of [now, Date.UTC(2036, 0, 1), now + 3_600_000, now + 86_400_000, now + 2 * 86_400_000]) {
      now = at;
      await journal.append([event('a')]);
    }
    await stop();
    await journal.close();
    const days = (await readDailyRoots(dataDir)).map(({ day, seq }) => [day, seq]);
    expect(days.slice(-2)).toEqual([
      ['2026-03-01', 3],
      ['2026-03-02', 4],
    ]);
  });
});
