import { execFileSync } from 'node:child_process';
import { appendFile, mkdir, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { openJournal } from '../../../collector/journal/journal.ts';
import { openJournalReader } from '../../../collector/journal/reader.ts';
import type { JournalGroup, JournalRecord } from '../../../collector/journal/record.ts';
import { seal } from '../../../collector/journal/seal.ts';

const fresh = (): Promise<string> => mkdtemp(join(tmpdir(), 'liangheng-journal-'));
const reading = (i: number): JournalRecord => ({
  kind: 'sample',
  sample: { channel: 'F1', timeMs: i * 1000, value: i / 7, quality: 'good', reason: 'none', origin: 'device', raw: `raw ${i}` },
});
const collect = async (groups: AsyncIterable<JournalGroup>): Promise<JournalGroup[]> => {
  const found: JournalGroup[] = [];
  for await (const group of groups) found.push(group);
  return found;
};
/** A journal of `count` groups of two records each, closed. */
async function written(count: number, segmentBytes?: number): Promise<string> {
  const dir = await fresh();
  const journal = await openJournal(dir, { plant: 'p1', ...(segmentBytes === undefined ? {} : { segmentBytes }) });
  for (let i = 0; i < count; i += 1) await journal.append([reading(2 * i), reading(2 * i + 1)]);
  await journal.close();
  return dir;
}
const lastFile = async (dir: string): Promise<string> =>
  join(
    dir,
    (await readdir(dir))
      .filter((name) => name.endsWith('.lhj'))
      .sort()
      .at(-1)!,
  );

describe('a journal', () => {
  it('gives back what was appended, in groups numbered without gaps', async () => {
    const journal = await openJournal(await fresh(), { plant: 'p1' });
    const [first, second, third] = await Promise.all([
      journal.append([reading(1)]),
      journal.append([reading(2), reading(3)]),
      journal.append([]),
    ]);
    expect(third).toBe(0);
    expect(second).toBeGreaterThanOrEqual(first);
    const after = await journal.append([reading(4)]);
    const groups = await collect(journal.groups(0));
    expect(groups.map(({ seq }) => seq)).toEqual(Array.from({ length: after }, (_, k) => k + 1));
    expect(groups.flatMap(({ records }) => records)).toEqual([1, 2, 3, 4].map(reading));
    expect(journal.head()).toEqual({ seq: after, sha256: groups.at(-1)!.sha256 });
    expect(await collect(journal.groups(after))).toEqual([]);
    await journal.close();
  });

  it('goes on where it was, across sealed segments', async () => {
    const dir = await written(60, 600);
    const files = await readdir(dir);
    expect(files.filter((name) => name.endsWith('.lhj.gz')).length).toBeGreaterThan(5);
    const journal = await openJournal(dir);
    expect(journal.head().seq).toBe(60);
    await journal.append([reading(120)]);
    expect((await collect(journal.groups(0))).flatMap(({ records }) => records)).toEqual(Array.from({ length: 121 }, (_, i) => reading(i)));
    expect((await collect(journal.groups(40))).map(({ seq }) => seq)).toEqual(Array.from({ length: 21 }, (_, k) => 41 + k));
    await journal.close();
  });

  it('is read by others while it is written', async () => {
    const dir = await fresh();
    const journal = await openJournal(dir, { plant: 'p1', segmentBytes: 2000 });
    const reader = await openJournalReader(dir);
    let seen = 0;
    for (let i = 0; i < 200; i += 1) {
      await journal.append([reading(i)]);
      if (i % 7 !== 0) continue;
      for await (const { seq, records } of reader.groups(seen)) {
        expect(records).toEqual([reading(seq - 1)]);
        expect(seq).toBe(seen + 1);
        seen = seq;
      }
    }
    expect(seen).toBe(197);
    await journal.close();
  });

  it('is read through by who listed its files before one of them was sealed', async () => {
    const dir = await written(60, 600);
    const sealed = (await readdir(dir)).filter((name) => name.endsWith('.lhj.gz')).sort();
    const growing = join(dir, sealed.at(-1)!.slice(0, -3));
    await writeFile(growing, gunzipSync(await readFile(`${growing}.gz`)));
    await rm(`${growing}.gz`);
    const seen: number[] = [];
    for await (const { seq } of (await openJournalReader(dir)).groups(0)) {
      if (seen.length === 0) await seal(growing);
      seen.push(seq);
    }
    expect(seen).toEqual(Array.from({ length: 60 }, (_, k) => k + 1));
  });

  it('wakes who waits for a group', async () => {
    const journal = await openJournal(await fresh(), { plant: 'p1' });
    const waiting = journal.waitFor(2);
    await journal.append([reading(1)]);
    await journal.append([reading(2)]);
    await waiting;
    await expect(journal.waitFor(9, AbortSignal.timeout(10))).rejects.toThrow();
    const atClose = journal.waitFor(9);
    const refused = expect(atClose).rejects.toThrow('closed');
    await journal.close();
    await refused;
  });

  it('has one writer; the lock of a process that is gone is taken over', async () => {
    const dir = await fresh();
    const journal = await openJournal(dir, { plant: 'p1' });
    await expect(openJournal(dir)).rejects.toMatchObject({ code: 'journal.locked' });
    await journal.close();
    const gone = execFileSync(process.execPath, ['-e', 'console.log(process.pid)'], { encoding: 'utf8' }).trim();
    const hostname = execFileSync('hostname', { encoding: 'utf8' }).trim();
    await writeFile(join(dir, 'lock'), `${gone} - ${hostname}\n`);
    await (await openJournal(dir, { plant: 'p1' })).close();
    await writeFile(join(dir, 'lock'), `${process.ppid} - ${hostname}\n`);
    await expect(openJournal(dir)).rejects.toMatchObject({ code: 'journal.locked' });
    await writeFile(join(dir, 'lock'), `${gone} another-boot/1 another-host\n`);
    await expect(openJournal(dir)).rejects.toMatchObject({
      code: 'journal.locked-elsewhere',
      place: join(dir, 'lock'),
      en: expect.stringContaining('another-host'),
    });
  });

  it('is opened by its last file alone, however many there are', async () => {
    const dir = await written(60, 600);
    const last = await lastFile(dir);
    const before = await openJournal(dir);
    const head = before.head();
    await before.close();
    const others = (await readdir(dir)).filter((name) => name.includes('.lhj') && join(dir, name) !== last);
    expect(others.length).toBeGreaterThan(5);
    // Whoever reads one of them fails.
    for (const name of others) {
      await rm(join(dir, name));
      await mkdir(join(dir, name));
    }
    const journal = await openJournal(dir);
    expect([journal.head(), journal.recovery]).toEqual([head, null]);
    expect(await journal.append([reading(7)])).toBe(head.seq + 1);
    await journal.close();
  });

  it('refuses the journal of another plant', async () => {
    await expect(openJournal(await written(1), { plant: 'p2' })).rejects.toMatchObject({ code: 'journal.other-plant' });
  });

  it('keeps nothing of an append that holds a record against the rules', async () => {
    const journal = await openJournal(await fresh(), { plant: 'p1' });
    const bad: JournalRecord = { kind: 'sample', sample: { ...sampleOf(1), value: Number.NaN } };
    await expect(journal.append([reading(1), bad])).rejects.toThrow(RangeError);
    expect(journal.head().seq).toBe(0);
    await journal.close();
  });
});

const sampleOf = (i: number) => {
  const record = reading(i);
  if (record.kind !== 'sample') throw new Error('a sample');
  return record.sample;
};

describe('a damaged end', () => {
  const events = (groups: readonly JournalGroup[]) => groups.flatMap(({ records }) => records).filter(({ kind }) => kind === 'event');

  it.each([
    ['half a line', 's\t2026-03-01T0'],
    ['a group without its closing line', 's\t2026-03-01T00:00:00.000Z\tF1\t1\tgood\tnone\tdevice\t\\N\t00000000\n'],
    ['a closing line that proves nothing', `s\tx\n=\t11\t1\t${'a'.repeat(64)}\n`],
    ['zeros', '\0'.repeat(5000)],
  ])('of %s is cut, kept aside and put on record', async (_, tail) => {
    const dir = await written(10);
    const path = await lastFile(dir);
    await appendFile(path, tail);
    const journal = await openJournal(dir);
    expect(journal.head().seq).toBe(10);
    expect(journal.recovery).toMatchObject({ cutBytes: Buffer.byteLength(tail), afterSeq: 10 });
    expect(await readFile(journal.recovery!.savedAs, 'utf8')).toBe(tail);
    await journal.append([reading(99)]);
    const groups = await collect(journal.groups(0));
    expect(events(groups)).toMatchObject([{ event: 'tail-cut' }]);
    expect(groups.at(-1)!.records.at(-1)).toEqual(reading(99));
    await journal.close();
    const again = await openJournal(dir);
    expect(again.recovery).toBeNull();
    await again.close();
  });

  it('in the header of a new segment leaves the groups before it', async () => {
    const dir = await written(60, 600);
    const path = await lastFile(dir);
    await truncate(path, 30);
    const journal = await openJournal(dir);
    const { seq } = journal.head();
    expect(String(seq + 1).padStart(10, '0')).toBe(path.slice(-14, -4));
    await journal.append([reading(7)]);
    expect((await collect(journal.groups(0))).at(-1)!.seq).toBe(seq + 1);
    await journal.close();
  });
});
