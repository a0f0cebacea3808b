import { createWriteStream } from 'node:fs';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';

const READ_BYTES = 1 << 18;

/** Compresses a finished segment beside itself, and replaces it once the compressed file is on disk. It never changes again. */
export async function seal(path: string): Promise<void> {
  const unfinished = `${path}.gz.unfinished`;
  try {
    await compress(path, unfinished);
    const handle = await open(unfinished, 'r+');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(unfinished, `${path}.gz`);
    await syncFolder(dirname(path));
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  }
  await rm(path);
}

/** Makes the names in a folder durable. */
export async function syncFolder(dir: string): Promise<void> {
  const handle = await open(dir, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Everything is read into one buffer: a stream would take new memory for each part, 10 MB a second of a large plant. */
async function compress(from: string, to: string): Promise<void> {
  const gzip = createGzip({ level: 1, chunkSize: READ_BYTES });
  const handle = await open(from, 'r');
  try {
    const written = pipeline(gzip, createWriteStream(to));
    const fed = feed(handle, gzip).catch((error: unknown) => {
      gzip.destroy(error as Error);
      throw error;
    });
    await Promise.all([written, fed]);
  } finally {
    await handle.close();
  }
}

async function feed(handle: FileHandle, into: Writable): Promise<void> {
  const buffer = Buffer.allocUnsafeSlow(READ_BYTES);
  for (;;) {
    const { bytesRead } = await handle.read(buffer, 0, buffer.length);
    if (bytesRead === 0) break;
    await new Promise<void>((resolve, reject) => {
      // It has taken everything out of the buffer when it calls back.
      into.write(buffer.subarray(0, bytesRead), (error) => (error ? reject(error) : resolve()));
    });
  }
  into.end();
}
