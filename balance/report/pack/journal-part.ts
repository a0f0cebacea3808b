import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { listSegments, segmentName } from '../../../collector/journal/segment.ts';
import type { PackFiles } from './manifest.ts';

/**
 * The segments of a journal up to and with group `to`, as files of a pack: what a running plant wrote after its report is left out, so
 * that the pack holds just what the figures rest on.
 */
export async function journalFiles(dir: string, to: number): Promise<PackFiles> {
  const segments = (await listSegments(dir)).filter(({ firstSeq }) => firstSeq <= to);
  const files: Record<string, Uint8Array> = {};
  for (const [i, { path, sealed, firstSeq }] of segments.entries()) {
    const bytes = await readFile(path);
    if (i < segments.length - 1) files[`journal/${basename(path)}`] = bytes;
    else files[`journal/${segmentName(firstSeq)}`] = cutAfter(sealed ? gunzipSync(bytes) : bytes, to);
  }
  return files;
}

/** The lines of a segment up to the closing line of group `to`. */
function cutAfter(bytes: Buffer, to: number): Buffer {
  const at = bytes.lastIndexOf(`\n=\t${to}\t`);
  if (at < 0) throw new RangeError(`the journal holds no group ${to}`);
  return bytes.subarray(0, bytes.indexOf(10, at + 1) + 1);
}
