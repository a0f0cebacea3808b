import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { promisify } from 'node:util';
import { crc32, deflateRaw } from 'node:zlib';
import { Zip, type ZipInputFile } from 'fflate';
import type { Manifest } from './manifest.ts';
import { sealed } from './seal.ts';

const deflated = promisify<Uint8Array, { readonly level: number }, Buffer<ArrayBuffer>>(deflateRaw);

/** Kinds of files that are compressed in themselves. */
const COMPRESSED = /\.(gz|docx|xlsx|pdf|parquet|zip)$/;
/** One date for all: the same content gives the same bytes. */
const DATE = new Date('2000-01-01T00:00:00');

/** A zip archive that is written file by file: what is in it already need not stay in memory. */
export interface ZipFile {
  add(path: string, bytes: Uint8Array): Promise<void>;
  /** What has been added so far, by path. */
  hashes(): Manifest['files'];
  close(): Promise<void>;
}

/** Opens a zip archive for writing; a file of that name is replaced. */
export function createZipFile(file: string): ZipFile {
  const stream = createWriteStream(file);
  const failed = once(stream, 'error').then(([error]) => Promise.reject(error as Error));
  failed.catch(() => undefined);
  const all = createHash('sha256');
  const zip = new Zip((error, chunk, final) => {
    if (error) stream.destroy(error);
    else if (final) stream.end(sealed(all, chunk));
    else {
      all.update(chunk);
      stream.write(chunk);
    }
  });
  const hashes = new Map<string, { readonly sha256: string; readonly bytes: number }>();
  return {
    async add(path, bytes) {
      const isPacked = !COMPRESSED.test(path);
      const held = isPacked
        ? await deflated(bytes, { level: 6 })
        : Buffer.from(bytes.buffer as ArrayBuffer, bytes.byteOffset, bytes.length);
      const entry: ZipInputFile = { filename: path, size: bytes.length, crc: crc32(bytes), compression: isPacked ? 8 : 0, mtime: DATE };
      zip.add(entry);
      entry.ondata!(null, held, true);
      hashes.set(path, { sha256: createHash('sha256').update(bytes).digest('hex'), bytes: bytes.length });
      if (stream.writableNeedDrain) await Promise.race([once(stream, 'drain'), failed]);
    },
    hashes: () => Object.fromEntries([...hashes].sort(([a], [b]) => (a < b ? -1 : 1))),
    async close() {
      const closed = once(stream, 'close');
      zip.end();
      await Promise.race([closed, failed]);
    },
  };
}
