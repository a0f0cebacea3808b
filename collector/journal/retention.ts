import { rm, stat } from 'node:fs/promises';
import type { Journal } from './journal.ts';
import { scan } from './scan.ts';
import { listSegments, type Segment, segmentBytes } from './segment.ts';

/** How much of a journal is kept; null: without end. */
export interface Keep {
  /** Sealed segments that were finished longer ago are dropped. */
  readonly ageMs: number | null;
  /** The oldest are dropped while all segments together are larger. */
  readonly bytes: number | null;
}

/** What was dropped from the start of a journal. */
export interface Dropped {
  /** The last group that is gone, and the chain value after it: the first one kept continues from there. */
  readonly throughSeq: number;
  readonly sha256: string;
  readonly segments: number;
  readonly groups: number;
  readonly records: number;
}

/**
 * Drops the oldest segments, as far as age or size ask for it and every store has confirmed what is in them. Only sealed segments that
 * prove themselves go, and what goes is counted and journalled before the files are deleted: `verify` tells a start that was dropped so
 * from one that was cut off.
 *
 * @param confirmedSeq the least cursor of all stores.
 * @param onHeld called where a segment would go, were it confirmed.
 * @returns null where there is nothing to drop.
 */
export async function dropOld(
  journal: Pick<Journal, 'dir' | 'append'>,
  keep: Keep,
  confirmedSeq: number,
  nowMs: number,
  onHeld: () => void = () => undefined,
): Promise<Dropped | null> {
  const segments = await Promise.all((await listSegments(journal.dir)).map(async (one) => ({ ...one, ...(await sizeOf(one)) })));
  let bytes = segments.reduce((sum, one) => sum + one.bytes, 0);
  const gone: Segment[] = [];
  let [groups, records] = [0, 0];
  let dropped: Dropped | null = null;
  for (const [i, segment] of segments.entries()) {
    const next = segments[i + 1];
    if (next === undefined || !segment.sealed) break;
    const tooOld = keep.ageMs !== null && segment.finishedMs < nowMs - keep.ageMs;
    const tooLarge = keep.bytes !== null && bytes > keep.bytes;
    if (!tooOld && !tooLarge) break;
    if (next.firstSeq - 1 > confirmedSeq) {
      onHeld();
      break;
    }
    const counted = await count(segment);
    if (counted === null || counted.seq !== next.firstSeq - 1) break;
    gone.push(segment);
    bytes -= segment.bytes;
    groups += counted.groups;
    records += counted.records;
    dropped = {
      throughSeq: counted.seq,
      sha256: counted.sha256,
      segments: gone.length,
      groups,
      records,
    };
  }
  if (dropped === null) return null;
  await journal.append([{ kind: 'event', timeMs: nowMs, source: 'journal', event: 'dropped', detail: detailOf(dropped) }]);
  for (const { path } of gone) {
    // A crash may have left what it was sealed from beside it: that must not come to light in its place.
    await rm(path.replace(/\.gz$/, ''), { force: true });
    await rm(path, { force: true });
  }
  return dropped;
}

const detailOf = ({ throughSeq, sha256, segments, groups, records }: Dropped): string =>
  `${segments} segments, ${groups} groups, ${records} records, through ${throughSeq}:${sha256}`;

const DETAIL = /\tjournal\tdropped\t\d+ segments, (\d+) groups, (\d+) records, through (\d+):([0-9a-f]{64})\t/g;

/** What the record lines of a group say was dropped. */
export function droppedIn(lines: Buffer): Omit<Dropped, 'segments'>[] {
  if (lines.indexOf('\tjournal\tdropped\t') < 0) return [];
  return [...lines.toString('utf8').matchAll(DETAIL)].map(([, groups, records, seq, sha256]) => ({
    groups: Number(groups),
    records: Number(records),
    throughSeq: Number(seq),
    sha256: sha256!,
  }));
}

async function sizeOf({ path }: Segment): Promise<{ readonly bytes: number; readonly finishedMs: number }> {
  const found = await stat(path).catch(() => null);
  return { bytes: found?.size ?? 0, finishedMs: found?.mtimeMs ?? Number.POSITIVE_INFINITY };
}

/** What a segment holds; null where any of it does not prove itself. */
async function count(segment: Segment): Promise<{ seq: number; sha256: string; groups: number; records: number } | null> {
  const counted = { seq: 0, sha256: '', groups: 0, records: 0 };
  for await (const item of scan(segmentBytes(segment), null)) {
    if (item.kind === 'broken' || item.kind === 'tail') return null;
    if (item.kind !== 'group') continue;
    counted.seq = item.closing.seq;
    counted.sha256 = item.closing.sha256;
    counted.groups += 1;
    counted.records += item.closing.count;
  }
  return counted;
}
