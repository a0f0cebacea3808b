import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { dirname } from 'node:path';

/** The cursor of a store that cannot keep one itself: a file of its own, replaced as a whole after each confirmed write. */
export interface CursorFile {
  read(): Promise<number>;
  write(seq: number): Promise<void>;
}

export function cursorFile(path: string): CursorFile {
  let known: number | null = null;
  return {
    async read() {
      known ??= await readSeq(path);
      return known;
    },
    async write(seq) {
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      const handle = await open(`${path}.new`, 'w', 0o600);
      try {
        await handle.writeFile(`${JSON.stringify({ seq })}\n`);
        await handle.datasync();
      } finally {
        await handle.close();
      }
      await rename(`${path}.new`, path);
      known = seq;
    },
  };
}

/** 0 where there is none or it is damaged: the store is then filled from the start, which changes nothing that it holds. */
async function readSeq(path: string): Promise<number> {
  try {
    const { seq } = JSON.parse(await readFile(path, 'utf8')) as { seq?: unknown };
    return typeof seq === 'number' && Number.isSafeInteger(seq) && seq >= 0 ? seq : 0;
  } catch (error) {
    if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === 'ENOENT') return 0;
    throw error;
  }
}
