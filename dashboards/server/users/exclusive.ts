import { open, rm, stat } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';

const FORGOTTEN_MS = 10_000;

/** Runs a short change while no other process runs one under the same lock file; a lock left by a crash is taken over. */
export async function exclusively<T>(lock: string, change: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      await (await open(lock, 'wx', 0o600)).close();
      break;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      const since = await stat(lock).then(
        ({ mtimeMs }) => mtimeMs,
        () => null,
      );
      if (since !== null && Date.now() - since > FORGOTTEN_MS) await rm(lock, { force: true });
      else await setTimeout(10);
    }
  }
  try {
    return await change();
  } finally {
    await rm(lock, { force: true });
  }
}
