import { statfs } from 'node:fs/promises';

/** Share of a file system that is used, as its user sees it: 0 to 1. */
async function usedShare(dir: string): Promise<number> {
  const { blocks, bfree, bavail } = await statfs(dir);
  const used = blocks - bfree;
  return used + bavail === 0 ? 0 : used / (used + bavail);
}

export interface SpaceOptions {
  readonly everyMs?: number;
  /** Called with the share used at every look. */
  readonly onLook?: (usedShare: number) => void;
  readonly used?: (dir: string) => Promise<number>;
}

const ALARM = 0.9;
/** Below this the alarm ends, so that it does not flutter. */
const CALM = 0.88;

/**
 * Watches the file system that a journal lies on and reports once when 90 % of it is used, and once when there is room again.
 *
 * @returns ends it; settles when no report is under way.
 */
export function watchSpace(
  dir: string,
  report: (event: { readonly full: boolean; readonly usedShare: number }) => Promise<void>,
  { everyMs = 60_000, used = usedShare, onLook }: SpaceOptions = {},
): () => Promise<void> {
  let full = false;
  const look = async (): Promise<void> => {
    const share = await used(dir);
    onLook?.(share);
    if (full ? share >= CALM : share < ALARM) return;
    await report({ full: !full, usedShare: share });
    full = !full;
  };
  let looking = look().catch(() => undefined);
  const timer = setInterval(() => {
    looking = looking.then(look).catch(() => undefined);
  }, everyMs);
  timer.unref();
  return () => {
    clearInterval(timer);
    return looking;
  };
}
