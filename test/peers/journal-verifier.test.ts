import { execFile } from 'node:child_process';
import { cp, mkdtemp, readdir, readFile, rm, truncate, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzipSync, gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { openJournal } from '../../collector/journal/journal.ts';
import { openJournalReader } from '../../collector/journal/reader.ts';
import { dropOld } from '../../collector/journal/retention.ts';
import { listSegments } from '../../collector/journal/segment.ts';
import { verifyJournal } from '../../collector/journal/verify.ts';

const run = promisify(execFile);
const PYTHON = join(import.meta.dirname, '../../docs/verify_journal.py');

let whole: string;
let head: { seq: number; sha256: string };
/** @param raw of every reading: of two journals that differ in it alone the files divide alike. */
async function written(raw: string): Promise<{ dir: string; head: typeof head }> {
  const dir = await mkdtemp(join(tmpdir(), 'liangheng-verify-'));
  const journal = await openJournal(dir, { plant: 'p1', segmentBytes: 3000 });
  for (let i = 0; i < 30; i += 1) {
    await journal.append(
      Array.from({ length: 5 }, (_, k) => {
        const sample = {
          channel: `F${k}`,
          timeMs: i * 60_000,
          value: i + k / 8,
          quality: 'good',
          reason: 'none',
          origin: 'device',
          raw,
        } as const;
        return { kind: 'sample', sample } as const;
      }),
    );
  }
  const end = journal.head();
  await journal.close();
  return { dir, head: end };
}
beforeAll(async () => {
  ({ dir: whole, head } = await written('ab'));
});

type Edit = (lines: string[]) => void;

/** A copy of the journal whose n-th file (of its text) was edited. */
async function tampered(file: number, edit: Edit): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'liangheng-verify-'));
  await cp(whole, dir, { recursive: true });
  const name = (await readdir(dir))
    .filter((one) => one.includes('.lhj'))
    .sort()
    .at(file)!;
  const path = join(dir, name);
  const bytes = await readFile(path);
  const lines = (name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8').split('\n');
  edit(lines);
  const text = Buffer.from(lines.join('\n'));
  await writeFile(path, name.endsWith('.gz') ? gzipSync(text) : text);
  return dir;
}

const python = (...args: string[]): Promise<{ stdout: string }> => run('/usr/bin/python3', [PYTHON, ...args]);
const named = (lines: string[], text: string): number => lines.findIndex((line) => line.includes(text));

describe('verify', () => {
  it('finds a journal whole that is, with and without a root noted on the way', async () => {
    const result = await verifyJournal(whole, head);
    expect(result).toMatchObject({ plant: 'p1', fromSeq: 1, head, groups: 30, records: 150, unfinishedBytes: 0, finding: null });
    expect((await python(whole, `${head.seq}:${head.sha256}`)).stdout).toContain(
      `whole: 150 records from group 1 up to group 30, chain value ${head.sha256}`,
    );
  });

  const edits: readonly (readonly [string, Edit, string, number | null])[] = [
    ['a changed value', (l) => void l.splice(8, 1, l[8]!.replace('good', 'suspect')), 'changed', 2],
    ['a removed record', (l) => void l.splice(9, 1), 'removed', 3],
    ['the last record of a group removed', (l) => void l.splice(named(l, '=\t') - 1, 1), 'removed', 5],
    ['an added record', (l) => void l.splice(9, 0, l[10]!), 'added', 3],
    ['two records exchanged', (l) => void l.splice(8, 2, l[9]!, l[8]!), 'reordered', 2],
    [
      'a changed chain value',
      (l) =>
        void l.splice(
          6,
          1,
          l[6]!.replace(/.$/, (digit) => (digit === '0' ? '1' : '0')),
        ),
      'changed',
      null,
    ],
    ['a changed count', (l) => void l.splice(6, 1, l[6]!.replace('\t5\t', '\t6\t')), 'removed', 6],
    ['a removed group', (l) => void l.splice(1, 6), 'removed', null],
    ['two groups exchanged', (l) => void l.splice(1, 12, ...l.slice(7, 13), ...l.slice(1, 7)), 'removed', null],
    ['a changed header', (l) => void l.splice(0, 1, l[0]!.replace('p1', 'p2')), 'changed', null],
  ];
  it.each(edits)('names %s, in a sealed file and in the growing one', async (_, edit, what, record) => {
    for (const file of [1, -1]) {
      const dir = await tampered(file, edit);
      const { finding } = await verifyJournal(dir);
      expect(finding).toMatchObject({ what, record });
      await expect(python(dir)).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining(`group ${finding!.seq} `) });
    }
  });

  it('names a file that was written anew, whole in itself, in place of a sealed one and of the growing one', async () => {
    const forged = await written('cd');
    for (const at of [1, -1]) {
      const dir = await tampered(0, () => undefined);
      const name = (await readdir(dir))
        .filter((one) => one.includes('.lhj'))
        .sort()
        .at(at)!;
      await cp(join(forged.dir, name), join(dir, name));
      const { finding } = await verifyJournal(dir);
      expect(finding).toMatchObject({ what: 'changed', seq: Number.parseInt(name, 10) });
      await expect(python(dir)).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining(`group ${finding!.seq} `) });
    }
  });

  it('finds a missing file, a damaged one, and an end that was cut', async () => {
    const dir = await tampered(0, () => undefined);
    const files = (await readdir(dir)).filter((name) => name.includes('.lhj')).sort();
    await rm(join(dir, files[2]!));
    expect((await verifyJournal(dir)).finding).toMatchObject({ what: 'removed', seq: Number.parseInt(files[2]!, 10) });
    await expect(python(dir)).rejects.toMatchObject({ code: 1 });

    const half = await tampered(0, () => undefined);
    await truncate(join(half, files[1]!), 200);
    expect((await verifyJournal(half)).finding).toMatchObject({ what: 'damaged' });

    const cut = await tampered(-1, (lines) => void lines.splice(7));
    expect((await verifyJournal(cut)).finding).toBeNull();
    expect((await verifyJournal(cut, head)).finding).toMatchObject({ what: 'cut' });
    await expect(python(cut, `${head.seq}:${head.sha256}`)).rejects.toMatchObject({ code: 1 });
  });

  it('accepts a start behind what was dropped by a record of the journal, and roots from before it, and no other start', async () => {
    const dir = await tampered(0, () => undefined);
    const rootsOf = async (): Promise<Map<number, string>> => {
      const roots = new Map<number, string>();
      for await (const { seq, sha256 } of (await openJournalReader(dir)).groups(0)) roots.set(seq, sha256);
      return roots;
    };
    const noted = await rootsOf();
    const old = new Date(0);
    const sealed = (await listSegments(dir)).filter((one) => one.sealed);
    for (const { path } of sealed.slice(0, 2)) await utimes(path, old, old);
    const journal = await openJournal(dir);
    const dropped = await dropOld(journal, { ageMs: 86_400_000, bytes: null }, 1e9, Date.now());
    const now = journal.head();
    await journal.close();
    expect(dropped!.segments).toBe(2);
    const root = (seq: number): string => `${seq}:${noted.get(seq)}`;
    for (const good of [[], [root(dropped!.throughSeq)], [root(dropped!.throughSeq + 1)], [`${now.seq}:${now.sha256}`]]) {
      expect((await python(dir, ...good)).stdout).toContain(`from group ${dropped!.throughSeq + 1} up to group ${now.seq}`);
    }
    const kept = (seq: number, sha256 = noted.get(seq)!) => verifyJournal(dir, { seq, sha256 });
    expect(await kept(dropped!.throughSeq)).toMatchObject({ finding: null, start: 'recorded' });
    // What became of a group within what was dropped nobody can tell any more.
    for (const [seq, sha256] of [
      [dropped!.throughSeq - 1, noted.get(dropped!.throughSeq - 1)!],
      [dropped!.throughSeq, '0'.repeat(64)],
    ] as const) {
      expect((await kept(seq, sha256)).finding).toMatchObject({ what: 'removed', seq });
      await expect(python(dir, `${seq}:${sha256}`)).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining(`group ${seq} `) });
    }

    await rm((await listSegments(dir))[0]!.path);
    const start = (await verifyJournal(dir)).fromSeq;
    expect(await verifyJournal(dir)).toMatchObject({ finding: null, start: 'unrecorded' });
    await expect(python(dir)).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining(`group ${start - 1} and all before`) });
  });

  it('in Python has 40 lines at most', async () => {
    expect((await readFile(PYTHON, 'utf8')).trimEnd().split('\n').length).toBeLessThanOrEqual(40);
  });
});
