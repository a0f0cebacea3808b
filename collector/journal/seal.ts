import { createReadStream, createWriteStream } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';

/** Compresses a finished segment beside itself, and replaces it once the compressed file is on disk. It never changes again. */
export async function seal(path: string): Promise<void> {
  const unfinished = `${path}.gz.unfinished`;
  try {
    await pipeline(
      createReadStream(path, { highWaterMark: 1 << 20 }),
      createGzip({ level: 1, chunkSize: 1 << 18 }),
      createWriteStream(unfinished),
    );
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
