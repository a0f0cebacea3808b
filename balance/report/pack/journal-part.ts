import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { promisify } from 'node:util';
import { gunzipSync, gzip } from 'node:zlib';
import { listSegments, segmentName } from '../../../collector/journal/segment.ts';

const compress = promisify(gzip);

/**
 * The segments of a journal up to and with group `to`, as files of a pack, one at a time: what a running plant wrote after its report is
 * left out, so that the pack holds just what the figures rest on.
 */
export async function* journalFiles(dir: string, to: number): AsyncGenerator<readonly [path: string, bytes: Uint8Array]> {
  const segments = (await listSegments(dir)).filter(({ firstSeq }) => firstSeq <= to);
  for (const [i, { path, sealed, firstSeq }] of segments.entries()) {
    const bytes = await readFile(path);
    if (i < segments.length - 1) yield [`journal/${basename(path)}`, bytes];
    else yield [`journal/${segmentName(firstSeq)}.gz`, await compress(cutAfter(sealed ? gunzipSync(bytes) : bytes, to), { level: 1 })];
  }
}

/** The lines of a segment up to the closing line of group `to`. */
function cutAfter(bytes: Buffer, to: number): Buffer {
  const at = bytes.lastIndexOf(`\n=\t${to}\t`);
  if (at < 0) throw new RangeError(`the journal holds no group ${to}`);
  return bytes.subarray(0, bytes.indexOf(10, at + 1) + 1);
}
