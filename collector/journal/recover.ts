import { mkdir, open, rename, truncate, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { genesis, type Header } from './chain.ts';
import { scan } from './scan.ts';
import { listSegments, type Segment, segmentBytes } from './segment.ts';

/** What was cut from the end of a journal when it was opened. The bytes themselves are kept in `savedAs`. */
export interface Recovery {
  readonly path: string;
  readonly cutBytes: number;
  readonly savedAs: string;
  /** The first group that is gone, had it been finished. */
  readonly afterSeq: number;
}

/** Where the next group goes. `segment` is null where a new file must be started. */
export interface End {
  readonly plant: string | null;
  readonly seq: number;
  readonly chain: string;
  readonly segment: { readonly firstSeq: number; readonly path: string; readonly offset: number } | null;
  readonly recovery: Recovery | null;
}

/**
 * Finds the end of a journal by reading its last file only, and cuts what stands behind the last group there that proves itself: a
 * torn, half-written or zeroed tail, which nobody was told was received.
 */
export async function findEnd(dir: string, plant: string): Promise<End> {
  const segments = await listSegments(dir);
  let recovery: Recovery | null = null;
  for (;;) {
    const last = segments.pop();
    if (last === undefined) return { plant: null, seq: 0, chain: genesis(plant), segment: null, recovery };
    const found = await lastGroup(last);
    if (last.sealed) {
      if (found.seq === 0) continue;
      return { plant: found.header?.plant ?? null, seq: found.seq, chain: found.chain, segment: null, recovery };
    }
    if (found.header === null && found.seq === 0) {
      const savedAs = await savePath(dir, last, 0);
      await rename(last.path, savedAs);
      if (found.bytes > 0) recovery = { path: last.path, cutBytes: found.bytes, savedAs, afterSeq: last.firstSeq - 1 };
      continue;
    }
    if (found.end < found.bytes) {
      const savedAs = await savePath(dir, last, found.end);
      await copyFrom(last.path, found.end, savedAs);
      await truncate(last.path, found.end);
      recovery = { path: last.path, cutBytes: found.bytes - found.end, savedAs, afterSeq: found.seq };
    }
    const segment = { firstSeq: last.firstSeq, path: last.path, offset: found.end };
    return { plant: found.header?.plant ?? null, seq: found.seq, chain: found.chain, segment, recovery };
  }
}

interface LastGroup {
  readonly header: Header | null;
  readonly seq: number;
  readonly chain: string;
  /** Offset behind it, or behind the header where there is no group. */
  readonly end: number;
  readonly bytes: number;
}

async function lastGroup(segment: Segment): Promise<LastGroup> {
  let last: LastGroup = { header: null, seq: 0, chain: '', end: 0, bytes: 0 };
  for await (const item of scan(segmentBytes(segment), null)) {
    if (item.kind === 'header') {
      last = { header: item.header, seq: item.header.firstSeq - 1, chain: item.header.chain, end: item.end, bytes: item.end };
    } else if (item.kind === 'group') {
      last = { header: last.header, seq: item.closing.seq, chain: item.closing.sha256, end: item.end, bytes: item.end };
    } else {
      last = { ...last, bytes: item.end };
    }
  }
  return last;
}

async function savePath(dir: string, segment: Segment, offset: number): Promise<string> {
  await mkdir(join(dir, 'damaged'), { recursive: true });
  return join(dir, 'damaged', `${basename(segment.path)}.from-${offset}.${Date.now()}`);
}

async function copyFrom(path: string, offset: number, to: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await writeFile(to, handle.createReadStream({ start: offset, autoClose: false }));
  } finally {
    await handle.close();
  }
}
