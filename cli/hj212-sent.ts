import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { SentKeeper, SentState } from '../collector/sources/hj212/logger.ts';

/** What a platform has acknowledged, in a file of its own for each MN and platform. A file that cannot be read counts as none: all is sent again. */
export function sentKeeper(path: string): SentKeeper {
  return {
    async load() {
      const text = await readFile(path, 'utf8').catch(() => null);
      try {
        return text === null ? null : (JSON.parse(text) as SentState);
      } catch {
        return null;
      }
    },
    async save(state) {
      await mkdir(dirname(path), { recursive: true });
      const part = `${path}.part`;
      const handle = await open(part, 'w', 0o600);
      try {
        await handle.writeFile(JSON.stringify(state));
        await handle.sync();
      } finally {
        await handle.close();
      }
      await rename(part, path);
    },
  };
}

/** Where a restart goes on: the first period that the platform has not acknowledged, now where nothing was kept. UTC ms. */
export async function resumedMs(keeper: SentKeeper): Promise<number> {
  const settled = Object.values((await keeper.load()) ?? {}).flatMap(({ settledMs }) => (settledMs === null ? [] : [settledMs]));
  return Math.min(Date.now(), ...settled);
}
