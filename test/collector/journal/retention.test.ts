import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { openJournal } from '../../../collector/journal/journal.ts';
import { dropOld } from '../../../collector/journal/retention.ts';
import { listSegments } from '../../../collector/journal/segment.ts';
import { verifyJournal } from '../../../collector/journal/verify.ts';

const DAY = 86_400_000;
const NOW = Date.UTC(2026, 5, 1);

/** A closed journal of 40 groups of two records in several sealed files, the k-th finished k days after the first of January. */
async function filled(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'liangheng-retention-'));
  const journal = await openJournal(dir, { plant: 'p1', segmentBytes: 600 });
  for (let i = 0; i < 40; i += 1) {
    const at = (channel: string) =>
      ({
        kind: 'sample',
        sample: { channel, timeMs: i, value: i, quality: 'good', reason: 'none', origin: 'device', raw: null },
      }) as const;
    await journal.append([at('F1'), at('F2')]);
  }
  await journal.close();
  for (const [k, { path }] of (await listSegments(dir)).entries()) {
    const time = new Date(Date.UTC(2026, 0, 1) + k * DAY);
    await utimes(path, time, time);
  }
  return dir;
}
const drop = async (dir: string, keep: { ageMs?: number; bytes?: number }, confirmed: number) => {
  const journal = await openJournal(dir);
  try {
    return await dropOld(journal, { ageMs: keep.ageMs ?? null, bytes: keep.bytes ?? null }, confirmed, NOW);
  } finally {
    await journal.close();
  }
};

describe('retention', () => {
  it('drops by age what every store has confirmed, counts it, and the journal still proves itself', async () => {
    const dir = await filled();
    const before = await listSegments(dir);
    expect(before.length).toBeGreaterThan(5);
    const confirmed = before[4]!.firstSeq;
    const dropped = await drop(dir, { ageMs: DAY }, confirmed);
    const groups = before[4]!.firstSeq - 1;
    expect(dropped).toMatchObject({ segments: 4, throughSeq: groups, groups, records: 2 * groups });
    expect((await listSegments(dir))[0]!.firstSeq).toBe(before[4]!.firstSeq);
    const { finding, start, dropped: counted, fromSeq } = await verifyJournal(dir);
    expect({ finding, start, counted, fromSeq }).toEqual({
      finding: null,
      start: 'recorded',
      counted: { groups, records: 2 * groups },
      fromSeq: groups + 1,
    });
    const again = await drop(dir, { ageMs: DAY }, 40);
    expect((await verifyJournal(dir)).dropped).toEqual({ groups: groups + again!.groups, records: 2 * (groups + again!.groups) });
  });

  it('drops by size until the rest is small enough, never what a store has not confirmed, never the growing file', async () => {
    const dir = await filled();
    expect(await drop(dir, { bytes: 1 }, 0)).toBeNull();
    expect(await drop(dir, { ageMs: 400 * DAY }, 40)).toBeNull();
    expect(await drop(dir, {}, 40)).toBeNull();
    const count = (await listSegments(dir)).length;
    const some = await drop(dir, { bytes: 1400 }, 40);
    expect(some!.segments).toBeGreaterThan(0);
    expect(some!.segments).toBeLessThan(count - 1);
    await drop(dir, { bytes: 1 }, 1e9);
    const left = await listSegments(dir);
    expect(left.at(-1)!.sealed).toBe(false);
    const journal = await openJournal(dir);
    expect(journal.head().seq).toBeGreaterThanOrEqual(41);
    await journal.close();
    expect(await verifyJournal(dir)).toMatchObject({ finding: null, start: 'recorded' });
  });

  it('interrupted between record and deletion, in part or in whole, is explained still and counted once', async () => {
    const dir = await filled();
    const before = await listSegments(dir);
    const contents = await Promise.all(before.slice(0, 4).map(async ({ path }) => ({ path, bytes: await readFile(path) })));
    const old = new Date(Date.UTC(2026, 0, 1));
    const groups = before[4]!.firstSeq - 1;
    await drop(dir, { ageMs: DAY }, before[4]!.firstSeq);
    for (const { path, bytes } of contents.slice(2)) await writeFile(path, bytes).then(() => utimes(path, old, old));
    expect(await verifyJournal(dir)).toMatchObject({ finding: null, start: 'recorded', fromSeq: before[2]!.firstSeq });
    for (const { path, bytes } of contents) await writeFile(path, bytes).then(() => utimes(path, old, old));
    expect(await verifyJournal(dir)).toMatchObject({ finding: null, start: 'first', dropped: { groups: 0, records: 0 } });
    // The next look drops them again, and more with them.
    const through = before[5]!.firstSeq - 1;
    expect(await drop(dir, { ageMs: DAY }, through)).toMatchObject({ groups: through, throughSeq: through });
    expect(await verifyJournal(dir)).toMatchObject({
      finding: null,
      start: 'recorded',
      dropped: { groups: through, records: 2 * through },
    });
    expect(through).toBeGreaterThan(groups);
  });

  it('leaves nothing behind of a segment that a crash kept from being deleted once it was sealed', async () => {
    const plain = async (dir: string, k: number): Promise<string> => {
      const { path } = (await listSegments(dir))[k]!;
      await writeFile(path.replace('.gz', ''), gunzipSync(await readFile(path)));
      return path.replace('.gz', '');
    };
    const dir = await filled();
    const names = async () => (await readdir(dir)).filter((name) => name.endsWith('.lhj'));
    await plain(dir, 1);
    await (await openJournal(dir)).close();
    expect(await names()).toHaveLength(1);
    // The same while it is open.
    const journal = await openJournal(dir);
    await plain(dir, 0);
    const confirmed = (await listSegments(dir))[2]!.firstSeq - 1;
    expect(await dropOld(journal, { ageMs: DAY, bytes: null }, confirmed, NOW)).toMatchObject({ segments: 2 });
    await journal.close();
    expect(await names()).toHaveLength(1);
    expect(await verifyJournal(dir)).toMatchObject({ finding: null, start: 'recorded' });
  });

  it('names a store that holds back what should go, and none where nothing should', async () => {
    const dir = await filled();
    const confirmed = (await listSegments(dir))[2]!.firstSeq - 1;
    const journal = await openJournal(dir);
    let held = 0;
    const look = (ageMs: number) => dropOld(journal, { ageMs, bytes: null }, confirmed, NOW, () => (held += 1));
    expect([await look(400 * DAY), held]).toEqual([null, 0]);
    expect([(await look(DAY))!.throughSeq, held]).toEqual([confirmed, 1]);
    await journal.close();
  });

  it('drops nothing from a gap on: what lies before it may be all that shows where it began', async () => {
    const dir = await filled();
    const before = await listSegments(dir);
    await rm(before[2]!.path);
    expect(await drop(dir, { ageMs: DAY }, before[6]!.firstSeq)).toMatchObject({ segments: 1, throughSeq: before[1]!.firstSeq - 1 });
    expect((await listSegments(dir)).map(({ firstSeq }) => firstSeq)).toContain(before[1]!.firstSeq);
  });

  it('is told from a start that someone cut off', async () => {
    const dir = await filled();
    const [first] = (await readdir(dir)).filter((name) => name.includes('.lhj')).sort();
    await rm(join(dir, first!));
    expect(await verifyJournal(dir)).toMatchObject({ finding: null, start: 'unrecorded' });
    await drop(dir, { ageMs: DAY }, 20);
    const [, second] = await listSegments(dir);
    await rm((await listSegments(dir))[0]!.path);
    expect(await verifyJournal(dir)).toMatchObject({ start: 'unrecorded', fromSeq: second!.firstSeq });
  });
});
