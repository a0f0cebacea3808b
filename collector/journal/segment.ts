import { createReadStream } from 'node:fs';
import { open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { createGunzip } from 'node:zlib';

/**
 * One file of the journal: `NNNNNNNNNN.lhj` while it grows, `NNNNNNNNNN.lhj.gz` once sealed, named by the sequence of its first group.
 * The name is all the index that is needed: the last file holds the head, and the file of a group is the last one not named after it.
 */
export interface Segment {
  readonly firstSeq: number;
  readonly path: string;
  readonly sealed: boolean;
}

const NAME = /^(\d{10,16})\.lhj(\.gz)?$/;

export const segmentName = (firstSeq: number): string => `${String(firstSeq).padStart(10, '0')}.lhj`;

/** Segments of a folder in the order of the chain. Of a segment present in both forms the sealed one counts: it was renamed when whole. */
export async function listSegments(dir: string): Promise<Segment[]> {
  const bySeq = new Map<number, Segment>();
  for (const name of await readdir(dir)) {
    const match = NAME.exec(name);
    if (!match) continue;
    const segment = { firstSeq: Number(match[1]), path: join(dir, name), sealed: match[2] !== undefined };
    if (segment.sealed || !bySeq.has(segment.firstSeq)) bySeq.set(segment.firstSeq, segment);
  }
  return [...bySeq.values()].sort((a, b) => a.firstSeq - b.firstSeq);
}

/** Files of segments whose sealed form stands beside them. */
export async function sealedAlready(dir: string): Promise<string[]> {
  const names = new Set(await readdir(dir));
  return [...names].filter((name) => NAME.test(name) && names.has(`${name}.gz`)).map((name) => join(dir, name));
}

/**
 * The last group that was certainly written before an instant: nothing after it need be read to find what was journalled since. By the
 * times of the files, so a copy of a journal that did not keep them is read from its start.
 */
export async function writtenBefore(dir: string, timeMs: number): Promise<number> {
  let before = 0;
  for (const { firstSeq, path } of await listSegments(dir)) {
    before = firstSeq - 1;
    const found = await stat(path).catch(() => null);
    if (found === null || found.mtimeMs >= timeMs) break;
  }
  return before;
}

const CHUNK_BYTES = 1 << 20;

/**
 * The bytes of a segment as text, decompressed, from `offset` (of the text) up to `limit` or the end.
 *
 * Ends early, without an error, where a compressed file is cut or damaged: the reader then finds its last group unfinished.
 */
export async function* segmentBytes(segment: Segment, offset = 0, limit = Number.POSITIVE_INFINITY): AsyncGenerator<Buffer> {
  if (segment.sealed) {
    yield* unzipped(segment.path, offset, limit);
    return;
  }
  const handle = await open(segment.path, 'r');
  try {
    let at = offset;
    while (at < limit) {
      const chunk = Buffer.allocUnsafe(Math.min(CHUNK_BYTES, limit - at));
      const { bytesRead } = await handle.read(chunk, 0, chunk.length, at);
      if (bytesRead === 0) return;
      at += bytesRead;
      yield chunk.subarray(0, bytesRead);
    }
  } finally {
    await handle.close();
  }
}

async function* unzipped(path: string, offset: number, limit: number): AsyncGenerator<Buffer> {
  const file = createReadStream(path, { highWaterMark: CHUNK_BYTES });
  const text = createGunzip({ chunkSize: CHUNK_BYTES });
  file.on('error', (error) => text.destroy(error));
  file.pipe(text);
  let at = 0;
  try {
    for await (const chunk of text as AsyncIterable<Buffer>) {
      const from = Math.max(0, offset - at);
      const to = Math.min(chunk.length, limit - at);
      at += chunk.length;
      if (from < to) yield chunk.subarray(from, to);
      if (at >= limit) return;
    }
  } catch (error) {
    // A damaged stream ends where its damage begins; a file that cannot be opened is the caller's to know.
    const code = (error as NodeJS.ErrnoException).code;
    if (code === undefined || !code.startsWith('Z_')) throw error;
  } finally {
    file.destroy();
    text.destroy();
  }
}
