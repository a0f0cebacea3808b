import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { closingLine } from '../../../collector/journal/chain.ts';
import { EntriesGroup } from '../../../collector/journal/group.ts';
import { openJournal } from '../../../collector/journal/journal.ts';
import { decodeEntries } from '../../../collector/journal/lines.ts';
import type { JournalRecord } from '../../../collector/journal/record.ts';
import { scan } from '../../../collector/journal/scan.ts';

/** `npm run drill` asks for 100,000. */
const JOURNALS = Number(process.env.LIANGHENG_DAMAGED_JOURNALS ?? 3000);

const reading = (i: number): JournalRecord => ({
  kind: 'sample',
  sample: { channel: `F${i % 3}`, timeMs: i * 1000, value: i / 7, quality: 'good', reason: 'none', origin: 'device', raw: `raw ${i}` },
});

/** A cycle of a device: read back as one batch. */
const moment = (i: number): JournalRecord[] =>
  Array.from({ length: 10 }, (_, k) => ({
    kind: 'sample',
    sample: { channel: `M${k}`, timeMs: i * 1000, value: i / 7 + k, quality: 'good', reason: 'none', origin: 'device', raw: null },
  }));

/** Bytes that came of others by what disks, crashes and people do. */
type Damage = (bytes: Buffer) => Buffer;
const at = fc.nat();
const bytes = fc.uint8Array({ minLength: 1, maxLength: 60 });
/** Two places in order. */
const span = fc.tuple(at, at);
const cutUp = (whole: Buffer, [a, b]: readonly [number, number]): readonly [Buffer, Buffer, Buffer] => {
  const [x, y] = [a % (whole.length + 1), b % (whole.length + 1)].sort((p, q) => p - q) as [number, number];
  return [whole.subarray(0, x), whole.subarray(x, y), whole.subarray(y)];
};
const damage: fc.Arbitrary<Damage> = fc.oneof(
  at.map(
    (place): Damage =>
      (whole) =>
        whole.subarray(0, place % (whole.length + 1)),
  ),
  fc.tuple(at, bytes).map(
    ([place, fresh]): Damage =>
      (whole) => {
        const copy = Buffer.from(whole);
        copy.set(fresh.subarray(0, Math.max(0, whole.length - (place % (whole.length + 1)))), place % (whole.length + 1));
        return copy;
      },
  ),
  fc.tuple(at, fc.integer({ min: 0, max: 7 })).map(
    ([place, bit]): Damage =>
      (whole) => {
        const copy = Buffer.from(whole);
        if (copy.length > 0) copy[place % copy.length]! ^= 1 << bit;
        return copy;
      },
  ),
  fc.tuple(at, bytes).map(
    ([place, fresh]): Damage =>
      (whole) => {
        const [before, , after] = cutUp(whole, [place, place]);
        return Buffer.concat([before, fresh, after]);
      },
  ),
  span.map(
    (places): Damage =>
      (whole) => {
        const [before, middle, after] = cutUp(whole, places);
        return Buffer.concat([before, Buffer.alloc(middle.length), after]);
      },
  ),
  span.map(
    (places): Damage =>
      (whole) => {
        const [before, , after] = cutUp(whole, places);
        return Buffer.concat([before, after]);
      },
  ),
  span.map(
    (places): Damage =>
      (whole) => {
        const [before, middle, after] = cutUp(whole, places);
        return Buffer.concat([before, middle, middle, after]);
      },
  ),
  fc.tuple(at, at).map(
    ([a, b]): Damage =>
      (whole) => {
        const lines = whole.toString('latin1').split('\n');
        const [x, y] = [a % lines.length, b % lines.length];
        [lines[x], lines[y]] = [lines[y]!, lines[x]!];
        return Buffer.from(lines.join('\n'), 'latin1');
      },
  ),
  // Another number on a group: its hash does not hold it. Two of them never follow each other.
  at.map(
    (place): Damage =>
      (whole) => {
        const text = whole.toString('latin1');
        const closings = [...text.matchAll(/^=\t(\d+)\t/gm)];
        if (closings.length === 0) return whole;
        const { index, 0: found, 1: seq } = closings[place % closings.length]!;
        return Buffer.from(`${text.slice(0, index)}=\t${101 * Number(seq)}\t${text.slice(index + found.length)}`, 'latin1');
      },
  ),
);

describe('a damaged journal', () => {
  /** A sealed file and the growing one, as text, by name; and every group of theirs. */
  const files = new Map<string, Buffer>();
  const truth = new Map<number, string>();
  beforeAll(async () => {
    const dir = await mkdtemp(join(tmpdir(), 'liangheng-damage-'));
    const journal = await openJournal(dir, { plant: 'p1', segmentBytes: 2200 });
    for (let i = 0; i < 12; i += 1) await journal.append([reading(2 * i), ...(i % 3 === 0 ? moment(i) : []), reading(2 * i + 1)]);
    for await (const { seq, sha256, records } of journal.groups(0)) truth.set(seq, JSON.stringify({ seq, sha256, records }));
    await journal.close();
    for (const name of (await readdir(dir))
      .filter((one) => one.includes('.lhj'))
      .sort()
      .slice(-2)) {
      const stored = await readFile(join(dir, name));
      files.set(name, name.endsWith('.gz') ? gunzipSync(stored) : stored);
    }
    await rm(dir, { recursive: true });
  });

  const hit = fc.record({ file: fc.nat({ max: 1 }), damage });

  it(
    `never passes an altered record for good, ${JOURNALS} of them`,
    async () => {
      let read = 0;
      await fc.assert(
        fc.asyncProperty(fc.array(hit, { minLength: 1, maxLength: 3 }), fc.integer({ min: 1, max: 5000 }), async (hits, chunk) => {
          for (const [k, text] of [...files.values()].entries()) {
            const bytes = hits.filter(({ file }) => file === k).reduce<Buffer>((whole, one) => one.damage(whole), text);
            let before = 0;
            for await (const item of scan(inChunks(bytes, chunk), null)) {
              if (item.kind !== 'group') continue;
              const { seq, sha256 } = item.closing;
              expect(seq).toBeGreaterThan(before);
              expect(JSON.stringify({ seq, sha256, records: new EntriesGroup(seq, sha256, decodeEntries(item.lines)).records })).toBe(
                truth.get(seq),
              );
              before = seq;
              read += 1;
            }
          }
        }),
        { numRuns: JOURNALS },
      );
      expect(read).toBeGreaterThan(JOURNALS);
      if (JOURNALS > 10_000) process.stderr.write(`${JOURNALS} damaged journals; ${read} whole groups read from them, none altered\n`);
    },
    60_000 + 20 * JOURNALS,
  );

  it('opens, whatever was hit, sealed files too, and gives what proves itself', async () => {
    expect([...files.keys()].map((name) => name.endsWith('.gz'))).toEqual([true, false]);
    const dir = await mkdtemp(join(tmpdir(), 'liangheng-damage-'));
    const hits = fc.array(fc.record({ file: fc.nat({ max: 1 }), zipped: fc.boolean(), damage }), { minLength: 1, maxLength: 3 });
    await fc.assert(
      fc.asyncProperty(hits, async (found) => {
        await rm(dir, { recursive: true, force: true });
        await openJournal(dir, { plant: 'p1' }).then((empty) => empty.close());
        for (const [k, [name, text]] of [...files].entries()) {
          const here = found.filter(({ file }) => file === k);
          let content = here.filter(({ zipped }) => !zipped || k === 1).reduce<Buffer>((whole, one) => one.damage(whole), text);
          if (name.endsWith('.gz'))
            content = here.filter(({ zipped }) => zipped).reduce<Buffer>((w, one) => one.damage(w), gzipSync(content));
          await writeFile(join(dir, name), content);
        }
        const journal = await openJournal(dir, { plant: 'p1' });
        try {
          let before = 0;
          for await (const group of journal.groups(0)) {
            expect(group.seq).toBeGreaterThan(before);
            expect(JSON.stringify({ seq: group.seq, sha256: group.sha256, records: group.records })).toBe(truth.get(group.seq));
            before = group.seq;
          }
          expect(await journal.append([reading(1)])).toBeGreaterThan(before);
        } finally {
          await journal.close();
        }
      }),
      { numRuns: 60 },
    );
  });

  it('does not take a sequence that was altered behind a break for the next one', async () => {
    const text = [...files.values()][0]!.toString('latin1');
    const seqs = [...text.matchAll(/^=\t(\d+)\t/gm)].map((match) => Number(match[1]));
    expect(seqs.length).toBeGreaterThan(2);
    const broken = text.replace(/\tgood\t/, '\tgoo0\t').replace(`\n=\t${seqs[1]}\t`, `\n=\t${seqs[1]! + 20}\t`);
    const found: number[] = [];
    for await (const item of scan(inChunks(Buffer.from(broken, 'latin1'), 100), null))
      if (item.kind === 'group') found.push(item.closing.seq);
    expect(found).toEqual(seqs.slice(2));
  });

  it('does not take one behind a closing line that was written twice for the next but one', async () => {
    const text = [...files.values()][0]!.toString('latin1');
    const [first, second, ...others] = [...text.matchAll(/^=\t(\d+)\t.*\n/gm)];
    const moved = second![0].replace(`=\t${second![1]}\t`, `=\t${Number(second![1]) + 1}\t`);
    const broken = text.replace(second![0], moved).replace(first![0], first![0].repeat(2));
    const found: string[] = [];
    for await (const item of scan(inChunks(Buffer.from(broken, 'latin1'), 100), null))
      if (item.kind === 'group') found.push(closingLine(item.closing));
    expect(found).toEqual([first, ...others].map((line) => line![0]));
  });
});

async function* inChunks(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let from = 0; from < bytes.length; from += size) yield bytes.subarray(from, from + size);
}
